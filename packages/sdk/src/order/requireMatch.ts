// Whether four orders make a deal: the protocol's rule over what the chain says, and every misfit at once.
import {
  NO_DATASET_ORDER,
  isSameAddress,
  matchOrders as judgeMatch,
  type Explanation,
  type Match,
  type MatchState,
  type Mismatch,
  type Signed,
} from '@iexec/protocol'
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { readMatchState, type SignedMatch } from './readMatchState.ts'

/** Orders to match; without a dataset order there is no dataset. */
export type OrdersToMatch = {
  readonly app: Signed<'app'>
  readonly dataset?: Signed<'dataset'> | undefined
  readonly workerpool: Signed<'workerpool'>
  readonly request: Signed<'request'>
}

/** Who pays for a deal. */
export type MatchOptions = {
  /** The requester, when left out; or the signer, who then sponsors the deal of another one. */
  readonly payer?: 'requester' | 'signer'
}

/** Four orders, what the chain says of them, and what the protocol's rule makes of it. */
export type Judged = { readonly orders: SignedMatch; readonly state: MatchState; readonly match: Match }

/** Judges four orders by the protocol's rule over what the chain says now. */
export async function judgeOrders(context: Context, given: OrdersToMatch, { payer }: MatchOptions): Promise<Judged> {
  const orders = { ...given, dataset: given.dataset ?? NO_DATASET_ORDER }
  const sponsor = payer === 'signer' ? requireSigner(context).address : orders.request.requester
  const state = await readMatchState(context, orders, sponsor)
  return { orders, state, match: judgeMatch(orders, state) }
}

/**
 * The error that names everything that stands against a match.
 *
 * @param signer whose stakes can be helped by a deposit of his own
 */
export async function mismatchError(mismatches: readonly Mismatch[], signer?: Address): Promise<IexecError> {
  const words = await explainAll(mismatches)
  const sentence = `These orders cannot make a deal: ${words.map(({ sentence: each }) => each).join('; ')}.`
  const hints = words.map(({ hint }, index) => othersStake(mismatches[index], signer) ?? hint)
  const said = hints.filter((hint) => hint !== undefined)
  return new IexecError('OrdersMismatch', sentence, { hints: [...new Set(said)], details: { mismatches } })
}

/** What stands against a match, in words. They are loaded when something does. */
export async function explainAll(mismatches: readonly Mismatch[]): Promise<readonly Explanation[]> {
  const { explainError } = await import('@iexec/protocol/errors')
  return mismatches.map((mismatch) => explainError(mismatch.reason, mismatch))
}

/** No deposit of the signer's own helps the stake of another one. */
function othersStake(mismatch: Mismatch | undefined, signer: Address | undefined): string | undefined {
  if (mismatch?.reason !== 'InsufficientStake' || signer === undefined) return undefined
  if (isSameAddress(mismatch.account, signer)) return undefined
  return `The account ${mismatch.account} has to bring more stake; or take an order of somebody else.`
}

/** What a deal would lack of a stake, in nRLC. */
export function missingStakeOf(mismatches: readonly Mismatch[], account: Address): bigint {
  return mismatches.reduce(
    (missing, mismatch) =>
      mismatch.reason === 'InsufficientStake' && isSameAddress(mismatch.account, account)
        ? missing + mismatch.needed - mismatch.free
        : missing,
    0n,
  )
}
