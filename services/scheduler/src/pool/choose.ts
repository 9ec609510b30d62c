// Which tasks get free workers: those that were begun before those that were not, and every deal in its turn.
import type { Book } from '../book/book.ts'
import { addTask } from '../book/book.ts'
import { contributionEnd, finalEnd, type Deal, type Task } from '../book/model.ts'
import { idOfTask } from '../chain/apply.ts'
import type { Now } from '../decide/snapshot.ts'

/** So many tasks are decided at a time: what is left comes with the next round. */
export const TASKS_AT_ONCE = 256

/** Whether a deal still has a task that nobody began, and the time to begin it. */
function isBeginnable({ facts, next }: Deal, now: Now): boolean {
  return next < facts.botFirst + facts.botSize && facts.requirement !== undefined && now.chain < contributionEnd(facts)
}

/**
 * Begins tasks of open deals, one of each deal in turn, the most urgent deal first. A deal whose tasks wait for workers already
 * begins no more of them.
 *
 * @param room how many more places there are
 */
export function beginTasks(
  book: Book,
  {
    room,
    isWaiting,
    isFree,
    now,
  }: {
    readonly room: number
    readonly isWaiting: (deal: Deal) => boolean
    /** Whether a fit worker has a free place. */
    readonly isFree: (deal: Deal) => boolean
    readonly now: Now
  },
): readonly Task[] {
  const deals = [...book.deals.values()]
    .filter((deal) => isBeginnable(deal, now) && !isWaiting(deal) && isFree(deal))
    .toSorted(
      (one, other) =>
        contributionEnd(one.facts) - contributionEnd(other.facts) || one.facts.seenAt - other.facts.seenAt,
    )
  const begun: Task[] = []
  const most = Math.min(room, TASKS_AT_ONCE)
  let hasMore = true
  while (begun.length < most && hasMore) {
    hasMore = false
    for (const deal of deals) {
      if (begun.length >= most || !isBeginnable(deal, now)) continue
      begun.push(beginNext(book, deal))
      hasMore = true
    }
  }
  return begun
}

/** The next task of a bag. What somebody else initialized was begun by that. */
function beginNext(book: Book, deal: Deal): Task {
  const index = deal.next
  return addTask(book, deal, { id: idOfTask(deal.facts.id, index), index })
}

/** So many tasks whose time is over are claimed at a time. */
const CLAIMS_AT_ONCE = 300

/** Takes up what is left of deals whose time is over, so that it is claimed. */
export function beginClaims(book: Book, now: Now): readonly Task[] {
  const begun: Task[] = []
  for (const deal of book.deals.values()) {
    const { facts } = deal
    while (now.chain >= finalEnd(facts) && deal.next < facts.botFirst + facts.botSize) {
      if (begun.length + book.tasks.size >= CLAIMS_AT_ONCE) return begun
      begun.push(beginNext(book, deal))
    }
  }
  return begun
}
