// Mismatches of the protocol as changes of a wish: which field, from what, to what.
import { NO_TAG, formatRlc, missingTag, type Mismatch } from '@iexec/protocol'
import { explainMismatch } from '@iexec/protocol/errors'
import { shownAddress, shownNumber } from '../deal/shown.ts'
import type { MatchChange, MatchWish } from '@iexec/wire'
import { ANYBODY } from './confirm.ts'

/**
 * What of a wish would have to change for mismatches to go away. A category that the hub does not have is not that of the orders
 * either: this is one change, to theirs.
 *
 * @example
 * toChanges(mismatches, wish) // [{ field: 'trust', reason: 'TrustTooLow', wanted: 7, needed: 2, sentence: '…' }]
 */
export function toChanges(mismatches: readonly Mismatch[], wish: MatchWish): MatchChange[] {
  const isUnknown = mismatches.some(({ reason }) => reason === 'UnknownCategory')
  const offered = isUnknown ? mismatches.find((one) => one.reason === 'CategoryMismatch')?.offered : undefined
  return mismatches
    .filter((mismatch) => !isUnknown || mismatch.reason !== 'CategoryMismatch')
    .map((mismatch) => {
      const needed =
        mismatch.reason === 'UnknownCategory' && offered !== undefined ? { needed: shownNumber(offered) } : {}
      return { ...termOf(mismatch, wish), ...needed, reason: mismatch.reason, sentence: sentenceOf(mismatch) }
    })
}

type Term = Pick<MatchChange, 'field' | 'wanted' | 'needed'>

function termOf(mismatch: Mismatch, wish: MatchWish): Term {
  switch (mismatch.reason) {
    case 'AppPriceTooHigh':
      return prices('appmaxprice', mismatch)
    case 'DatasetPriceTooHigh':
      return prices('datasetmaxprice', mismatch)
    case 'WorkerpoolPriceTooHigh':
      return prices('workerpoolmaxprice', mismatch)
    case 'TrustTooLow':
      return { field: 'trust', wanted: wish.trust, needed: shownNumber(mismatch.offered) }
    case 'CategoryMismatch':
      return { field: 'category', wanted: wish.category, needed: shownNumber(mismatch.offered) }
    case 'UnknownCategory':
      return { field: 'category', wanted: wish.category, needed: null }
    case 'WorkerpoolLacksTag':
      return tags(wish, missingTag(mismatch.required, mismatch.offered))
    case 'AppLacksTee':
      return tags(wish, TEE)
    default:
      return 'allowed' in mismatch
        ? restriction(mismatch, wish)
        : { field: sideOf(mismatch), wanted: null, needed: null }
  }
}

const TEE = `0x${'1'.padStart(64, '0')}` as const

function prices(
  field: 'appmaxprice' | 'datasetmaxprice' | 'workerpoolmaxprice',
  { asked, offered }: { readonly asked: bigint; readonly offered: bigint },
): Term {
  return { field, wanted: shownNumber(offered), needed: shownNumber(asked) }
}

/** The wish without the bits that are missing; null when it is the orders' own demand. */
function tags({ tag }: MatchWish, missing: typeof tag): Term {
  const isWished = missingTag(missing, tag) === NO_TAG
  return { field: 'tag', wanted: tag, needed: isWished ? missingTag(tag, missing) : null }
}

type Restricted = Extract<Mismatch, { readonly allowed: unknown }>

function restriction({ reason, allowed, actual }: Restricted, wish: MatchWish): Term {
  if (reason === 'WorkerpoolRefusedByRequest') {
    return { field: 'workerpool', wanted: shownAddress(allowed), needed: shownAddress(actual) }
  }
  const field = FIELDS.find((each) => reason.toLowerCase().startsWith(each)) ?? 'workerpool'
  const wanted = wish[field]
  return { field, wanted: wanted === undefined ? null : shownAddress(wanted), needed: shownAddress(allowed) }
}

const FIELDS = ['app', 'dataset', 'workerpool', 'requester'] as const

function sideOf({ reason }: Mismatch): (typeof FIELDS)[number] {
  return FIELDS.find((each) => reason.toLowerCase().startsWith(each)) ?? 'workerpool'
}

function sentenceOf(mismatch: Mismatch): string {
  if (!('allowed' in mismatch) || mismatch.actual !== ANYBODY) return explainMismatch(mismatch)
  const order = mismatch.reason.replace('RequesterRefusedBy', '').toLowerCase()
  return `the ${order} order lets in only ${mismatch.allowed} as requester, and the wish names none`
}

/** What is said of a wish that asks for more sets of orders than one answer has. */
export function tooManySets(wanted: number, needed: number): MatchChange {
  return {
    field: 'volume',
    reason: 'TooManySets',
    wanted,
    needed,
    sentence: `${wanted} tasks need more sets of orders than one answer has, those that it has are for ${needed}`,
  }
}

/** What is said of a price that is too high only in all. */
export function totalTooHigh(maxprice: number, price: bigint): MatchChange {
  return {
    field: 'maxprice',
    reason: 'TotalPriceTooHigh',
    wanted: maxprice,
    needed: shownNumber(price),
    sentence: `a task costs ${formatRlc(price)} in all, the wish pays at most ${formatRlc(BigInt(maxprice))}`,
  }
}
