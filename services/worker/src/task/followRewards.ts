// What a worker earned and lost, from the chain alone, since its folder was made.
import { followEvents, type BlockRef, type FollowedLog } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeEventLog, encodeEventTopics, isAddressEqual, type Address, type Client, type Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import type { Reward, Store } from '../store/store.ts'

/** Whose rewards, and where they are kept. */
export type FollowRewardsOptions = {
  readonly client: Client
  readonly hub: Address
  readonly worker: Address
  readonly store: Pick<Store, 'readFact' | 'keepRewards' | 'dropRewards'>
  /** How often tasks are looked at. */
  readonly pollingMs: number
  readonly signal: AbortSignal
}

/** Nobody waits for it: so many times more rarely than tasks are looked at. */
const RARELY = 10
const CURSOR = 'rewards'
const REWARDS = hubAbi.filter((item) => item.type === 'event' && (item.name === 'Reward' || item.name === 'Seize'))

/**
 * Keeps the rewards and the lost stakes of a worker, until the signal aborts.
 *
 * @example
 * await followRewards({ client, hub, worker, store, pollingMs: 250, signal })
 */
export async function followRewards(options: FollowRewardsOptions): Promise<void> {
  const { client, hub, worker, store, pollingMs, signal } = options
  const known = await store.readFact(CURSOR)
  const cursor = known === undefined ? [] : [JSON.parse(known) as BlockRef]
  const fromBlock = cursor.length > 0 ? 0 : Number(await getBlockNumber(client))
  const [reward] = encodeEventTopics({ abi: hubAbi, eventName: 'Reward' })
  const [seize] = encodeEventTopics({ abi: hubAbi, eventName: 'Seize' })
  const filters = [{ address: [hub], topics: [[reward, seize]] }]
  for await (const step of followEvents({
    client,
    filters,
    fromBlock,
    cursor,
    signal,
    pollingMs: RARELY * pollingMs,
  })) {
    if (step.kind === 'rollback') {
      await store.dropRewards(step.to)
      continue
    }
    const last = step.blocks.at(-1)
    const rewards = step.blocks.flatMap(({ logs }) => logs.flatMap((log) => rewardOf(log, worker)))
    if (last !== undefined) await store.keepRewards(rewards, { number: last.number, hash: last.hash })
  }
}

/** The hub does not index whose reward it is: all of them are read, and those of others left out. */
function rewardOf({ topics, data, blockNumber, logIndex }: FollowedLog, worker: Address): readonly Reward[] {
  const event = decodeEventLog({ abi: REWARDS, topics: topics as [Hex, ...Hex[]], data })
  const { owner, amount, ref } = event.args
  if (!isAddressEqual(owner, worker)) return []
  return [{ block: blockNumber, logIndex, taskId: ref, amount: event.eventName === 'Seize' ? -amount : amount }]
}
