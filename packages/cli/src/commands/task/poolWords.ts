// What a workerpool says of a task, in words: what its workers do, and why they did not do it.
import type { OffchainTask, Replicate, ShownTask } from '@iexec/sdk'

/** The states by which pools tell what a worker does. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['CREATED', 'asked'],
  ['STARTING', 'starting'],
  ['STARTED', 'starting'],
  ['APP_DOWNLOADING', 'fetching the app'],
  ['APP_DOWNLOADED', 'fetching the app'],
  ['DATA_DOWNLOADING', 'fetching the data'],
  ['DATA_DOWNLOADED', 'fetching the data'],
  ['COMPUTING', 'computing'],
  ['COMPUTED', 'computed'],
  ['COMPUTE_FAILED', 'saw the app fail'],
  ['CONTRIBUTING', 'voting'],
  ['CONTRIBUTED', 'voted'],
  ['REVEALING', 'revealing'],
  ['REVEALED', 'revealed'],
  ['RESULT_UPLOADING', 'bringing the result'],
  ['RESULT_UPLOADED', 'brought the result'],
  ['COMPLETED', 'done'],
  ['START_FAILED', 'refused'],
  ['FAILED', 'failed'],
  ['ABORTED', 'stopped'],
])

/**
 * What the workers do, each state with how many are in it; `undefined` as long as nobody was asked.
 *
 * @example
 * workersText(offchain) // '1 fetching the app, 2 computing'
 */
export function workersText({ replicates }: Pick<OffchainTask, 'replicates'>): string | undefined {
  // In the order of a task's way, so that a line changes no more than what it tells.
  const counts = new Map([...WORDS.values()].map((word) => [word, 0]))
  for (const { status } of replicates) {
    const word = WORDS.get(status) ?? status.toLowerCase().replaceAll('_', ' ')
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const said = [...counts].filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`)
  return said.length === 0 ? undefined : said.join(', ')
}

/** States in which a worker does nothing for a task yet, or no more. */
const IDLE: ReadonlySet<string> = new Set(['CREATED', 'START_FAILED', 'COMPUTE_FAILED', 'FAILED', 'ABORTED'])

/**
 * Why a task waits, as chain and workerpool tell it together: where one vote decides, nothing of a task is on the chain before it.
 *
 * @param now the time of the chain, in seconds
 * @example
 * reasonText(task, now, offchain) // 'Workers are at it; the chain hears of it with their first vote.'
 */
export function reasonText(
  { status, end, reason, deal }: Pick<ShownTask, 'status' | 'end' | 'reason' | 'deal'>,
  now: bigint,
  pool: Pick<OffchainTask, 'replicates'> | undefined,
): string {
  if (status !== 'unset' || end !== undefined || now >= deal.contributionDeadline) return reason
  const isBegun = pool?.replicates.some((replicate) => !IDLE.has(replicate.status)) ?? false
  return isBegun ? 'Workers are at it; the chain hears of it with their first vote.' : reason
}

/**
 * What workers say of their failing, a sentence each, and each once: `The app exited with 3.`
 *
 * @example
 * troubleOf(offchain.replicates) // ['The app exited with 3.']
 */
export function troubleOf(replicates: readonly Replicate[]): readonly string[] {
  const said = replicates.flatMap(({ message, exitCode, history }) => {
    if (message !== undefined) return [message]
    if (exitCode !== undefined && exitCode !== 0) return [`The app exited with ${exitCode}.`]
    const cause = history.at(-1)?.cause
    return cause === undefined ? [] : [`${cause}.`]
  })
  return [...new Set(said)]
}
