// Something bought as the chain and its workerpool tell it together. The chain decides; the pool says what its workers do
// meanwhile, and all goes on without its words.
import { setTimeout } from 'node:timers/promises'
import type { TaskId } from '@iexec/protocol'
import { IexecError, type Iexec, type OffchainTask, type TaskPlace } from '@iexec/sdk'

/** A state by the chain, and what the pool said last of the task. */
export type WithPool<State> = State & { readonly pool: OffchainTask | undefined }

/** What is followed, of which task the pool is heard, and until when. */
export type Followed<State> = TaskPlace & {
  readonly states: AsyncGenerator<State, void>
  /** `undefined` when there is no single one. */
  readonly task: TaskId | undefined
  readonly signal: AbortSignal
}

/** A pool may hear of a deal later than the buyer, and may be away for a while. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

type News<State> =
  | { readonly from: 'chain'; readonly next: IteratorResult<State, void> }
  | { readonly from: 'pool'; readonly next: IteratorResult<OffchainTask, void> }

/**
 * The states, each time that the chain or, for a single task, the pool has something new.
 *
 * @throws IexecError as the states do
 * @example
 * const states = iexec.tasks.watch(task, { signal })
 * for await (const { reason, pool } of withPool(iexec, { states, task, signal })) console.log(reason, pool?.replicates)
 */
export async function* withPool<State extends object>(
  iexec: Iexec,
  followed: Followed<State>,
): AsyncGenerator<WithPool<State>, void> {
  const { states, signal } = followed
  const over = new AbortController()
  const words = hear(iexec, followed, AbortSignal.any([signal, over.signal]))
  const nextState = async (): Promise<News<State>> => ({ from: 'chain', next: await states.next() })
  const nextWord = async (): Promise<News<State>> => ({ from: 'pool', next: await words.next() })
  let state: State | undefined
  let pool: OffchainTask | undefined
  let waiting: { readonly [From in News<State>['from']]?: Promise<News<State>> } = {
    chain: nextState(),
    pool: nextWord(),
  }
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

/** What the pool says of a task, for as long as it says something. */
async function* hear(
  { tasks }: Iexec,
  { task, dealid }: Pick<Followed<unknown>, 'task' | 'dealid'>,
  signal: AbortSignal,
): AsyncGenerator<OffchainTask, void> {
  if (task === undefined) return
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      for await (const news of await tasks.stream(task, { dealid, signal })) {
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
