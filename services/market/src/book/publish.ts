// Publishing: orders are judged by the rules and, when they pass, stand in the book in the same transaction.
import { hashOrder } from '@iexec/protocol'
import { WIRE_KINDS, toSignedOrder, type OrderItem, type WireKind, type WireOrder } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import type { Market } from '../market.ts'
import { loadFacts } from './facts.ts'
import { isSignatureNext, judgeOrders, type Candidate, type Facts, type Refused, type Verdict } from './judge.ts'
import { refusal, type Refusal } from './refusal.ts'
import { lowerCase, termsOf, toItem, type WireEntry } from './row.ts'
import { hashesSignedByKey, isSignedOnChain } from './signature.ts'
import { forgetWithdrawn } from './withdrawn.ts'

/** What came of publishing one order. */
export type PublishOutcome<K extends WireKind = WireKind> =
  | { readonly ok: true; readonly published: OrderItem<K> }
  | Refusal

/** Orders of one kind that somebody publishes. */
export type Publication<K extends WireKind> = {
  readonly kind: K
  readonly orders: readonly WireOrder<K>[]
  readonly signedInAs: Address
}

/**
 * Publishes orders of one kind; each is accepted or refused alone, in the given order.
 *
 * @returns one outcome for each order, in the order given
 * @throws ChainUnreachable when only the chain knows whether an order is signed, and it does not answer
 * @example
 * const [outcome] = await publishOrders(market, { kind: 'apporder', orders: [order], signedInAs: owner })
 */
export async function publishOrders<K extends WireKind>(
  market: Market,
  { kind, orders, signedInAs }: Publication<K>,
): Promise<readonly PublishOutcome<K>[]> {
  const entries = orders.map((order) => ({ kind, order }) as unknown as WireEntry)
  return (await publishEntries(market, entries, signedInAs)) as readonly PublishOutcome<K>[]
}

/**
 * Publishes orders of any kinds. Sellers' orders are looked at before requests, so that a request finds those it came with.
 *
 * @returns one outcome for each order, in the order given
 * @throws ChainUnreachable as `publishOrders` does
 */
export async function publishEntries(
  market: Market,
  entries: readonly WireEntry[],
  signedInAs: Address,
): Promise<readonly PublishOutcome[]> {
  const account = lowerCase(signedInAs)
  const candidates = entries.map((entry) => toCandidate(market, entry))
  const outcomes = await attempt(market, candidates, account)
  const lagging = candidates.filter((_, index) => mayBeLag(outcomes[index]))
  if (lagging.length === 0) return outcomes.map(toPublishOutcome)

  await market.indexer.caughtUp()
  const second = await attempt(market, lagging, account)
  const again = new Map(lagging.map((candidate, index) => [candidate, second[index]]))
  return outcomes.map((outcome, index) => {
    const candidate = candidates[index]
    return toPublishOutcome((candidate === undefined ? undefined : again.get(candidate)) ?? outcome)
  })
}

type Outcome = { readonly ok: true; readonly published: OrderItem } | Refused

function mayBeLag(outcome: Outcome | undefined): boolean {
  return outcome?.ok === false && outcome.mayBeLag
}

function toPublishOutcome(outcome: Outcome): PublishOutcome {
  return outcome.ok ? outcome : refusal(outcome.error)
}

function toCandidate({ domain }: Market, entry: WireEntry): Candidate {
  return { entry, hash: hashOrder(toSignedOrder(entry.kind, entry.order), domain), terms: termsOf(entry) }
}

/** One try: judges all, books those that pass. Chain and keys are asked before the writers' lock is taken. */
async function attempt(
  market: Market,
  candidates: readonly Candidate[],
  account: Address,
): Promise<readonly Outcome[]> {
  const signed = await findSigned(market, candidates, account)
  const maxOpenOrders = market.settings.maxOpenOrdersPerWallet
  return market.bus.write(async (writer, announce) => {
    const outcomes = new Map<Candidate, Outcome>()
    for (const kind of WIRE_KINDS) {
      const group = candidates.filter(({ entry }) => entry.kind === kind)
      if (group.length === 0) continue
      const facts = await loadFacts(writer, { kind, candidates: group, account, maxOpenOrders, signed })
      const verdicts = judgeOrders(group, facts)
      const rows = newRows(group, verdicts, { facts, now: market.now() })
      await book(writer, [...rows.values()], announce)
      await forgetWithdrawn(
        writer,
        [...rows.keys()].map(({ hash }) => hash),
      )
      for (const [index, candidate] of group.entries()) {
        const row = rows.get(candidate)
        const verdict = verdicts[index]
        if (row !== undefined) outcomes.set(candidate, { ok: true, published: toItem(row, market.chainId) })
        else if (verdict?.ok === false) outcomes.set(candidate, verdict)
      }
    }
    return candidates.flatMap((candidate) => outcomes.get(candidate) ?? [])
  })
}

/** Hashes that the account signed. The chain is only asked for orders that pass the rules before that of the signature. */
async function findSigned(
  market: Market,
  candidates: readonly Candidate[],
  account: Address,
): Promise<ReadonlySet<Hex>> {
  const signed = hashesSignedByKey(candidates, account)
  if (candidates.every(({ hash }) => signed.has(hash))) return signed

  const asked: Candidate[] = []
  for (const kind of WIRE_KINDS) {
    const group = candidates.filter(({ entry, hash }) => entry.kind === kind && !signed.has(hash))
    if (group.length === 0) continue
    const facts = await loadFacts(market.read, { kind, candidates: group, account, maxOpenOrders: 0, signed })
    asked.push(...group.filter((candidate) => !facts.signed.has(candidate.hash) && isSignatureNext(candidate, facts)))
  }
  const answers = await Promise.all(asked.map(async (candidate) => isSignedOnChain(market, candidate, account)))
  return new Set([...signed, ...asked.filter((_, index) => answers[index]).map(({ hash }) => hash)])
}

function newRows(
  candidates: readonly Candidate[],
  verdicts: readonly Verdict[],
  { facts, now }: { readonly facts: Facts; readonly now: number },
): ReadonlyMap<Candidate, BookOrderTable> {
  const rows = new Map<Candidate, BookOrderTable>()
  for (const [index, candidate] of candidates.entries()) {
    const verdict = verdicts[index]
    if (verdict?.ok !== true) continue
    const { hash, terms } = candidate
    rows.set(candidate, {
      ...terms,
      hash,
      signer: facts.account,
      remaining: verdict.remaining,
      status: 'open',
      status_block: null,
      // Who publishes a dead order again keeps its place among orders of the same price.
      published_at: facts.booked.get(hash)?.published_at ?? now,
      broadcast_block: null,
    })
  }
  return rows
}

/** Puts orders into the book. A dead order of the same hash is revived: its signer and signature may be new. */
export async function book(writer: Writer, rows: readonly BookOrderTable[], announce: Announce): Promise<void> {
  if (rows.length === 0) return
  await writer
    .insertInto('book_order')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('hash').doUpdateSet((eb) => ({
        signer: eb.ref('excluded.signer'),
        remaining: eb.ref('excluded.remaining'),
        status: eb.ref('excluded.status'),
        status_block: eb.ref('excluded.status_block'),
        broadcast_block: eb.ref('excluded.broadcast_block'),
        body: eb.ref('excluded.body'),
      })),
    )
    .execute()
  for (const { kind, hash } of rows) announce({ type: 'order_published', kind, hash })
}
