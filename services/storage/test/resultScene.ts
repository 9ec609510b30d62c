// A real market with a deal whose tasks have results, and storages that take them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_ADDRESS, findDigests, type DealId, type TaskId } from '@iexec/protocol'
import {
  appOrder,
  createApp,
  createWorkerpool,
  initialize,
  match,
  requestOrder,
  startChainWithMarket,
  workerpoolOrder,
  type TestChain,
} from '@iexec/service/test/chain'
import type { Address, Hex } from 'viem'
import { readArchive } from '../src/result/archive.ts'
import { openHub, type Hub } from '../src/result/hub.ts'
import { makeArchive } from '../src/result/testArchive.ts'
import { startTestApp, type TestApp } from '../src/testApp.ts'
import { makeTicket, putResult, type TicketWish } from './ticket.ts'

/** A market of a test file. */
export type ResultScene = {
  readonly chain: TestChain
  readonly hub: Hub
  /** Of fifty tasks. */
  readonly deal: DealId
  /** A result, and its digest. */
  readonly archive: Buffer
  readonly digest: Hex
  readonly newDeal: (terms?: DealTerms) => Promise<DealId>
  /** The index of a task of the deal that no other test uses. */
  readonly nextIndex: () => number
  /** Such a task, initialized. */
  readonly newTask: () => Promise<{ readonly index: number; readonly task: TaskId }>
  /** Starts a storage. */
  readonly start: (options?: Parameters<typeof startTestApp>[0]) => Promise<TestApp>
  /** Brings the result, or another body, or none, with a ticket that is right but for the wish. */
  readonly put: (
    url: string,
    wish: Partial<TicketWish> & { readonly index: number },
    body?: Buffer | null,
  ) => Promise<Response>
  readonly stop: () => Promise<void>
}

/** Terms that matter to a test. */
export type DealTerms = { readonly volume?: bigint; readonly callback?: Address; readonly trust?: bigint }

/**
 * Starts a chain with a market and a deal.
 *
 * @example
 * const scene = await startResultScene()
 * const { url } = await scene.start()
 * await scene.put(url, { index: scene.nextIndex() })
 */
export async function startResultScene(): Promise<ResultScene> {
  const chain = await startChainWithMarket()
  const hub = openHub({ client: chain.client('stranger'), chainId: chain.chainId, address: chain.contracts.hub })
  const [app, pool] = [await createApp(chain), await createWorkerpool(chain)]
  const archive = await makeArchive({ 'result.txt': 'forty-two', 'stdout.txt': 'hello' })
  const digest = await digestOf(archive)
  const newDeal: ResultScene['newDeal'] = async ({ volume = 1n, callback = NO_ADDRESS, trust = 5n } = {}) =>
    match(chain, {
      app: appOrder({ app, volume }),
      workerpool: workerpoolOrder({ workerpool: pool, volume, trust }),
      request: requestOrder({ app, requester: chain.address('requester'), volume, trust, callback }),
    })
  const deal = await newDeal({ volume: 50n })
  let index = 0
  const nextIndex = (): number => index++
  return {
    chain,
    hub,
    deal,
    archive,
    digest,
    newDeal,
    nextIndex,
    newTask: async () => {
      const own = nextIndex()
      return { index: own, task: await initialize(chain, deal, BigInt(own)) }
    },
    start: async (options = {}) => startTestApp({ hub, ...options }),
    put: async (url, wish, body = archive) =>
      putResult(url, await makeTicket(chain, { deal, digest, ...wish }), body ?? undefined),
    stop: chain.stop,
  }
}

/** The digest of a result. */
export async function digestOf(archive: Buffer): Promise<Hex> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-test-'))
  const path = join(folder, 'result.zip')
  await writeFile(path, archive)
  const [found] = findDigests(await readArchive(path), false)
  await rm(folder, { recursive: true })
  if (found === undefined) throw new Error('The archive has no digest.')
  return found.digest
}
