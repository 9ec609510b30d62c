// Why contracts, orders or the market refuse, by the names that these give: names of sentences, and their values.
import { formatRlc } from '@iexec/protocol'
import { isDetails, isThere, type Details, type Reason, type Said } from './words.ts'

type Ground = {
  readonly say: Reason
  /** What is filled in. */
  readonly from?: readonly string[]
  /** Which of it are amounts in nRLC. */
  readonly rlc?: readonly string[]
}

const PRICES = ['asked', 'offered'] as const

const GROUNDS: readonly (readonly [RegExp, Ground])[] = [
  [/^AppPriceTooHigh$/u, { say: 'appPrice', from: PRICES, rlc: PRICES }],
  [/^DatasetPriceTooHigh$/u, { say: 'datasetPrice', from: PRICES, rlc: PRICES }],
  [/^WorkerpoolPriceTooHigh$/u, { say: 'workerpoolPrice', from: PRICES, rlc: PRICES }],
  [/^TotalPriceTooHigh$/u, { say: 'totalPrice', from: PRICES, rlc: PRICES }],
  [/^TooManySets$/u, { say: 'tooManyTasks', from: ['wanted', 'offered'] }],
  [/^NoAppOrder$/u, { say: 'noApp' }],
  [/^NoDatasetOrder$/u, { say: 'noDataset' }],
  [/^NoWorkerpoolOrder$/u, { say: 'noWorkerpool', from: ['category'] }],
  [/^CategoryMismatch$/u, { say: 'category', from: ['requested', 'offered'] }],
  [/^UnknownCategory$/u, { say: 'noCategory', from: ['category'] }],
  [/^TrustTooLow$/u, { say: 'trust', from: ['wanted', 'offered'] }],
  [/^WorkerpoolLacksTag$/u, { say: 'poolTag' }],
  [/^AppLacksTee$/u, { say: 'appTee' }],
  [/RefusedBy/u, { say: 'notLetIn' }],
  [/NotRegistered$/u, { say: 'notRegistered' }],
  [/OrderNotSigned$/u, { say: 'notSigned' }],
  [/^NothingLeftToMatch$/u, { say: 'nothingLeft' }],
  [/^InsufficientStake$/u, { say: 'stake', from: ['account', 'free', 'needed'], rlc: ['free', 'needed'] }],
  [
    /^ERC20InsufficientBalance$/u,
    { say: 'balance', from: ['sender', 'balance', 'needed'], rlc: ['balance', 'needed'] },
  ],
  [/^ERC20InsufficientAllowance$/u, { say: 'allowance', from: ['allowance', 'needed'], rlc: ['allowance', 'needed'] }],
  [/^TaskNotClaimable$/u, { say: 'notClaimable' }],
  [/DeadlineNotReached$/u, { say: 'tooEarly' }],
]

/** What stands against something, each reason once. */
export type Reasons = {
  readonly said: readonly Said<Reason>[]
  /** Whether there are any, and none that has no words. */
  readonly isWhole: boolean
}

/**
 * The reasons in an error: of a revert, of orders that do not fit, or what the market says would have to change.
 *
 * @example
 * reasonsIn({ mismatches: [{ reason: 'TrustTooLow', wanted: 5n, offered: 1n }] }).said
 * // [{ name: 'trust', values: { wanted: '5', offered: '1' } }]
 */
export function reasonsIn(details: Details): Reasons {
  const found = gather(details)
  const said = found.flatMap((one) => sayReason(one) ?? [])
  const once = new Map(said.map((one) => [JSON.stringify(one), one]))
  return { said: [...once.values()], isWhole: found.length > 0 && said.length === found.length }
}

function gather({ name, args, mismatches, missing, consumed }: Details): readonly Details[] {
  if (typeof name === 'string') return [{ ...(isDetails(args) ? args : {}), reason: name }]
  // An order of one's own of which nothing is left.
  if (isThere(consumed)) return [{ reason: 'NothingLeftToMatch' }]
  const changes = listOf(missing).flatMap((suggestion) => listOf(suggestion['changes']))
  return [...listOf(mismatches), ...changes.map(asMismatch)]
}

/** The market calls what is wished `wanted`, and what orders ask `needed`. */
function asMismatch({ reason, wanted, needed }: Details): Details {
  return /Price/u.test(String(reason))
    ? { reason, asked: needed, offered: wanted }
    : { reason, offered: needed, wanted, requested: wanted, category: wanted }
}

function sayReason(facts: Details): Said<Reason> | undefined {
  const [, ground] = GROUNDS.find(([pattern]) => pattern.test(String(facts['reason']))) ?? []
  if (ground === undefined) return undefined
  const { say, from = [], rlc = [] } = ground
  return from.every((name) => isThere(facts[name])) ? { name: say, values: write(facts, from, rlc) } : undefined
}

/** Values as text: amounts with their unit. */
export function write(details: Details, from: readonly string[], rlc: readonly string[]): Said<string>['values'] {
  return Object.fromEntries(
    from.map((name) => [name, rlc.includes(name) ? writeRlc(details[name]) : String(details[name])]),
  )
}

function writeRlc(value: unknown): string {
  const isAmount = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
  return isAmount ? formatRlc(BigInt(value)) : String(value)
}

function listOf(value: unknown): readonly Details[] {
  return Array.isArray(value) ? value.filter(isDetails) : []
}
