// The one market on which all examples are sold, and their programs, run there as a reader runs them.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { APP_OWNER, FAUCET, POOL_OWNER, REQUESTER, startNetwork, type Network } from '@iexec/network/test/startNetwork'
import { parseRlc } from '@iexec/protocol'
import type { TestEngineAddress } from '@iexec/runtime/test/engine'
import type { Address } from 'viem'
import { openImageShop, type ImageShop } from '../work/images.ts'
import { buildBase } from './base.ts'

const run = promisify(execFile)

/** Where the examples are. */
export const EXAMPLES: string = join(import.meta.dirname, '../../examples')

/** A network, and a folder where programs leave their files. */
export type Shop = {
  readonly network: Network
  readonly folder: string
  /** Where a container engine is. */
  readonly images: ImagesShop | undefined
  /** Runs a program in the folder, and returns what it prints. */
  readonly program: (name: string, words: readonly string[]) => Promise<string>
  readonly stop: () => Promise<void>
}

/** A workshop of images, and the base of those that run a program of node. */
export type ImagesShop = ImageShop & { readonly nodeBase: string }

/** With sources of their own for a module each. */
const MODULES = ['option-pricing', 'ray-tracer', 'word-statistics']
/** For those who buy and sell beside the deposits that they have. */
const POCKET_MONEY = parseRlc('10 RLC')

/**
 * Starts a network with three workers, and builds the modules of all examples meanwhile.
 *
 * @example
 * const shop = await openShop(inject('engine'))
 * const app = await sell(shop, 'option-pricing')
 */
export async function openShop(engine: TestEngineAddress | undefined): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-examples-'))
  const dockerHost = engine === undefined ? {} : { dockerHost: engine.host }
  const [network] = await Promise.all([startNetwork({ workers: 3, ...dockerHost }), buildAll(MODULES)])
  const faucet = await network.user(FAUCET)
  for (const account of [REQUESTER, POOL_OWNER])
    await faucet.wallet.sendRlc({ to: accountOf(account).address, amount: POCKET_MONEY })
  const images = engine === undefined ? undefined : openImages(engine)
  const file = join(folder, 'network.json')
  writeFileSync(file, JSON.stringify(asFile(network)), { mode: 0o600 })
  return {
    network,
    folder,
    images,
    program: async (name, words) => {
      const options = { cwd: folder, env: { ...process.env, NETWORK: file, PRIVATE_KEY: undefined } }
      return (await run(process.execPath, [join(EXAMPLES, name), ...words], options)).stdout
    },
    stop: async () => {
      await network.stop()
      images?.clear()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function openImages(engine: TestEngineAddress): ImagesShop {
  const images = openImageShop(engine)
  return { ...images, nodeBase: buildBase(images, 'node:24-slim', { '/bin/node': process.execPath }) }
}

async function buildAll(examples: readonly string[]): Promise<void> {
  await run(process.execPath, [join(EXAMPLES, 'wasi/build.ts'), ...examples])
}

/** What `iexec network start` writes into network.json, as far as programs read it. */
function asFile({ chain }: Network): object {
  const { chainId, hub, rpcUrls, marketUrl, storageUrl, ipfsApiUrl } = chain
  const people = { 'app-owner': APP_OWNER, requester: REQUESTER, 'pool-owner': POOL_OWNER }
  const accounts = Object.entries(people).map(([role, account]) => ({
    role,
    address: accountOf(account).address,
    privateKey: keyOf(account),
  }))
  return { chainId, hub, rpcUrl: rpcUrls?.[0], marketUrl, storageUrl, ipfsApiUrl, accounts }
}

/** Sells an example, and returns its address. */
export async function sell({ program }: Shop, example: string): Promise<Address> {
  return hexBehind('app', await program('sdk/sell-an-app.ts', [join(EXAMPLES, example)]))
}

/**
 * What stands behind a word in what a program printed.
 *
 * @throws Error with what it printed
 */
export function hexBehind(word: string, printed: string): `0x${string}` {
  const found = new RegExp(`^${word} (0x[0-9a-f]+)$`, 'imu').exec(printed)?.[1]
  if (found === undefined) throw new Error(`No ${word} was printed:\n${printed}`)
  return found as `0x${string}`
}
