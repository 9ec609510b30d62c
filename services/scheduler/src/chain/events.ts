// Logs of the hub → what happened to deals and tasks. By hand: they come often, and are of few shapes.
import type { FollowedLog, LogFilter } from '@iexec/chain'
import { decodeAbiParameters, toEventSelector, type Address, type Hex } from 'viem'

/** Something that happened on the chain. */
export type HubEvent =
  | { readonly kind: 'deal'; readonly workerpool: Address; readonly deal: Hex }
  | { readonly kind: 'initialize'; readonly task: Hex; readonly workerpool: Address }
  | { readonly kind: 'contribute'; readonly task: Hex; readonly worker: Address; readonly hash: Hex }
  | { readonly kind: 'consensus'; readonly task: Hex; readonly value: Hex }
  | { readonly kind: 'reveal'; readonly task: Hex; readonly worker: Address; readonly digest: Hex }
  | { readonly kind: 'reopen'; readonly task: Hex }
  | { readonly kind: 'finalize'; readonly task: Hex; readonly results: Hex }
  | { readonly kind: 'claim'; readonly task: Hex }
  /** The score of a worker changed. */
  | { readonly kind: 'score'; readonly worker: Address; readonly task: Hex; readonly isAccurate: boolean }

const TOPICS = {
  deal: toEventSelector('SchedulerNotice(address,bytes32)'),
  initialize: toEventSelector('TaskInitialize(bytes32,address)'),
  contribute: toEventSelector('TaskContribute(bytes32,address,bytes32)'),
  consensus: toEventSelector('TaskConsensus(bytes32,bytes32)'),
  reveal: toEventSelector('TaskReveal(bytes32,address,bytes32)'),
  reopen: toEventSelector('TaskReopen(bytes32)'),
  finalize: toEventSelector('TaskFinalize(bytes32,bytes)'),
  claim: toEventSelector('TaskClaimed(bytes32)'),
  accurate: toEventSelector('AccurateContribution(address,bytes32)'),
  faulty: toEventSelector('FaultyContribution(address,bytes32)'),
} as const

const NAMES = new Map<Hex, keyof typeof TOPICS>(
  Object.entries(TOPICS).map(([name, topic]) => [topic, name as keyof typeof TOPICS]),
)

/** What to ask a node for. */
export function hubFilter(hub: Address): LogFilter {
  return { address: [hub], topics: [Object.values(TOPICS)] }
}

/** What a log says; undefined when it is none of these, or not encoded as one. */
export function readEvent({ topics, data }: Pick<FollowedLog, 'topics' | 'data'>): HubEvent | undefined {
  const [topic = '0x', first = '0x', second = '0x'] = topics
  const task = first
  const word: Hex = `0x${data.slice(2, 66)}`
  switch (NAMES.get(topic)) {
    case 'deal':
      return { kind: 'deal', workerpool: addressOf(first), deal: word }
    case 'initialize':
      return { kind: 'initialize', task, workerpool: addressOf(second) }
    case 'contribute':
      return { kind: 'contribute', task, worker: addressOf(second), hash: word }
    case 'consensus':
      return { kind: 'consensus', task, value: word }
    case 'reveal':
      return { kind: 'reveal', task, worker: addressOf(second), digest: word }
    case 'reopen':
      return { kind: 'reopen', task }
    case 'finalize':
      return { kind: 'finalize', task, results: decodeAbiParameters([{ type: 'bytes' }], data)[0] }
    case 'claim':
      return { kind: 'claim', task }
    case 'accurate':
    case 'faulty':
      return { kind: 'score', worker: addressOf(first), task: second, isAccurate: topic === TOPICS.accurate }
    case undefined:
      return undefined
  }
}

function addressOf(topic: Hex): Address {
  return `0x${topic.slice(-40)}`
}
