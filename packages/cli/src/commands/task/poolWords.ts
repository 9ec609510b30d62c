// What a workerpool says of a task, in words: what its workers do, and why they did not do it.
import { FAILURE_CAUSES, NO_ADDRESS, isSameAddress } from '@iexec/protocol'
import type { OffchainTask, Replicate, ShownDeal, ShownTask } from '@iexec/sdk'

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

/** States of workers whose vote, and of those whose reveal, is on its way through the chain or there. */
const REVEALED: ReadonlySet<string> = new Set(['REVEALED', 'RESULT_UPLOADING', 'RESULT_UPLOADED', 'COMPLETED'])
const VOTED: ReadonlySet<string> = new Set(['CONTRIBUTED', 'REVEALING', ...REVEALED])

type PoolWords = Pick<OffchainTask, 'replicates'>

/**
 * How many workers voted by the words of the workerpool, when it is ahead of the last look at the chain; else `undefined`. Its
 * workers tell it at once, and a chain is looked at now and then.
 *
 * @example
 * votesAhead(task, offchain) // 3
 */
export function votesAhead(
  { status, end, contributions }: Pick<ShownTask, 'status' | 'end' | 'contributions'>,
  pool: PoolWords | undefined,
): number | undefined {
  if (pool === undefined || end !== undefined || (status !== 'unset' && status !== 'active')) return undefined
  const votes = countIn(pool, VOTED)
  return votes > contributions.length ? votes : undefined
}

function countIn({ replicates }: PoolWords, states: ReadonlySet<string>): number {
  return replicates.filter(({ status }) => states.has(status)).length
}

/**
 * Why a task waits, as chain and workerpool tell it together: where one vote decides, nothing of a task is on the chain before it,
 * and what the pool tells is newer than the last look at the chain.
 *
 * @param now the time of the chain, in seconds
 * @example
 * reasonText(task, now, offchain) // 'Workers are at it; the chain hears of it with their first vote.'
 */
export function reasonText(
  task: Pick<ShownTask, 'status' | 'end' | 'reason' | 'deal' | 'contributions' | 'record'>,
  now: bigint,
  pool: PoolWords | undefined,
): string {
  const { status, end, reason, deal, contributions } = task
  if (pool === undefined || end !== undefined) return reason
  if (status === 'revealing') return revealsText(task, now, pool)
  if (now >= deal.contributionDeadline) return reason
  const votes = votesAhead(task, pool)
  if (votes !== undefined) return `${workersHave(votes)} voted, says the workerpool; ${sawText(contributions.length)}.`
  const failed = contributions.length === 0 ? failedCallback(deal, pool) : []
  if (failed.length > 0) return nothingToVoteFor(failed)
  if (status !== 'unset') return reason
  const isBegun = pool.replicates.some((replicate) => !IDLE.has(replicate.status))
  return isBegun ? 'Workers are at it; the chain hears of it with their first vote.' : reason
}

function revealsText({ record, reason }: Pick<ShownTask, 'record' | 'reason'>, now: bigint, pool: PoolWords): string {
  if (record.status !== 'revealing') return reason
  const { reveals, winners, revealDeadline } = record.consensus
  const told = Math.min(countIn(pool, REVEALED), winners)
  if (told <= reveals || now >= revealDeadline) return reason
  return `The workers agree; ${told} of ${winners} revealed their result, says the workerpool; ${sawText(reveals)}.`
}

/** Failures of the task itself, for which workers would vote if no contract waited for the result, once nobody is at it any more. */
function failedCallback({ callback }: Pick<ShownDeal, 'callback'>, { replicates }: PoolWords): readonly Replicate[] {
  if (isSameAddress(callback, NO_ADDRESS) || replicates.some(({ status }) => !IDLE.has(status))) return []
  const causes: readonly string[] = FAILURE_CAUSES
  return replicates.filter(({ history }) => causes.includes(history.at(-1)?.cause ?? ''))
}

function nothingToVoteFor(failed: readonly Replicate[]): string {
  const said = troubleOf(failed).join(' ')
  return `${workersHave(failed.length)} nothing to vote for: ${said} A contract is never told of a failure: unless another worker has a result in time, the price goes back.`
}

function workersHave(count: number): string {
  return `${count} ${count === 1 ? 'worker has' : 'workers have'}`
}

function sawText(count: number): string {
  return `the last look at the chain saw ${count === 0 ? 'none' : count}`
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
