// What a scheduler asks the hub: deals, tasks, scores, and whose pool it is.
import {
  NO_ADDRESS,
  asTaskId,
  decodeContribution,
  decodeDeal,
  decodeTag,
  decodeTask,
  findAppType,
  type Contribution,
  type DealRecord,
  type TaskRecord,
} from '@iexec/protocol'
import { appAbi, hubAbi } from '@iexec/protocol/abi'
import type { Address, Client, Hex } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import type { DealFacts } from '../book/model.ts'
import type { Requirement } from '../decide/snapshot.ts'

/** A hub that can be asked. Answers are as of the youngest block. */
export type Hub = {
  readonly address: Address
  readonly client: Client
  readonly readDeal: (id: Hex) => Promise<DealRecord | undefined>
  readonly readTask: (id: Hex) => Promise<TaskRecord>
  readonly readContribution: (task: Hex, worker: Address) => Promise<Contribution | undefined>
  readonly readScore: (worker: Address) => Promise<bigint>
  /** What is free of an account's stake, in nRLC. */
  readonly readStake: (account: Address) => Promise<bigint>
  /** Seconds. */
  readonly readTimeref: (category: bigint) => Promise<number>
  readonly readApp: (app: Address) => Promise<{ readonly type: string; readonly checksum: Hex }>
  /** Seconds since 1970 of the youngest block. */
  readonly readTime: () => Promise<number>
}

/** Opens a hub. What never changes is asked once. */
export function openHub(client: Client, address: Address): Hub {
  const hub = { address, abi: hubAbi } as const
  const apps = new Map<Address, ReturnType<Hub['readApp']>>()
  const categories = new Map<bigint, Promise<number>>()
  return {
    address,
    client,
    readDeal: async (id) => decodeDeal(await readContract(client, { ...hub, functionName: 'viewDeal', args: [id] })),
    readTask: async (id) =>
      decodeTask(asTaskId(id), await readContract(client, { ...hub, functionName: 'viewTask', args: [id] })),
    readContribution: async (task, worker) =>
      decodeContribution(
        worker,
        await readContract(client, { ...hub, functionName: 'viewContribution', args: [task, worker] }),
      ),
    readScore: async (worker) => readContract(client, { ...hub, functionName: 'viewScore', args: [worker] }),
    readStake: async (account) =>
      (await readContract(client, { ...hub, functionName: 'viewAccount', args: [account] })).stake,
    readTimeref: async (category) =>
      once(categories, category, async () => {
        const view = await readContract(client, { ...hub, functionName: 'viewCategory', args: [category] })
        return Number(view.workClockTimeRef)
      }),
    readApp: async (app) => once(apps, app, async () => askApp(client, app)),
    readTime: async () => Number((await getBlock(client, { blockTag: 'latest' })).timestamp),
  }
}

async function askApp(client: Client, app: Address): Promise<{ readonly type: string; readonly checksum: Hex }> {
  const asked = { address: app, abi: appAbi } as const
  const [type, checksum] = await Promise.all([
    readContract(client, { ...asked, functionName: 'm_appType' }),
    readContract(client, { ...asked, functionName: 'm_appChecksum' }),
  ])
  return { type, checksum: lower(checksum) }
}

async function once<Key, Value>(known: Map<Key, Promise<Value>>, key: Key, ask: () => Promise<Value>): Promise<Value> {
  const before = known.get(key)
  if (before !== undefined) return before
  const asked = ask()
  known.set(key, asked)
  try {
    return await asked
  } catch (error) {
    known.delete(key)
    throw error
  }
}

/** What a category of this many seconds gives a task: the limits by which workers run it. */
export type LimitsOf = (timeref: number) => { readonly cpus: number; readonly memoryBytes: number }

/** Numbers of tasks are numbers in messages, tables and environments. */
const LAST_INDEX = BigInt(Number.MAX_SAFE_INTEGER)

/** Which deal, and what its facts depend on. */
export type DealQuestion = {
  readonly id: Hex
  readonly block: number
  /** Lower case. */
  readonly workerpool: Address
  readonly limits: LimitsOf
  /** Whether this process speaks for an account that owned the pool. */
  readonly speaksFor: (owner: Address) => boolean
  /** Milliseconds. */
  readonly now: number
}

/**
 * A deal with what its tasks share, and why this pool cannot run it, if so.
 *
 * @returns undefined when there is no such deal, it is of another pool, or its tasks have numbers beyond 2^53, which nobody but
 * who wants to do harm comes to: keepers claim them
 */
export async function readDealFacts(hub: Hub, question: DealQuestion): Promise<DealFacts | undefined> {
  const { id, block, workerpool, limits, speaksFor, now } = question
  const deal = await hub.readDeal(id)
  if (deal === undefined || lower(deal.workerpool.pointer) !== workerpool) return undefined
  if (deal.botFirst + deal.botSize > LAST_INDEX) return undefined
  const [timeref, app] = await Promise.all([hub.readTimeref(deal.category), hub.readApp(lower(deal.app.pointer))])
  const owner = lower(deal.workerpool.owner)
  const demand = speaksFor(owner)
    ? demandOf(app, deal, limits(timeref))
    : `The pool was of ${owner} when this deal was made, and only that account can finish it.`
  return {
    id,
    block,
    app: lower(deal.app.pointer),
    requester: lower(deal.requester),
    callback: deal.callback === NO_ADDRESS ? undefined : lower(deal.callback),
    trust: String(deal.trust),
    category: Number(deal.category),
    tag: deal.tag,
    startTime: Number(deal.startTime),
    timeref,
    botFirst: Number(deal.botFirst),
    botSize: Number(deal.botSize),
    workerStake: String(deal.workerStake),
    owner,
    requirement: typeof demand === 'string' ? undefined : demand,
    refusal: typeof demand === 'string' ? demand : undefined,
    seenAt: now,
  }
}

/** What a machine must have, or in one sentence why none of this pool can have it. */
function demandOf(
  { type, checksum }: { readonly type: string; readonly checksum: Hex },
  { tag, callback }: DealRecord,
  limits: ReturnType<LimitsOf>,
): Requirement | string {
  const { names, unknownBits } = decodeTag(tag)
  if (unknownBits.length > 0) return `Nobody knows what bit ${unknownBits[0]} of the tag asks for.`
  if (names.includes('tee')) return 'This pool has no vault, so it runs nothing in an enclave.'
  const engine = findAppType(type)
  const machine = { engine, checksum, gpu: names.includes('gpu'), network: names.includes('network') }
  if (engine !== undefined) return { ...machine, ...limits }
  if (callback === NO_ADDRESS) return { ...machine, cpus: 0, memoryBytes: 0 }
  return `No worker runs apps of the type ${JSON.stringify(type.slice(0, 100))}, and a callback gets no failures.`
}

/** Addresses and hashes are compared in lower case. */
export function lower<Text extends Hex>(text: Text): Text {
  return text.toLowerCase() as Text
}
