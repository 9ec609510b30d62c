// Routes of the order book: the four kinds are one.
import { z } from 'zod'
import {
  batchBody,
  batchEntry,
  hash,
  orderItem,
  orderQuery,
  publishBody,
  read,
  unpublishBody,
  wireOrder,
  WIRE_KINDS,
  type PublishBody,
  type BatchBody,
  type Read,
  type WireKind,
  type WireOrder,
} from '@iexec/wire'
import type { Address } from 'viem'
import { ChainUnreachable } from '../../book/index.ts'
import type { Market } from '../../market.ts'
import { orNotFound } from '../notFound.ts'
import type { Published, Rooms, SignedEntry } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { byHash } from './fields.ts'
import { itemAnswer, listAnswer, okAnswer } from './answers.ts'

type OrderRooms = Pick<Rooms, 'publishEntries' | 'unpublishOrders' | 'listOrders' | 'findOrder'>

const RULES = { 403: 'the authorization proves nothing, or a rule of the book refuses' }

/** The routes of all four kinds, and the batch. */
export function orderRoutes(checks: Checks, rooms: OrderRooms): readonly Route[] {
  return [...WIRE_KINDS.flatMap((kind) => routesOfKind(kind, checks, rooms)), batchRoute(checks, rooms)]
}

function routesOfKind(kind: WireKind, checks: Checks, rooms: OrderRooms): readonly Route[] {
  const path = `/${kind}s`
  const group = 'Order book'
  return [
    chainRoute(checks, {
      method: 'get',
      path,
      group,
      summary: `Open ${kind}s, the best first; with a status, those of one owner, whatever became of them.`,
      query: orderQuery[kind],
      paged: true,
      answer: listAnswer('orders', orderItem[kind]),
      answerTo: async ({ market, query, page }) =>
        rooms.listOrders(market.read, { chainId: market.chainId, kind, query, page }),
    }),
    chainRoute(checks, {
      method: 'get',
      path: `${path}/:orderHash`,
      group,
      summary: `One ${kind}, whatever became of it.`,
      params: byHash('orderHash'),
      answer: itemAnswer(orderItem[kind], { chainId: z.string() }),
      failures: { 404: `${kind} not found` },
      answerTo: async ({ market, params, chainId }) => {
        const found = await rooms.findOrder(market.read, { chainId: market.chainId, kind, hash: params.orderHash })
        return orNotFound(found === undefined ? undefined : { ...found, chainId }, kind)
      },
    }),
    chainRoute(checks, {
      method: 'post',
      path,
      group,
      summary: `Publishes a signed ${kind}.`,
      signedIn: true,
      body: publishBody[kind] as z.ZodType<PublishBody>,
      answer: okAnswer({ published: orderItem[kind] }),
      failures: RULES,
      answerTo: async ({ market, body, signedInAs }) => {
        const [answer] = await rooms.publishEntries(market, [entryOf(kind, body.order)], signedInAs)
        return orThrow(present(answer))
      },
    }),
    chainRoute(checks, {
      method: 'put',
      path,
      group,
      summary: `Takes ${kind}s back from the book. They stay valid on chain until they are closed there.`,
      signedIn: true,
      body: unpublishBody[kind],
      answer: okAnswer({ unpublished: z.array(hash) }),
      failures: RULES,
      answerTo: async ({ market, body, signedInAs }) => rooms.unpublishOrders(market, { kind, ...body, signedInAs }),
    }),
  ]
}

/** What became of one order of a batch; a refusal without its status, because the batch as a whole is well. */
type BatchResult = Extract<Published, { ok: true }> | { readonly ok: false; readonly error: string }

const batchResult = z.union([
  z.object({ ok: z.literal(true), published: z.union(WIRE_KINDS.map((kind) => orderItem[kind])) }),
  z.object({ ok: z.literal(false), error: z.string() }),
])

function batchRoute(checks: Checks, rooms: OrderRooms): Route {
  return chainRoute(checks, {
    method: 'post',
    path: '/orders',
    group: 'Order book',
    summary: 'Publishes up to 100 signed orders of any kinds under one authorization, in their order.',
    signedIn: true,
    body: batchBody,
    bodyLimit: 4 * 1024 * 1024,
    answer: okAnswer({ results: z.array(batchResult) }),
    failures: { 403: 'the authorization proves nothing' },
    answerTo: async ({ market, body, signedInAs }) => ({
      results: await publishBatch(rooms, { market, entries: body.orders, signedInAs }),
    }),
  })
}

type Batch = { readonly market: Market; readonly entries: BatchBody['orders']; readonly signedInAs: Address }

async function publishBatch(
  rooms: OrderRooms,
  { market, entries, signedInAs }: Batch,
): Promise<readonly BatchResult[]> {
  const outcomes = entries.map(readEntry)
  const wellFormed = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
  const published = (await rooms.publishEntries(market, wellFormed, signedInAs)).values()
  return outcomes.map((outcome) => (outcome.ok ? withoutStatus(present(published.next().value)) : outcome))
}

function readEntry(given: unknown, index: number): Read<SignedEntry> {
  const entry = read(batchEntry, given, `orders.${index}`)
  if (!entry.ok) return entry
  const { kind, order } = entry.value
  const outcome = read<WireOrder>(wireOrder[kind], order, 'order')
  return outcome.ok ? { ok: true, value: entryOf(kind, outcome.value) } : outcome
}

// Each order was read by the schema of its kind.
function entryOf(kind: WireKind, order: WireOrder): SignedEntry {
  return { kind, order } as unknown as SignedEntry
}

function present(answer: Published | undefined): Published {
  if (answer === undefined) throw new Error('An order was to be published, and nothing came of it.')
  return answer
}

/** A request about one order that cannot be judged has failed as a whole, and is told so in the log. */
function orThrow(answer: Published): Published {
  if (answer.ok || answer.status !== 500) return answer
  throw new ChainUnreachable(answer.error, { cause: answer.cause })
}

function withoutStatus(answer: Published): BatchResult {
  return answer.ok ? answer : { ok: false, error: answer.error }
}
