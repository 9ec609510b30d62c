// The deadlines of a deal. All are multiples of the category's time reference T: contribute until 7T, reveal within 2T
// of the consensus, and at 10T everything ends. A deadline belongs to what comes after it: at that very second it is over.
import type { Instant } from '../ids.ts'
import { asInstant } from '../ids.ts'
import type { Deal } from './deal.ts'

/** `contribution_deadline_ratio`. */
export const CONTRIBUTION_DEADLINE_RATIO = 7n
/** `reveal_deadline_ratio`. */
export const REVEAL_DEADLINE_RATIO = 2n
/** `final_deadline_ratio`. */
export const FINAL_DEADLINE_RATIO = 10n

/** The part of a deal that sets its clock. */
export type DealClock = Pick<Deal, 'startTime' | 'timeref'>

/**
 * From this second on nobody can contribute.
 *
 * @example
 * contributionDeadline({ startTime: asInstant(1000n), timeref: 300n }) // 3100n
 */
export function contributionDeadline(deal: DealClock): Instant {
  return asInstant(deal.startTime + CONTRIBUTION_DEADLINE_RATIO * deal.timeref)
}

/** From this second on nothing of the deal can be revealed, finalized or reopened, and anyone may claim its unfinished tasks. */
export function finalDeadline(deal: DealClock): Instant {
  return asInstant(deal.startTime + FINAL_DEADLINE_RATIO * deal.timeref)
}

/** From this second on a result whose consensus came at `consensusAt` cannot be revealed any more. */
export function revealDeadline(deal: DealClock, consensusAt: Instant): Instant {
  return asInstant(consensusAt + REVEAL_DEADLINE_RATIO * deal.timeref)
}

/**
 * Whether a deadline has passed. It has at its very second.
 *
 * @example
 * hasPassed(contributionDeadline(deal), now)
 */
export function hasPassed(deadline: Instant, now: Instant): boolean {
  return now >= deadline
}

/** Whether a deal's workers may still contribute. */
export function isContributionOpen(deal: DealClock, now: Instant): boolean {
  return !hasPassed(contributionDeadline(deal), now)
}

/** Whether a deal is over: every task of it that is not completed can be claimed. */
export function hasExpired(deal: DealClock, now: Instant): boolean {
  return hasPassed(finalDeadline(deal), now)
}
