// Publishing: orders are judged by the rules and, when they pass, stand in the book in the same transaction.
import { hashOrder } from '@iexec/protocol'
import { WIRE_KINDS, toSignedOrder, type OrderItem, type WireKind, type WireOrder } from '@iexec/wire'
import type { Address } from 'viem'
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import type { Market } from '../market.ts'
import { loadFacts } from './facts.ts'
import {
  isSignatureNext,
  judgeOrders,
  saidNothing,
  type Candidate,
  type Facts,
  type Refused,
  type Verdict,
} from './judge.ts'
import { refusal, unanswered, type Refusal, type Unanswered } from './refusal.ts'
import { lowerCase, termsOf, toItem, type WireEntry } from './row.ts'
import { openWitness, type Witness } from './signature.ts'
import { forgetWithdrawn } from './withdrawn.ts'

/** What came of publishing one order. */
export type PublishOutcome<K extends WireKind = WireKind> =
  | { readonly ok: true; readonly published: OrderItem<K> }
  | Refusal
  | Unanswered

/** Orders of one kind that somebody publishes. */
export type Publication<K extends WireKind> = {
  readonly kind: K
  readonly orders: readonly WireOrder<K>[]
  readonly signedInAs: Address
}

/**
 * Publishes orders of one kind; each is accepted or refused alone, in the given order.
 *
 * @returns one outcome for each order, in the order given; `Unanswered` where only the chain knew, and it did not answer
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
 * @returns one outcome for each order, as `publishOrders` does
 */
export async function publishEntries(
  market: Market,
  entries: readonly WireEntry[],
  signedInAs: Address,
): Promise<readonly PublishOutcome[]> {
  const account = lowerCase(signedInAs)
  const candidates = entries.map((entry) => toCandidate(market, entry))
  const witness = openWitness(market, { candidates, account })
  const outcomes = await attempt(market, candidates, { account, witness })
  const lagging = candidates.filter((candidate) => mayBeLag(outcomes.get(candidate)))
  const again = lagging.length === 0 ? outcomes : await attemptAgain(market, lagging, { account, witness })
  return candidates.map((candidate) => toPublishOutcome(again.get(candidate) ?? outcomes.get(candidate)))
}

type Outcome = { readonly ok: true; readonly published: OrderItem } | Refused
type Outcomes = ReadonlyMap<Candidate, Outcome>

/** Who publishes, and who knows what he signed. */
type Publisher = { readonly account: Address; readonly witness: Witness }

function mayBeLag(outcome: Outcome | undefined): boolean {
  return outcome?.ok === false && outcome.mayBeLag
}

function toPublishOutcome(outcome: Outcome | undefined): PublishOutcome {
  if (outcome === undefined) throw new Error('An order was to be judged, and nothing came of it.')
  if (outcome.ok) return outcome
  return outcome.silence === undefined ? refusal(outcome.error) : unanswered(outcome.error, outcome.silence.cause)
}

function toCandidate({ domain }: Market, entry: WireEntry): Candidate {
  return { entry, hash: hashOrder(toSignedOrder(entry.kind, entry.order), domain), terms: termsOf(entry) }
}

/** Judges once more what a younger block may change, when the index has reached the head of this moment. */
async function attemptAgain(market: Market, lagging: readonly Candidate[], publisher: Publisher): Promise<Outcomes> {
  try {
    await market.indexer.caughtUp()
  } catch (cause) {
    const silence =
      'The chain could not be asked for its newest block, which may matter here. Trying again later may help.'
    return new Map(lagging.map((candidate) => [candidate, saidNothing({ silence, cause })]))
  }
  return attempt(market, lagging, publisher)
}

/** One try: judges all, books those that pass. Chain and keys are asked before the writers' lock is taken. */
async function attempt(
  market: Market,
  candidates: readonly Candidate[],
  { account, witness }: Publisher,
): Promise<Outcomes> {
  await askForUnsigned(market, candidates, { account, witness })
  const { testimonies } = witness
  const maxOpenOrders = market.settings.maxOpenOrdersPerWallet
  return market.bus.write(async (writer, announce) => {
    const outcomes = new Map<Candidate, Outcome>()
    for (const kind of WIRE_KINDS) {
      const group = candidates.filter(({ entry }) => entry.kind === kind)
      if (group.length === 0) continue
      const facts = await loadFacts(writer, { kind, candidates: group, account, maxOpenOrders, testimonies })
      const verdicts = judgeOrders(group, facts)
      const rows = newRows(group, verdicts, { facts, now: market.now() })
      await book(writer, [...rows.values()], announce)
      const published = new Set([...rows.keys()].map(({ hash }) => hash))
      await forgetWithdrawn(
        writer,
        facts.withdrawn.filter((hash) => published.has(hash)),
      )
      for (const [index, candidate] of group.entries()) {
        const row = rows.get(candidate)
        const verdict = verdicts[index]
        if (row !== undefined) outcomes.set(candidate, { ok: true, published: toItem(row, market.chainId) })
        else if (verdict?.ok === false) outcomes.set(candidate, verdict)
      }
    }
    return outcomes
  })
}

/** The chain is only asked for orders that no key signed, that are not signed in advance, and that pass the rules before. */
async function askForUnsigned(
  market: Market,
  candidates: readonly Candidate[],
  { account, witness }: Publisher,
): Promise<void> {
  const { testimonies } = witness
  const unsigned = candidates.filter((candidate) => testimonies.get(candidate) !== 'signed')
  const asked: Candidate[] = []
  for (const kind of WIRE_KINDS) {
    const group = unsigned.filter(({ entry }) => entry.kind === kind)
    if (group.length === 0) continue
    const facts = await loadFacts(market.read, { kind, candidates: group, account, maxOpenOrders: 0, testimonies })
    asked.push(
      ...group.filter((candidate) => !facts.presigned.has(candidate.hash) && isSignatureNext(candidate, facts)),
    )
  }
  await witness.ask(asked)
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
