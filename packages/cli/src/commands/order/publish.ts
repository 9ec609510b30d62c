// iexec order publish and unpublish: orders of orders.json on the market, and off it.
import type { OrderHash, Signed } from '@iexec/protocol'
import type { Iexec } from '@iexec/sdk'
import type { Call, Command, Outcome } from '../../command.ts'
import { requireSignedOrder } from '../../files/ordersFile.ts'
import { chainOf, isSet, openSteadySigner, projectFolder } from '../../session.ts'
import { ask, askUnder } from './ask.ts'
import { attemptEach, outcomeOf, thenEach, type Attempts, type Item } from './attempt.ts'
import { preflight, requirePublishable } from './check.ts'
import { hashOf, readMeant, type Meant } from './find.ts'
import { kindFlags, kindHashFlags, requireNamed } from './kinds.ts'
import { SIGNING, SKIP_OPTION } from './options.ts'
import { plainly } from './plainly.ts'

type Ready = Item & { readonly order: Signed }
type Hashed = Item & { readonly orderHash: OrderHash }
/** Kept in orders.json: it can be cancelled without the market. */
type TakenBack = Hashed & { readonly isKept: boolean }

export const publishOrderCommand: Command = {
  name: 'publish',
  summary: 'offer signed orders on the market',
  description:
    'Offers signed orders of orders.json on the market. It costs no gas; from then on anybody can make a deal of them.',
  options: [...SIGNING, ...kindFlags((kind) => `publish the ${kind} order`), SKIP_OPTION],
  examples: [
    { line: 'iexec order publish --app', meaning: 'the app order of orders.json' },
    { line: 'iexec order publish --app --workerpool --force', meaning: 'two at once, without a question' },
  ],
  run: publishOrders,
}

async function publishOrders(call: Call): Promise<Outcome> {
  const named = requireNamed(call, 'published')
  const chain = await chainOf(call)
  const found = await attemptEach(named, async ({ kind }): Promise<Ready> => {
    const order: Signed = await requireSignedOrder(projectFolder(), { kind, chain })
    return { kind, order }
  })
  return outcomeOf(await publishFound(call, found), call, {
    raw: ({ orderHash }) => ({ orderHash }),
    text: ({ kind, orderHash }) => [`Published the ${kind} order.`, `  order  ${orderHash}`],
  })
}

async function publishFound(call: Call, found: Attempts<Ready>): Promise<Attempts<Hashed>> {
  if (found.done.length === 0) return { done: [], failed: found.failed }
  const iexec = await openSteadySigner(call)
  const ready = await thenEach(found, async (item): Promise<Ready> => {
    await requirePublishable(iexec, item.order)
    if (!isSet(call, 'skipPreflightCheck')) await preflight(iexec, item.order)
    return item
  })
  await ask(call, ready.done, (what) => `Publish ${what}?`)
  return thenEach(
    ready,
    async ({ kind, order }): Promise<Hashed> => {
      const { orderHash } = await publish(iexec, order)
      return { kind, orderHash }
    },
    call.signal,
  )
}

async function publish({ orders }: Iexec, order: Signed): Promise<{ readonly orderHash: OrderHash }> {
  return plainly(orders.publish(order))
}

export const unpublishOrderCommand: Command = {
  name: 'unpublish',
  summary: 'take orders off the market',
  description:
    'Takes orders of yours off the market. It costs no gas; whoever has a copy can still make a deal of it, which only iexec order cancel ends.',
  options: [...SIGNING, ...kindHashFlags('take back')],
  examples: [
    { line: 'iexec order unpublish --app', meaning: 'the app order of orders.json' },
    { line: 'iexec order unpublish --workerpool 0x…', meaning: 'one by its hash' },
  ],
  run: unpublishOrders,
}

async function unpublishOrders(call: Call): Promise<Outcome> {
  // Requests first: the market drops those whose app or dataset is not for sale any more.
  const named = requireNamed(call, 'taken back').toReversed()
  const chain = await chainOf(call)
  const found = await attemptEach(named, async (one): Promise<Meant> => readMeant(one, chain))
  return outcomeOf(await unpublishFound(call, found), call, {
    raw: ({ orderHash }) => ({ orderHash }),
    text: ({ kind, orderHash, isKept }) => [
      `The ${kind} order is off the market. Whoever has a copy can still use it${isKept ? `; iexec order cancel --${kind} ends that` : ''}.`,
      `  order  ${orderHash}`,
    ],
  })
}

async function unpublishFound(call: Call, found: Attempts<Meant>): Promise<Attempts<TakenBack>> {
  if (found.done.length === 0) return { done: [], failed: found.failed }
  const iexec = await openSteadySigner(call)
  const hashed = found.done.map((meant): TakenBack => {
    return { kind: meant.kind, orderHash: hashOf(iexec, meant), isKept: meant.order !== undefined }
  })
  const shown = hashed.map(({ kind, orderHash }) => `the ${kind} order ${orderHash}`).join(' and ')
  // Afterwards it may be too late: what nobody keeps cannot be cancelled.
  const copies = 'Whoever has a copy can still use it; only iexec order cancel ends that, while the order is at hand.'
  await askUnder([copies], `Take ${shown} off the market?`, call)
  return thenEach(
    { done: hashed, failed: found.failed },
    async (item): Promise<TakenBack> => {
      await plainly(iexec.orders.unpublish(item.kind, { orderHash: item.orderHash }))
      return item
    },
    call.signal,
  )
}
