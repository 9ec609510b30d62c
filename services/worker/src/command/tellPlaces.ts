// What happens to the places of a worker, as lines for people.
import type { PlaceReport } from '@iexec/wire/work'
import type { Worker } from '../worker.ts'
import type { Speaker } from './speak.ts'

/** The words of each state, after the number of the task. */
const WORDS: Readonly<Record<PlaceReport['state'], string>> = {
  offered: 'is offered',
  accepted: 'is taken',
  fetching: 'fetches app and inputs',
  running: 'runs',
  computed: 'is computed',
  contributing: 'is voted for',
  contributed: 'has this vote; it waits for the others',
  revealing: 'is agreed on; the vote is revealed',
  revealed: 'is revealed; the pool finishes it',
  done: 'is done',
  refused: 'is refused',
  failed: 'has failed',
  aborted: 'was ended',
}

/**
 * Tells of each new state of each place, and of the scheduler.
 *
 * @returns ends it
 * @example
 * const stop = tellPlaces(worker, createSpeaker({}))
 */
export function tellPlaces(worker: Worker, speaker: Speaker): () => void {
  let pool = ''
  return worker.watch((change) => {
    if (change.type === 'report') {
      const { taskId, state, cause, message } = change.report
      const why = message === undefined ? '' : `: ${message}`
      speaker.say('task', `${taskId.slice(0, 10)}… ${WORDS[state]}${why}`, { taskId, state, cause })
      return
    }
    const words =
      change.pool.state === 'connected' ? 'The scheduler has this worker.' : `The scheduler is away: ${change.pool.why}`
    if (words === pool) return
    pool = words
    speaker.say('pool', words, { state: change.pool.state })
  })
}
