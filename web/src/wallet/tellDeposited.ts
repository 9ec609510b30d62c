// RLC that were put on the market for something that then failed: whoever put them there is told where they are.
import type { Iexec } from '@iexec/sdk'

/** Something that was done after a deposit, and failed: the error it failed with, and in its details what was deposited. */
class AfterDeposit extends Error {
  override readonly name = 'AfterDeposit'
  readonly code: unknown
  readonly hints: unknown
  readonly details: Readonly<Record<string, unknown>>

  constructor(cause: Error, deposited: bigint) {
    super(cause.message, { cause: 'cause' in cause ? cause.cause : undefined })
    const { code, hints, details } = cause as { readonly [Key in 'code' | 'hints' | 'details']?: unknown }
    this.code = code
    this.hints = hints
    this.details = { ...(typeof details === 'object' ? details : {}), deposited }
  }
}

/**
 * Does something that puts RLC on the market first. When it fails after that, its error says so: `details.deposited`, in nRLC.
 *
 * @param missing what is to be put there; of nothing, nothing is told
 * @throws whatever `act` throws
 * @example
 * await tellDeposited(iexec, estimate.missingStake, async () => iexec.start(estimate, { deposit: 'auto' }))
 */
export async function tellDeposited<Outcome>(
  iexec: Pick<Iexec, 'account' | 'context'>,
  missing: bigint,
  act: () => Promise<Outcome>,
): Promise<Outcome> {
  const { account, context } = iexec
  if (missing === 0n || context.signer === undefined) return act()
  const { address } = context.signer
  const { stake: before } = await account.show(address)
  try {
    return await act()
  } catch (error) {
    // Who cannot be asked now is not told.
    const { stake: after } = await account.show(address).catch(() => ({ stake: before }))
    throw error instanceof Error && after > before ? new AfterDeposit(error, after - before) : error
  }
}
