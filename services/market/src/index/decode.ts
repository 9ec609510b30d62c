// Logs → events. By hand for all that come often: viem's general decoder takes ten times as long.
import type { Signed } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeEventLog, toEventSelector, type Address, type Hash, type Hex } from 'viem'
import type { MarketContracts } from '../market.ts'
import type { EventName, MarketEvent, OrderNoun, Said } from './events.ts'
import { asCount, asText } from './sanitise.ts'

/** A log as a node tells it, in lower case. */
export type EventLog = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly transactionHash: Hash
  readonly logIndex: number
}

type Decoder = (log: EventLog) => Said[EventName] & { readonly kind: EventName }

/** What to ask a node for: addresses, and the first topics of each. */
export type EventFilter = { readonly address?: readonly Address[]; readonly topics?: readonly (readonly Hex[])[] }

const TRANSFER = toEventSelector('Transfer(address,address,uint256)')
const POLICY_UPDATE = toEventSelector('PolicyUpdate(uint256,uint256,uint256,uint256)')

/** The decoder of each event of the hub, by its first topic. */
const HUB: ReadonlyMap<Hex, Decoder> = new Map(
  Object.entries(hubDecoders()).map(([name, decoder]) => [topicOf(name as EventName), decoder]),
)

/**
 * What to ask a node for, so that no event of the market is missed. Workerpools are contracts of their own, so their policies
 * are asked for without an address.
 */
export function eventFilters({ hub, registries }: MarketContracts): readonly EventFilter[] {
  const { app, dataset, workerpool } = registries
  return [
    { address: [hub], topics: [[...HUB.keys()]] },
    { address: [...app, ...dataset, ...workerpool], topics: [[TRANSFER]] },
    { topics: [[POLICY_UPDATE]] },
  ]
}

/**
 * Makes the decoder of a market's logs. Whatever is no event of the market, or not encoded as one, is `undefined`.
 *
 * @example
 * const decode = eventDecoder(contracts)
 * const events = logs.map(decode).filter((event) => event !== undefined)
 */
export function eventDecoder({ hub, registries }: MarketContracts): (log: EventLog) => MarketEvent | undefined {
  const hubAddress = hub.toLowerCase()
  const names = new Map<string, 'AppTransfer' | 'DatasetTransfer' | 'WorkerpoolTransfer'>([
    ...registries.app.map((one) => [one.toLowerCase(), 'AppTransfer'] as const),
    ...registries.dataset.map((one) => [one.toLowerCase(), 'DatasetTransfer'] as const),
    ...registries.workerpool.map((one) => [one.toLowerCase(), 'WorkerpoolTransfer'] as const),
  ])
  return (log) => {
    try {
      const [topic = '0x'] = log.topics
      const decoder = log.address === hubAddress ? HUB.get(topic) : undefined
      const registry = topic === TRANSFER ? names.get(log.address) : undefined
      const said =
        decoder?.(log) ??
        (registry !== undefined ? { kind: registry, ...handed(log) } : undefined) ??
        (topic === POLICY_UPDATE ? policyUpdate(log) : undefined)
      return said && ({ ...said, logIndex: log.logIndex, tx: log.transactionHash } as MarketEvent)
    } catch (error) {
      if (error instanceof Malformed) return undefined
      throw error
    }
  }
}

/** A log that is not encoded as the event whose topic it has. */
class Malformed extends Error {}

function word(data: Hex, index: number): string {
  const start = 2 + 64 * index
  const digits = data.slice(start, start + 64)
  if (digits.length !== 64) throw new Malformed()
  return digits
}

function hashAt(data: Hex, index: number): Hex {
  return `0x${word(data, index)}`
}

function addressAt(data: Hex, index: number): Address {
  return `0x${word(data, index).slice(24)}`
}

function uintAt(data: Hex, index: number): bigint {
  return BigInt(`0x${word(data, index)}`)
}

function topicAt({ topics }: EventLog, index: number): Hex {
  const topic = topics[index]
  if (topic?.length !== 66) throw new Malformed()
  return topic
}

function topicAddress(log: EventLog, index: number): Address {
  return `0x${topicAt(log, index).slice(26)}`
}

function bytesAt(data: Hex, index: number): Hex {
  const start = 2 + 2 * asCount(uintAt(data, index))
  const length = Number.parseInt(data.slice(start, start + 64), 16)
  const digits = data.slice(start + 64, start + 64 + 2 * length)
  if (digits.length !== 2 * length) throw new Malformed()
  return `0x${digits}`
}

const moved = (log: EventLog): Said['Transfer'] => ({
  account: topicAddress(log, 1),
  counterparty: topicAddress(log, 2),
  amount: uintAt(log.data, 0),
})
const handed = (log: EventLog): Said['AppTransfer'] => ({
  asset: topicAddress(log, 3),
  account: topicAddress(log, 1),
  counterparty: topicAddress(log, 2),
})
const held = ({ data }: EventLog): Said['Lock'] => ({ account: addressAt(data, 0), amount: uintAt(data, 1) })
const earned = (log: EventLog): Said['Reward'] => ({ ...held(log), task: hashAt(log.data, 2) })
const judged = (log: EventLog): Said['AccurateContribution'] => ({
  account: topicAddress(log, 1),
  task: topicAt(log, 2),
})
const ofTask = (log: EventLog): Said['TaskReopen'] => ({ task: topicAt(log, 1) })
const byWorker = (log: EventLog): Said['TaskReopen'] & { readonly account: Address } => ({
  task: topicAt(log, 1),
  account: topicAddress(log, 2),
})
const ofOrder = ({ data }: EventLog): Said['SignedAppOrder'] => ({ orderHash: hashAt(data, 0) })

function hubDecoders(): Readonly<Partial<Record<EventName, Decoder>>> {
  return {
    Transfer: (log) => ({ kind: 'Transfer', ...moved(log) }),
    Approval: (log) => ({ kind: 'Approval', ...moved(log) }),
    Lock: (log) => ({ kind: 'Lock', ...held(log) }),
    Unlock: (log) => ({ kind: 'Unlock', ...held(log) }),
    Reward: (log) => ({ kind: 'Reward', ...earned(log) }),
    Seize: (log) => ({ kind: 'Seize', ...earned(log) }),
    SchedulerNotice: (log) => ({
      kind: 'SchedulerNotice',
      asset: topicAddress(log, 1),
      deal: hashAt(log.data, 0),
    }),
    OrdersMatched: ({ data }) => ({
      kind: 'OrdersMatched',
      deal: hashAt(data, 0),
      detail: {
        appHash: hashAt(data, 1),
        datasetHash: hashAt(data, 2),
        workerpoolHash: hashAt(data, 3),
        requestHash: hashAt(data, 4),
        volume: String(uintAt(data, 5)),
      },
    }),
    DealSponsored: ({ data }) => ({ kind: 'DealSponsored', deal: hashAt(data, 0), account: addressAt(data, 1) }),
    TaskInitialize: (log) => ({ kind: 'TaskInitialize', task: topicAt(log, 1), asset: topicAddress(log, 2) }),
    TaskContribute: (log) => ({ kind: 'TaskContribute', ...byWorker(log), detail: { hash: hashAt(log.data, 0) } }),
    TaskConsensus: (log) => ({ kind: 'TaskConsensus', ...ofTask(log), detail: { consensus: hashAt(log.data, 0) } }),
    TaskReveal: (log) => ({ kind: 'TaskReveal', ...byWorker(log), detail: { digest: hashAt(log.data, 0) } }),
    TaskReopen: (log) => ({ kind: 'TaskReopen', ...ofTask(log) }),
    TaskFinalize: (log) => ({ kind: 'TaskFinalize', ...ofTask(log), detail: { results: bytesAt(log.data, 0) } }),
    TaskClaimed: (log) => ({ kind: 'TaskClaimed', ...ofTask(log) }),
    AccurateContribution: (log) => ({ kind: 'AccurateContribution', ...judged(log) }),
    FaultyContribution: (log) => ({ kind: 'FaultyContribution', ...judged(log) }),
    CreateCategory: createCategory,
    ...orderDecoders('App'),
    ...orderDecoders('Dataset'),
    ...orderDecoders('Workerpool'),
    ...orderDecoders('Request'),
  }
}

function orderDecoders(noun: OrderNoun): Readonly<Partial<Record<EventName, Decoder>>> {
  return {
    [`Signed${noun}Order`]: (log: EventLog) => ({ kind: `Signed${noun}Order`, ...ofOrder(log) }),
    [`Closed${noun}Order`]: (log: EventLog) => ({ kind: `Closed${noun}Order`, ...ofOrder(log) }),
    [`Broadcast${noun}Order`]: (log: EventLog) => ({ kind: `Broadcast${noun}Order`, order: broadcastOrder(noun, log) }),
  }
}

function createCategory(log: EventLog): { readonly kind: 'CreateCategory' } & Said['CreateCategory'] {
  const { catid, name, description, workClockTimeRef } = generally(log, 'CreateCategory') as {
    readonly catid: bigint
    readonly name: string
    readonly description: string
    readonly workClockTimeRef: bigint
  }
  const detail = {
    catid: String(catid),
    name: asText(name),
    description: asText(description),
    workClockTimeRef: String(workClockTimeRef),
  }
  return { kind: 'CreateCategory', detail }
}

function broadcastOrder(noun: OrderNoun, log: EventLog): Signed {
  const [fields = {}] = Object.values(generally(log, `Broadcast${noun}Order`)) as readonly Record<string, unknown>[]
  const lower = Object.entries(fields).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' && name !== 'params' ? value.toLowerCase() : value,
  ])
  return { kind: noun.toLowerCase(), ...Object.fromEntries(lower) } as Signed
}

function policyUpdate(log: EventLog): { readonly kind: 'PolicyUpdate' } & Said['PolicyUpdate'] {
  const ratio = (index: number): string => String(asCount(uintAt(log.data, index)))
  return {
    kind: 'PolicyUpdate',
    asset: log.address,
    policy: { workerStakeRatio: uintAt(log.data, 1), schedulerRewardRatio: uintAt(log.data, 3) },
    detail: {
      oldWorkerStakeRatio: ratio(0),
      newWorkerStakeRatio: ratio(1),
      oldSchedulerRewardRatio: ratio(2),
      newSchedulerRewardRatio: ratio(3),
    },
  }
}

/** viem's decoder, for what comes rarely. */
function generally(log: EventLog, eventName: 'CreateCategory' | `Broadcast${OrderNoun}Order`): object {
  try {
    const topics = log.topics as [Hex, ...Hex[]]
    return decodeEventLog({ abi: hubAbi, eventName, topics, data: log.data }).args
  } catch {
    throw new Malformed()
  }
}

function topicOf(name: EventName): Hex {
  const item = hubAbi.find((one) => one.type === 'event' && one.name === name)
  if (item?.type !== 'event') throw new Error(`The hub has no event ${name}.`)
  return toEventSelector(item)
}
