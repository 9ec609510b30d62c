// A run as the chain and its workerpool tell it together. The chain decides; the pool says what its workers do meanwhile, and a
// run goes on without its words.
import { setTimeout } from 'node:timers/promises'
import { IexecError, type Iexec, type OffchainTask, type Run, type RunState } from '@iexec/sdk'

/** A state of a run, and what the pool said last of its task. */
export type SeenRun = RunState & { readonly pool: OffchainTask | undefined }

/** A pool may hear of a deal later than the buyer, and may be away for a while. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

type News =
  | { readonly from: 'chain'; readonly next: IteratorResult<RunState, void> }
  | { readonly from: 'pool'; readonly next: IteratorResult<OffchainTask, void> }

/**
 * The states of a run, each time that the chain or, for a single task, the pool has something new.
 *
 * @throws IexecError as `Run.progress` does
 * @example
 * for await (const { reason, pool } of withPool(iexec, run, signal)) console.log(reason, pool?.replicates)
 */
export async function* withPool(iexec: Iexec, run: Run, signal: AbortSignal): AsyncGenerator<SeenRun, void> {
  const over = new AbortController()
  const states = run.progress({ signal })
  const words = hear(iexec, run, AbortSignal.any([signal, over.signal]))
  const nextState = async (): Promise<News> => ({ from: 'chain', next: await states.next() })
  const nextWord = async (): Promise<News> => ({ from: 'pool', next: await words.next() })
  let state: RunState | undefined
  let pool: OffchainTask | undefined
  let waiting: { readonly [From in News['from']]?: Promise<News> } = { chain: nextState(), pool: nextWord() }
  try {
    for (;;) {
      const { from, next } = await Promise.race(Object.values(waiting))
      if (from === 'chain') {
        if (next.done === true) return
        state = next.value
        waiting = { ...waiting, chain: nextState() }
      } else if (next.done === true) {
        waiting = { chain: waiting.chain ?? nextState() }
        continue
      } else {
        pool = next.value
        waiting = { ...waiting, pool: nextWord() }
      }
      if (state !== undefined) yield { ...state, pool }
    }
  } finally {
    over.abort()
  }
}

/** What the pool says of the only task of a run, for as long as it says something. */
async function* hear(
  { tasks }: Iexec,
  { dealId, taskIds: [task, ...more] }: Run,
  signal: AbortSignal,
): AsyncGenerator<OffchainTask, void> {
  if (task === undefined || more.length > 0) return
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      for await (const news of await tasks.stream(task, { dealid: dealId, signal })) {
        if (news.type === 'task') yield news.task
      }
      return
    } catch (error) {
      if (!(error instanceof IexecError)) throw error
      if (!['ServiceRefused', 'ServiceUnreachable'].includes(error.code)) return
    }
    await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}
