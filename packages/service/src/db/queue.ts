// A queue for writers: one works, the others wait in memory, where they hold nothing that anybody else needs.

/** Runs one piece of work after the other. */
export type Queue = {
  /** Runs the work when all that came before it has ended, however it ended; throws what the work throws. */
  readonly run: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  /** Returns when all that has come so far has ended. */
  readonly idle: () => Promise<void>
}

/** So many wait for seconds; who comes later is better told at once than kept. */
const MAX_WAITING = 1_000

/**
 * Opens a queue.
 *
 * @param maxWaiting who comes when so many wait is refused with an error
 * @example
 * const queue = openQueue()
 * const answer = await queue.run(async () => database.write(work))
 */
export function openQueue(maxWaiting: number = MAX_WAITING): Queue {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    run: async (work) => {
      if (waiting >= maxWaiting) throw new Error(`${waiting} writers wait for the database already; no more may.`)
      waiting += 1
      const turn = last.then(async () => {
        waiting -= 1
        return work()
      })
      last = turn.catch(() => undefined)
      return turn
    },
    idle: async () => {
      await last
    },
  }
}
