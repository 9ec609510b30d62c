// A market on a local chain, for tests: its people, what they own, and how they move its time while it is set up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployMarket } from '@iexec/chain'
import { accountOf, type AnvilClient } from '@iexec/chain/test/anvil'
import type { DealId } from '@iexec/protocol'
import { rlcAbi } from '@iexec/protocol/abi'
import {
  PEOPLE,
  RLC,
  buyTasks,
  createApp,
  createWorkerpool,
  deposit,
  openTestChain,
  type Person,
  type TestChain,
} from '@iexec/service/test/chain'
import {
  createClient,
  defineChain,
  http,
  parseEther,
  publicActions,
  testActions,
  walletActions,
  type Address,
} from 'viem'
import { onTestFinished } from 'vitest'
import { findPort } from '../../test/findPort.ts'
import type { LocalChain, LocalChainOptions } from './localChain.ts'
import { askNode, type Ask } from './node.ts'
import { startLocalChain } from './startLocalChain.ts'

/** Makes a folder that is gone after the test. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-chain-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  return folder
}

/** How the chain of a folder is started on this machine. */
export async function planOf(folder: string): Promise<LocalChainOptions> {
  return { folder, host: '127.0.0.1', port: await findPort(), chainId: 31_337 }
}

/** Starts a chain that ends with the test. */
export async function startChain(
  options: LocalChainOptions,
): Promise<{ readonly chain: LocalChain; readonly ask: Ask }> {
  const chain = await startLocalChain(options)
  onTestFinished(chain.stop)
  return { chain, ask: askNode(chain.rpcUrl) }
}

/** Opens a client of a person on a local chain. */
function clientOf({ rpcUrl, chainId }: LocalChain, person: Person): AnvilClient {
  const chain = defineChain({
    id: chainId,
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const account = accountOf(PEOPLE[person])
  return createClient({ account, chain, pollingInterval: 5, cacheTime: 0, transport: http(rpcUrl, { retryCount: 0 }) })
    .extend(publicActions)
    .extend(walletActions)
    .extend(testActions({ mode: 'anvil' }))
}

/** A market with a pool, an app, and people who can pay. */
export type Scene = { readonly test: TestChain; readonly app: Address; readonly workerpool: Address }

/** The categories of the market: their time references in seconds. */
const CATEGORIES = [2n, 5n]

/** Sets a market up; the chain has to be in a hurry. */
export async function setUpMarket(chain: LocalChain): Promise<Scene> {
  const client = (person: Person): AnvilClient => clientOf(chain, person)
  const payers = ['owner', 'requester', 'scheduler', 'appOwner', 'worker1', 'stranger'] as const
  for (const person of payers) await chain.setBalance(client(person).account.address, parseEther('100'))
  const owner = client('owner')
  const categories = CATEGORIES.map((seconds) => ({
    name: `${seconds} s`,
    description: '',
    workClockTimeRef: seconds,
  }))
  const addresses = await deployMarket({ client: owner, owner: owner.account.address, categories })
  const { hub, token } = addresses
  const { chainId, rpcUrl, stop } = chain
  const anvil = { url: rpcUrl, chainId, pid: chain.pid(), client: () => owner, stop }
  const test = openTestChain({ anvil, addresses, owner, stop }, client)
  const amount = 1_000n * RLC
  for (const person of ['requester', 'scheduler', 'worker1'] as const) {
    const payer = client(person)
    const given = {
      address: token,
      abi: rlcAbi,
      functionName: 'transfer',
      args: [payer.account.address, amount],
    } as const
    const allowed = { address: token, abi: rlcAbi, functionName: 'approve', args: [hub, amount] } as const
    await Promise.all([owner.writeContract(given), payer.writeContract(allowed)])
    await deposit(test, person, amount)
  }
  return { test, app: await createApp(test), workerpool: await createWorkerpool(test) }
}

/** Makes a deal of one task. */
export async function makeDeal({ test, app, workerpool }: Scene, category: bigint): Promise<DealId> {
  return buyTasks(test, { app, workerpool, category })
}

/** What a test looks at in a block. */
export type SeenBlock = {
  readonly number: number
  readonly timestamp: number
  readonly transactions: readonly string[]
}

/** Reads blocks, as viem does not need to know them. */
export async function readBlocks(ask: Ask, from: number): Promise<readonly SeenBlock[]> {
  const head = Number(await ask('eth_blockNumber'))
  const numbers = Array.from({ length: Math.max(0, head - from + 1) }, (_, place) => from + place)
  return Promise.all(
    numbers.map(async (number) => {
      type Raw = { readonly timestamp: string; readonly transactions: readonly string[] }
      const block = await ask<Raw>('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])
      return { number, timestamp: Number(block.timestamp), transactions: block.transactions }
    }),
  )
}

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 10)
    await promise
  }
}
