// The rules of publishing, in the order in which they are told. Pure: everything that is known comes in as facts.
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import type { OrderStatus } from '../db/schema.ts'
import type { BestPrices } from './counterpart.ts'
import { remainingOf, UNTOUCHED, type Consumption } from './remaining.ts'
import { NOBODY, type OrderTerms, type WireEntry } from './row.ts'
import { requiredStake } from './stake.ts'
import { TEE_BIT } from './tag.ts'

/** An order that somebody wants to publish. */
export type Candidate = { readonly entry: WireEntry; readonly hash: Hex; readonly terms: OrderTerms }

/** What is known of the signature of an order by the account that is signed in. */
export type Testimony = 'signed' | 'not signed' | Silence
/** Only the chain could tell, and gave no answer: why, for people, and what went wrong. */
export type Silence = { readonly silence: string; readonly cause?: unknown }

/** What is known when orders of one kind are judged. Addresses in lower case. */
export type Facts = {
  /** Who is signed in, and what he has staked. */
  readonly account: Address
  readonly stake: bigint
  /** How many orders of this kind he has in the book. */
  readonly openCount: number
  readonly maxOpenOrders: number
  /** Of the orders that stand in the book already, whatever became of them: that, and since when. */
  readonly booked: ReadonlyMap<Hex, { readonly status: OrderStatus; readonly published_at: number }>
  /** Who has to sign each order: the owner of its asset, if there is such an asset, or the requester. */
  readonly signers: ReadonlyMap<Hex, Address>
  readonly consumptions: ReadonlyMap<Hex, Consumption>
  /** Hashes that who has to sign them signed in advance on chain. */
  readonly presigned: ReadonlySet<Hex>
  /** By order and not by hash, because the hash says nothing of the signature that an order carries. */
  readonly testimonies: ReadonlyMap<Candidate, Testimony>
  /** For requests. */
  readonly bestPrices: ReadonlyMap<Hex, BestPrices>
}

/** Why an order is not published; `mayBeLag` when a younger block may change that. A `silence` is no verdict at all. */
export type Refused = {
  readonly ok: false
  readonly error: string
  readonly mayBeLag: boolean
  readonly silence?: Silence
}
/** What came of judging one order. */
export type Verdict = { readonly ok: true; readonly remaining: number } | Refused

type Rule = (candidate: Candidate, facts: Facts) => Refused | undefined

const BEFORE_SIGNATURE: readonly Rule[] = [isNew, hasSigner, isSignerSignedIn]
const RULES: readonly Rule[] = [
  ...BEFORE_SIGNATURE,
  isSigned,
  isWithinLimit,
  isNotConsumed,
  isStakeEnough,
  hasAppOrder,
  hasDatasetOrder,
]

/**
 * Judges orders of one kind one after the other, as if each accepted one were published before the next is looked at.
 *
 * @example
 * judgeOrders([candidate], facts) // [{ ok: false, error: 'order already consumed', mayBeLag: false }]
 */
export function judgeOrders(candidates: readonly Candidate[], facts: Facts): readonly Verdict[] {
  const booked = new Map(facts.booked)
  let { openCount } = facts
  return candidates.map((candidate): Verdict => {
    const refused = firstRefusal(RULES, candidate, { ...facts, booked, openCount })
    if (refused !== undefined) return refused

    booked.set(candidate.hash, { status: 'open', published_at: 0 })
    openCount += 1
    return { ok: true, remaining: remaining(candidate, facts) }
  })
}

/** Whether an order passes all rules before that of the signature: before, it is not worth asking the chain for it. */
export function isSignatureNext(candidate: Candidate, facts: Facts): boolean {
  return firstRefusal(BEFORE_SIGNATURE, candidate, facts) === undefined
}

function firstRefusal(rules: readonly Rule[], candidate: Candidate, facts: Facts): Refused | undefined {
  for (const rule of rules) {
    const refused = rule(candidate, facts)
    if (refused !== undefined) return refused
  }
  return undefined
}

function isNew({ hash }: Candidate, { booked }: Facts): Refused | undefined {
  const status = booked.get(hash)?.status
  return status === undefined || status === 'dead' ? undefined : refuse('order already published')
}

function hasSigner({ hash }: Candidate, { signers }: Facts): Refused | undefined {
  return signers.has(hash) ? undefined : refuseForNow('Resource not deployed')
}

function isSignerSignedIn({ hash, terms }: Candidate, { signers, account }: Facts): Refused | undefined {
  const signer = signers.get(hash) ?? NOBODY
  if (signer === account) return undefined
  const error = `only order signer ${getAddress(signer)} can publish an order`
  // Assets change hands, requests do not.
  return terms.kind === 'request' ? refuse(error) : refuseForNow(error)
}

function isSigned(candidate: Candidate, { presigned, testimonies }: Facts): Refused | undefined {
  if (presigned.has(candidate.hash)) return undefined
  const testimony = testimonies.get(candidate) ?? 'not signed'
  if (typeof testimony !== 'string') return saidNothing(testimony)
  // A younger block may hold a signature in advance.
  return testimony === 'signed' ? undefined : refuseForNow('invalid sign')
}

function isWithinLimit({ entry }: Candidate, { account, openCount, maxOpenOrders }: Facts): Refused | undefined {
  if (openCount < maxOpenOrders) return undefined
  const wallet = getAddress(account)
  return refuse(`maximum of ${maxOpenOrders} published open ${entry.kind} has been reached for wallet ${wallet}`)
}

function isNotConsumed(candidate: Candidate, facts: Facts): Refused | undefined {
  return remaining(candidate, facts) === 0 ? refuse('order already consumed') : undefined
}

function isStakeEnough(candidate: Candidate, facts: Facts): Refused | undefined {
  const required = requiredStake(candidate.terms, remaining(candidate, facts))
  if (facts.stake >= required) return undefined
  return refuseForNow(
    candidate.terms.kind === 'workerpool'
      ? "workerpool owner's stake is too low to cover required workerpool lock"
      : `requester stake is too low to cover requestorder payment, minimum stake required is ${required} nRLC`,
  )
}

function hasAppOrder({ entry, hash, terms }: Candidate, { bestPrices }: Facts): Refused | undefined {
  if (entry.kind !== 'requestorder') return undefined
  const { app, appmaxprice } = entry.order
  const best = bestPrices.get(hash)?.app ?? null
  const offer = (terms.tag0 & TEE_BIT) === 0 ? 'apporder' : 'tee enabled apporder'
  if (best === null) return refuseForNow(`No ${offer} published for app ${getAddress(app)}`)
  if (best <= appmaxprice) return undefined
  return refuseForNow(`appmaxprice for app ${getAddress(app)} is too low, actual best price is ${best} nRLC`)
}

function hasDatasetOrder({ entry, hash, terms }: Candidate, { bestPrices }: Facts): Refused | undefined {
  if (entry.kind !== 'requestorder' || terms.dataset === NOBODY) return undefined
  const { dataset, datasetmaxprice } = entry.order
  const best = bestPrices.get(hash)?.dataset ?? null
  if (best === null) return refuseForNow(`No datasetorder published for dataset ${getAddress(dataset)}`)
  if (best <= datasetmaxprice) return undefined
  return refuseForNow(
    `datasetmaxprice for dataset ${getAddress(dataset)} is too low, actual best price is ${best} nRLC`,
  )
}

function remaining({ hash, terms }: Candidate, { consumptions }: Facts): number {
  return remainingOf(terms.volume, consumptions.get(hash) ?? UNTOUCHED)
}

function refuse(error: string): Refused {
  return { ok: false, error, mayBeLag: false }
}

/** Of an order that cannot be judged, because the chain did not answer. */
export function saidNothing(silence: Silence): Refused {
  return { ...refuse(silence.silence), silence }
}

/** For what the chain may already have changed while the index is a moment behind. */
function refuseForNow(error: string): Refused {
  return { ok: false, error, mayBeLag: true }
}
