// iexec order show: what became of an order, and the deals that it made.
import { IexecError, type Iexec, type ListedDeal, type Page, type PublishedOrder } from '@iexec/sdk'
import { formatRlc, taskPrice, type OrderKind } from '@iexec/protocol'
import type { Call, Command, Outcome } from '../../command.ts'
import { signedToJson } from '../../files/ordersFile.ts'
import { CHAIN_OPTION } from '../../options.ts'
import { rows } from '../../rows.ts'
import { chainOf, isSet, openReader } from '../../session.ts'
import { attemptEach, outcomeOf, thenEach, type Attempts, type Item } from './attempt.ts'
import { hashOf, readMeant, type Meant } from './find.ts'
import { kindHashFlags, requireNamed } from './kinds.ts'
import { pairsOf, TITLES } from './words.ts'

export const showOrderCommand: Command = {
  name: 'show',
  summary: 'show orders, what is left of them, and the deals that they made',
  options: [
    CHAIN_OPTION,
    ...kindHashFlags('show'),
    { flags: '--deals', summary: 'with the newest deals that it made' },
  ],
  examples: [
    { line: 'iexec order show --app', meaning: 'the app order of orders.json' },
    { line: 'iexec order show --request 0x… --deals', meaning: 'one by its hash, with its deals' },
  ],
  run: showOrders,
}

/** So many deals are shown. */
const LAST_DEALS = 10

type Shown = Item & {
  readonly published: PublishedOrder
  readonly deals: Page<ListedDeal> | undefined
}

async function showOrders(call: Call): Promise<Outcome> {
  const named = requireNamed(call, 'shown')
  const chain = await chainOf(call)
  const found = await attemptEach(named, async (one): Promise<Meant> => readMeant(one, chain))
  const shown = await showFound(call, found)
  return outcomeOf(shown, call, {
    raw: ({ published, deals }) => ({
      ...rawOrder(published, chain.chainId),
      ...(deals === undefined
        ? {}
        : { deals: { count: deals.count, lastDeals: deals.items.map((deal) => rawDeal(deal, chain.chainId)) } }),
    }),
    text: (one) => describeShown(one),
  })
}

async function showFound(call: Call, found: Attempts<Meant>): Promise<Attempts<Shown>> {
  if (found.done.length === 0) return { done: [], failed: found.failed }
  const iexec = await openReader(call)
  return thenEach(found, async (meant): Promise<Shown> => {
    const { kind } = meant
    const orderHash = hashOf(iexec, meant)
    const published = await show(iexec, meant)
    const deals = isSet(call, 'deals')
      ? await iexec.orders.findDeals({ kind, orderHash, pageSize: LAST_DEALS })
      : undefined
    return { kind, published, deals }
  })
}

async function show(iexec: Iexec, meant: Meant): Promise<PublishedOrder> {
  return iexec.orders.show<OrderKind>(meant.kind, hashOf(iexec, meant)).catch((error: unknown) => {
    throw meant.order === undefined ? error : withCommand(error, meant.kind)
  })
}

/** Of an order that was only signed, the market knows nothing. */
function withCommand(error: unknown, kind: OrderKind): unknown {
  if (!(error instanceof IexecError) || error.code !== 'NotFound') return error
  const { code, message, hints, details } = error
  return new IexecError(code, message, {
    hints: [...hints, `iexec order publish --${kind} offers that of orders.json.`],
    details,
    cause: error,
  })
}

/** An order as the market answers it: its numbers are numbers. */
function rawOrder(published: PublishedOrder, chainId: number): Readonly<Record<string, unknown>> {
  const { orderHash, order, remaining, status, publicationTimestamp, signer } = published
  return {
    orderHash,
    chainId,
    order: signedToJson(order, 'number'),
    remaining: Number(remaining),
    status,
    publicationTimestamp,
    signer,
  }
}

/** A deal as the market lists it. */
function rawDeal(deal: ListedDeal, chainId: number): Readonly<Record<string, unknown>> {
  const { dealId, orderHashes, txHash, app, dataset, workerpool, ...rest } = deal
  return {
    dealid: dealId,
    chainId,
    app: rawSide(app),
    dataset: rawSide(dataset),
    workerpool: rawSide(workerpool),
    appHash: orderHashes.app,
    datasetHash: orderHashes.dataset,
    workerpoolHash: orderHashes.workerpool,
    requestHash: orderHashes.request,
    ...Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    ),
    transactionHash: txHash,
  }
}

function rawSide({ pointer, owner, price }: ListedDeal['app']): object {
  return { pointer, owner, price: Number(price) }
}

function describeShown({ published, deals }: Shown): readonly string[] {
  const { order, orderHash, remaining, status, publicationTimestamp, signer } = published
  return [
    `${TITLES[order.kind]} ${orderHash}`,
    ...rows([
      ['status', status],
      ['left', `${remaining} of ${order.volume}`],
      ...pairsOf(order).filter(([name]) => name !== 'volume'),
      ['signer', signer],
      ['published', publicationTimestamp],
    ]),
    ...(deals === undefined ? [] : describeDeals(deals)),
  ]
}

function describeDeals({ items, count }: Page<ListedDeal>): readonly string[] {
  if (count === 0) return ['No deal was made of it.']
  const words = count === 1 ? '1 deal was made of it:' : `${count} deals were made of it:`
  const rest = count - items.length
  return [
    words,
    ...items.map(
      (deal) => `  ${deal.dealId}  ${tasks(deal.volume)}, ${formatRlc(priceOf(deal))} each, ${deal.blockTimestamp}`,
    ),
    ...(rest > 0 ? [`  and ${rest} before these`] : []),
  ]
}

function priceOf({ app, dataset, workerpool }: ListedDeal): bigint {
  return taskPrice({ app: app.price, dataset: dataset.price, workerpool: workerpool.price })
}

function tasks(volume: bigint): string {
  return `${volume} ${volume === 1n ? 'task' : 'tasks'}`
}
