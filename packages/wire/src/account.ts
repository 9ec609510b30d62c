// Accounts: what the hub keeps for an address.
import type { Address } from 'viem'
import { z } from 'zod'
import { address, count } from './shape.ts'

/** An account of the hub. An address that the hub has never seen has zeros. Amounts in nRLC. */
export type AccountItem = {
  readonly address: Address
  readonly chainId: number
  /** Free to spend or withdraw. */
  readonly stake: number
  /** Bound in deals and contributions. */
  readonly locked: number
  /** All rewards that it ever got, as owner of what was used and as a worker; what was taken out since is in it. */
  readonly earned: number
  /** Reputation as a worker. */
  readonly score: number
  /** How many of each it owns now. */
  readonly apps: number
  readonly datasets: number
  readonly workerpools: number
  /** How many deals it requested, and how many contributions it made. */
  readonly deals: number
  readonly contributions: number
}

/** Reads an account. */
export const accountItem: z.ZodType<AccountItem> = z
  .object({
    address,
    chainId: count,
    stake: count,
    locked: count,
    earned: count,
    score: count,
    apps: count,
    datasets: count,
    workerpools: count,
    deals: count,
    contributions: count,
  })
  .meta({ id: 'Account' })
