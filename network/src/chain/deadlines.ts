// The moments at which the clock alone changes what can be done on a market: then its chain must have a block.
import {
  asDealId,
  asTaskId,
  contributionDeadline,
  decodeDeal,
  decodeTask,
  finalDeadline,
  isFinalTask,
  taskId,
  type DealId,
  type Instant,
  type TaskId,
  type TaskRecord,
} from '@iexec/protocol'
import { viewCategory, viewDeal, viewTask } from '@iexec/protocol/abi/hub'
import { createClient, custom, toEventSelector, toHex, type Address, type Client, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { Ask } from './node.ts'

const ORDERS_MATCHED = toEventSelector('OrdersMatched(bytes32,bytes32,bytes32,bytes32,bytes32,uint256)')
const TASK_CONSENSUS = toEventSelector('TaskConsensus(bytes32,bytes32)')

/** The deadlines of the deals and tasks of one market, as far as its blocks were read. */
export type Deadlines = {
  /** In seconds since 1970. */
  readonly times: () => readonly number[]
  /** Reads what these blocks say. Repeating it does no harm. */
  readonly read: (from: number, to: number) => Promise<void>
  /** Whether anything is still open that such a moment, not later than this second, is about. */
  readonly isAnyOpen: (second: number) => Promise<boolean>
  /** Forgets all moments that are not later than this second. */
  readonly forget: (second: number) => void
}

/** Whoever is not finished by then has lost something, or may do something new. */
type Deadline = { readonly at: number; readonly isOpen: () => Promise<boolean> }

/** So many views are asked for at once. */
const AT_ONCE = 100

/**
 * Makes the book of the deadlines of a hub, which is empty until blocks are read.
 *
 * @example
 * const deadlines = openDeadlines(ask, hub)
 * await deadlines.read(0, 17)
 * deadlines.times() // [1800002100, 1800003000]
 */
export function openDeadlines(ask: Ask, hub: Address): Deadlines {
  const market = openMarket(ask, hub)
  let deadlines: ReadonlyMap<string, Deadline> = new Map()
  return {
    times: () => [...deadlines.values()].map(({ at }) => at),
    read: async (from, to) => {
      const found = await inTurns(await market.events(from, to), async (event) =>
        'deal' in event ? dealDeadlines(market, event.deal) : taskDeadline(market, event.task),
      )
      deadlines = new Map([...deadlines, ...found.flat()])
    },
    isAnyOpen: async (second) => {
      for (const { at, isOpen } of deadlines.values()) if (at <= second && (await isOpen())) return true
      return false
    },
    forget: (second) => {
      deadlines = new Map([...deadlines].filter(([, { at }]) => at > second))
    },
  }
}

async function dealDeadlines(market: Market, id: DealId): Promise<readonly (readonly [string, Deadline])[]> {
  const deal = await market.deal(id)
  if (deal === undefined) return []
  const isOpen = async (): Promise<boolean> => isDealOpen(market, { id, first: deal.botFirst, size: deal.botSize })
  const clock = { startTime: deal.startTime, timeref: await market.timeref(deal.category) }
  return [
    [`${id} contribution`, { at: Number(contributionDeadline(clock)), isOpen }],
    [`${id} final`, { at: Number(finalDeadline(clock)), isOpen }],
  ]
}

type Range = { readonly id: DealId; readonly first: bigint; readonly size: bigint }

/** A deal is over when all of its tasks are; most have few, and are asked for when a deadline falls due, not before. */
async function isDealOpen(market: Market, { id, first, size }: Range): Promise<boolean> {
  for (let start = 0n; start < size; start += BigInt(AT_ONCE)) {
    const length = Math.min(AT_ONCE, Number(size - start))
    const tasks = Array.from({ length }, (_, place) => taskId(id, first + start + BigInt(place)))
    const records = await Promise.all(tasks.map(market.task))
    if (records.some((task) => !isFinalTask(task))) return true
  }
  return false
}

async function taskDeadline(market: Market, id: TaskId): Promise<readonly (readonly [string, Deadline])[]> {
  const deadline = revealDeadlineOf(await market.task(id))
  if (deadline === undefined) return []
  // A task that was reopened has another one.
  const isOpen = async (): Promise<boolean> => revealDeadlineOf(await market.task(id)) === deadline
  return [[`${id} ${deadline}`, { at: Number(deadline), isOpen }]]
}

function revealDeadlineOf(task: TaskRecord): Instant | undefined {
  return task.status === 'revealing' ? task.consensus.revealDeadline : undefined
}

type Event = { readonly deal: DealId } | { readonly task: TaskId }

/** What the hub is asked. */
type Market = {
  readonly events: (from: number, to: number) => Promise<readonly Event[]>
  readonly deal: (id: DealId) => Promise<ReturnType<typeof decodeDeal>>
  readonly task: (id: TaskId) => Promise<TaskRecord>
  /** Time reference of a category, in seconds. */
  readonly timeref: (category: bigint) => Promise<bigint>
}

function openMarket(ask: Ask, hub: Address): Market {
  const client = createClient({
    transport: custom({
      request: async ({ method, params }: { readonly method: string; readonly params: readonly unknown[] }) =>
        ask(method, params),
    }),
  })
  const categories = new Map<bigint, Promise<bigint>>()
  return {
    events: async (from, to) => {
      const topics = [[ORDERS_MATCHED, TASK_CONSENSUS]]
      const filter = { address: hub, topics, fromBlock: toHex(from), toBlock: toHex(to) }
      return (await ask<readonly RawLog[]>('eth_getLogs', [filter])).map(readEvent)
    },
    deal: async (id) =>
      decodeDeal(await readContract(client, { address: hub, abi: viewDeal, functionName: 'viewDeal', args: [id] })),
    task: async (id) =>
      decodeTask(id, await readContract(client, { address: hub, abi: viewTask, functionName: 'viewTask', args: [id] })),
    timeref: async (category) => {
      const known = categories.get(category) ?? readTimeref(client, hub, category)
      categories.set(category, known)
      return known
    },
  }
}

async function readTimeref(client: Client, hub: Address, category: bigint): Promise<bigint> {
  const call = { address: hub, abi: viewCategory, functionName: 'viewCategory', args: [category] } as const
  return (await readContract(client, call)).workClockTimeRef
}

type RawLog = { readonly topics: readonly Hex[]; readonly data: Hex }

/** The id of a deal is the first of the values, that of a task is indexed. */
function readEvent({ topics, data }: RawLog): Event {
  return topics[0] === ORDERS_MATCHED ? { deal: asDealId(data.slice(0, 66)) } : { task: asTaskId(topics[1]) }
}

async function inTurns<One, Answer>(
  all: readonly One[],
  work: (one: One) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < all.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(all.slice(start, start + AT_ONCE).map(work))))
  }
  return answers
}
