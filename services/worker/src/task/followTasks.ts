// News of tasks, from the chain alone: what a scheduler says only makes a worker look sooner.
import { followEvents, type FollowedBlock, type FollowState, type WakeUp } from '@iexec/chain'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeEventTopics, type Address, type Client } from 'viem'
import { getBlockNumber } from 'viem/actions'

/** What to follow, and who hears of it. */
export type FollowTasksOptions = {
  readonly client: Client
  readonly hub: Address
  readonly wakeUp: WakeUp | undefined
  readonly pollingMs: number
  readonly signal: AbortSignal
  /** There is news of these tasks; of any of them when left out. */
  readonly onNews: (taskIds?: ReadonlySet<string>) => void
  /** Blocks were taken off the chain. */
  readonly onRollback: () => void
  /** The newest block is of this second. */
  readonly onTime: (seconds: number) => void
  readonly onState: (state: FollowState) => void
}

const EVENTS = [
  'TaskInitialize',
  'TaskContribute',
  'TaskConsensus',
  'TaskReveal',
  'TaskReopen',
  'TaskFinalize',
  'TaskClaimed',
] as const

/** A node may be a few blocks behind when it is asked first. */
const BLOCKS_BACK = 5

/**
 * Follows the tasks of a hub from now on, until the signal aborts.
 *
 * @example
 * await followTasks({ client, hub, onNews: desk.lookAt, onTime: desk.pass, … })
 */
export async function followTasks(options: FollowTasksOptions): Promise<void> {
  const { client, hub, signal, onNews, onRollback, onTime } = options
  const topics = EVENTS.flatMap((eventName) => encodeEventTopics({ abi: hubAbi, eventName })[0] ?? [])
  const head = Number(await getBlockNumber(client))
  const fromBlock = Math.max(0, head - BLOCKS_BACK)
  const { wakeUp, pollingMs, onState } = options
  const filters = [{ address: [hub], topics: [topics] }]
  for await (const step of followEvents({
    client,
    filters,
    fromBlock,
    cursor: [],
    wakeUp,
    pollingMs,
    signal,
    onState,
  })) {
    if (step.kind === 'rollback') {
      onRollback()
      onNews()
      continue
    }
    const taskIds = tasksIn(step.blocks)
    if (taskIds.size > 0) onNews(taskIds)
    const last = step.blocks.at(-1)
    if (last !== undefined) onTime(last.timestamp)
  }
}

function tasksIn(blocks: readonly FollowedBlock[]): ReadonlySet<string> {
  return new Set(blocks.flatMap(({ logs }) => logs.flatMap(({ topics }) => topics[1] ?? [])))
}
