// Whether a deal that a link names is what the page of an app may show as a run of it: anybody may have written the link.
import type { Address } from 'viem'

/** What is looked at of a deal. */
export type FoundDeal = {
  readonly app: Address
  readonly requester: Address
  /** Number of its tasks. */
  readonly size: bigint
}

/** The store sells one at a time; a deal of very many would be followed task by task. */
const MOST_TASKS = 10n

/**
 * Whether a deal is a run of an app, of so few tasks that one page follows them.
 *
 * @example
 * isOneOf(app, { app, requester, size: 1n }) // true
 */
export function isOneOf(app: Address, deal: FoundDeal): boolean {
  return deal.app.toLowerCase() === app.toLowerCase() && deal.size <= MOST_TASKS
}

/**
 * Whether the owner of the wallet bought it.
 *
 * @example
 * isOwn({ app, requester, size: 1n }, wallet?.address)
 */
export function isOwn({ requester }: FoundDeal, wallet: Address | undefined): boolean {
  return wallet?.toLowerCase() === requester.toLowerCase()
}
