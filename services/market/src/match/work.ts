// How much one wish may cost: one budget for its search and its explanation, and room for other requests in between.

/** So many orders are looked at for one wish; a question to the tables counts as `LOOKS_PER_QUESTION`. */
export const MAX_LOOKS = 20_000
export const LOOKS_PER_QUESTION = 50
/** So long one wish is worked on. What others take meanwhile does not count. */
export const MAX_WORK_MS = 250
/** After so many looks other requests have their turn: SQLite answers at once, so nothing else would let them in. */
const LOOKS_PER_TURN = 50

/** The work for one wish. */
export type Work = {
  /** Asked before so many orders are looked at: whether they may be. Now and then it lets other requests go first. */
  readonly go: (looks: number) => Promise<boolean>
  /** Waits for others without counting the time. */
  readonly rest: <Answer>(others: Promise<Answer>) => Promise<Answer>
  /** Tells that some bound kept something from being looked at. */
  readonly cut: () => void
  /** Whether something was not looked at. */
  readonly isCut: () => boolean
}

/**
 * Begins the work for a wish.
 *
 * @param now milliseconds
 * @example
 * const work = beginWork(Date.now)
 * if (await work.go(1)) look()
 */
export function beginWork(now: () => number, giveWay: () => Promise<void> = nextTurn): Work {
  let until = now() + MAX_WORK_MS
  let looks = 0
  let sinceTurn = 0
  let isCut = false
  let resting = 0
  let restedFrom = 0
  const rest = async <Answer>(others: Promise<Answer>): Promise<Answer> => {
    if (resting === 0) restedFrom = now()
    resting += 1
    try {
      return await others
    } finally {
      resting -= 1
      if (resting === 0) until += now() - restedFrom
    }
  }
  const go = async (more: number): Promise<boolean> => {
    looks += more
    sinceTurn += more
    if (looks > MAX_LOOKS || (resting === 0 && now() > until)) {
      isCut = true
      return false
    }
    if (sinceTurn >= LOOKS_PER_TURN) {
      sinceTurn = 0
      await rest(giveWay())
    }
    return true
  }
  return {
    go,
    rest,
    cut: () => {
      isCut = true
    },
    isCut: () => isCut,
  }
}

async function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
