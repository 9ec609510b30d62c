// What the hub's events mean to a keeper: a deal was made; a task was begun, voted for, or has ended.
import type { FollowedLog, LogFilter } from '@iexec/chain'
import type { DealId, TaskId } from '@iexec/protocol'
import { toEventSelector, type Address, type Hex } from 'viem'
import type { MarkTable } from '../db/schema.ts'

const ORDERS_MATCHED = toEventSelector('OrdersMatched(bytes32,bytes32,bytes32,bytes32,bytes32,uint256)')

const MARKS: ReadonlyMap<Hex, MarkTable['kind']> = new Map([
  [toEventSelector('TaskInitialize(bytes32,address)'), 'begun'],
  [toEventSelector('TaskContribute(bytes32,address,bytes32)'), 'vote'],
  [toEventSelector('TaskFinalize(bytes32,bytes)'), 'ended'],
  [toEventSelector('TaskClaimed(bytes32)'), 'ended'],
])

/** What to ask a node for. */
export function eventFilter(hub: Address): LogFilter {
  return { address: [hub], topics: [[ORDERS_MATCHED, ...MARKS.keys()]] }
}

/** The deal that a log tells of; `undefined` when it tells of none. */
export function dealOf({ topics, data }: FollowedLog): DealId | undefined {
  // The first of its values, none of which is indexed.
  return topics[0] === ORDERS_MATCHED ? (data.slice(0, 66) as DealId) : undefined
}

/** What a log tells of a task; `undefined` when it tells nothing of one. */
export function markOf({ topics, blockNumber, logIndex }: FollowedLog): MarkTable | undefined {
  const [topic = '0x', task] = topics
  const kind = MARKS.get(topic)
  return kind === undefined || task === undefined
    ? undefined
    : { task: task as TaskId, block: blockNumber, seq: logIndex, kind }
}
