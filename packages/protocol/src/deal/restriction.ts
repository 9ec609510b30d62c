// Whom a restriction lets in.
import type { Address } from 'viem'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'

/** What a group contract (ERC-734) answered: this account is a member, with purpose 4. */
export type Membership = { readonly group: Address; readonly member: Address }

/**
 * Whether a restriction lets an account in: there is none (the zero address), it names the account, or it is a group
 * that has it as a member.
 *
 * Without a dataset the dataset's address is zero, and a restriction on the dataset refuses it like any other.
 *
 * @param memberships every positive answer of a group; what is not listed is a no
 * @example
 * restrictionAllows(club, alice, [{ group: club, member: alice }]) // true
 */
export function restrictionAllows(restriction: Address, account: Address, memberships: readonly Membership[]): boolean {
  if (isSameAddress(restriction, NO_ADDRESS) || isSameAddress(restriction, account)) return true
  return memberships.some(({ group, member }) => isSameAddress(group, restriction) && isSameAddress(member, account))
}
