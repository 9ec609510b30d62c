// iexec order fill: makes a deal of orders that somebody published, and of orders.json.
import {
  NO_ADDRESS,
  NO_TAG,
  dealId,
  formatRlc,
  isSameAddress,
  requiredTag,
  requiresTee,
  type DealId,
  type Order,
  type OrderHash,
  type OrderKind,
  type Signed,
} from '@iexec/protocol'
import {
  readStanding,
  type ChainSettings,
  type Iexec,
  type MadeDeal,
  type MatchEstimate,
  type OrdersToEstimate,
  type OrdersToMatch,
} from '@iexec/sdk'
import type { Call, Command, Option, Outcome } from '../../command.ts'
import { findSignedOrder, requireSignedOrder } from '../../files/ordersFile.ts'
import { CONFIRMS_OPTION } from '../../options.ts'
import { rows } from '../../rows.ts'
import { chainOf, isSet, openSteadySigner, projectFolder, text } from '../../session.ts'
import { aboutGas } from '../app/runPrice.ts'
import { askUnder } from './ask.ts'
import { missingStake, preflight, requireSignedHere } from './check.ts'
import { hashOption } from './kinds.ts'
import { SIGNING, SKIP_OPTION } from './options.ts'
import { checkParams } from './template.ts'
import { perTask } from './words.ts'

export const fillOrderCommand: Command = {
  name: 'fill',
  summary: 'make a deal of orders',
  description:
    'Makes a deal of an app order, a workerpool order and a request, and of a dataset order when the request wants a dataset. Those that are not named by their hash are taken from orders.json. With --params a request of yours is made and signed on the spot: one task at the prices of the other orders.',
  options: [...SIGNING, CONFIRMS_OPTION, ...hashOptions(), paramsOption(), SKIP_OPTION],
  examples: [
    { line: 'iexec order fill', meaning: 'the orders of orders.json' },
    {
      line: 'iexec order fill --app 0x… --workerpool 0x…',
      meaning: 'two of the market, with the request of orders.json',
    },
    {
      line: `iexec order fill --app 0x… --workerpool 0x… --params '{"iexec_args":"--fast"}'`,
      meaning: 'buys one task without a request of orders.json',
    },
  ],
  run: fillOrders,
}

function hashOptions(): readonly Option[] {
  const kinds: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']
  return kinds.map((kind) => ({
    flags: `--${kind} <orderHash>`,
    summary: `the ${kind} order`,
    fallback: 'that of orders.json',
  }))
}

function paramsOption(): Option {
  return {
    flags: '--params <json>',
    summary: 'buy one task with these params, by a request that is made on the spot',
    excludes: ['request'],
  }
}

/** What the line and the files say: an order of orders.json, the hash of one that is published, or nothing. */
type Sides = { readonly [Kind in OrderKind]: OrderHash | Signed<Kind> | undefined }

async function fillOrders(call: Call): Promise<Outcome> {
  const given = text(call, 'params')
  const params = given === undefined ? undefined : checkParams(given, '--params', 'Usage')
  const sides = await readSides(call, await chainOf(call), params !== undefined)
  const iexec = await openSteadySigner(call)
  const orders = await fetchSides(iexec, sides, params)
  const estimate = await iexec.orders.estimateMatch(orders)
  requirePaid(iexec, orders.request, estimate)
  if (!isSet(call, 'skipPreflightCheck')) {
    const { app, dataset, request } = orders
    const tag = requiredTag(app.tag, dataset?.tag ?? NO_TAG, request.tag)
    await preflight(iexec, request, requiresTee(tag))
  }
  await askToBuy(call, orders, estimate)
  const request = await signedRequest(iexec, orders.request)
  const id = await idOfNext(iexec, request)
  call.begun.expects(id)
  const leave = (): void => {
    call.terminal.warn(`What was sent is not taken back by that. iexec deal show ${id} tells whether there is a deal.`)
  }
  call.signal.addEventListener('abort', leave)
  const deal = await call.begun.finish(async () => iexec.orders.match({ ...orders, request }))
  call.signal.removeEventListener('abort', leave)
  return outcomeOfDeal(deal, estimate)
}

/** The id of a deal is known before it is made. */
async function idOfNext({ context, orders }: Iexec, request: Signed<'request'>): Promise<DealId> {
  const orderHash = orders.hash(request)
  const { consumed } = await readStanding(context, orderHash)
  return dealId(orderHash, consumed)
}

async function readSides(call: Call, chain: ChainSettings, isMade: boolean): Promise<Sides> {
  const folder = projectFolder()
  const side = async <Kind extends OrderKind>(kind: Kind): Promise<OrderHash | Signed<Kind>> =>
    hashOption(call, kind) ?? requireSignedOrder(folder, { kind, chain })
  return {
    app: await side('app'),
    // One that lies in orders.json is taken only when the request wants it.
    dataset:
      hashOption(call, 'dataset') ?? (isMade ? undefined : await findSignedOrder(folder, { kind: 'dataset', chain })),
    workerpool: await side('workerpool'),
    request: isMade ? undefined : await side('request'),
  }
}

type Found = OrdersToEstimate & { readonly dataset?: Signed<'dataset'> | undefined }

async function fetchSides(iexec: Iexec, sides: Sides, params: string | undefined): Promise<Found> {
  const [app, workerpool, asked] = await Promise.all([
    fetchSide(iexec, 'app', sides.app),
    fetchSide(iexec, 'workerpool', sides.workerpool),
    fetchSide(iexec, 'request', sides.request),
  ])
  const wantsDataset = asked === undefined || !isSameAddress(asked.dataset, NO_ADDRESS)
  const isNamed = typeof sides.dataset === 'string'
  const dataset = wantsDataset || isNamed ? await fetchSide(iexec, 'dataset', sides.dataset) : undefined
  if (app === undefined || workerpool === undefined) throw new TypeError('A deal has an app and a workerpool.')
  const request = asked ?? makeRequest(iexec, { app, dataset, workerpool }, params ?? '')
  return { app, dataset, workerpool, request }
}

/** An order by its hash is fetched; one of orders.json has to be signed for this very market. */
async function fetchSide<Kind extends OrderKind>(
  iexec: Iexec,
  kind: Kind,
  side: Sides[Kind],
): Promise<Signed<Kind> | undefined> {
  if (side === undefined) return undefined
  if (typeof side === 'string') return (await iexec.orders.fetch(kind, side)).order as unknown as Signed<Kind>
  await requireSignedHere(iexec, side as unknown as Signed)
  return side as Signed<Kind>
}

/** One task, at what the others ask. What they need of the machine is in the deal without the request's word. */
function makeRequest(
  { orders }: Iexec,
  { app, dataset, workerpool }: Omit<OrdersToMatch, 'request'>,
  params: string,
): Order<'request'> {
  return orders.createRequest({
    app: app.app,
    appmaxprice: app.appprice,
    workerpool: workerpool.workerpool,
    workerpoolmaxprice: workerpool.workerpoolprice,
    category: workerpool.category,
    params,
    ...(dataset === undefined ? {} : { dataset: dataset.dataset, datasetmaxprice: dataset.datasetprice }),
  })
}

/** The stake of the requester pays: what it lacks is said with the way to bring it. */
function requirePaid({ context }: Iexec, { requester }: Order<'request'>, estimate: MatchEstimate): void {
  const { total, volume, missingStake: missing } = estimate
  if (missing === 0n) return
  throw missingStake({
    sentence: `The deal costs ${formatRlc(total)} for ${tasks(volume)}, and ${requester} has ${formatRlc(total - missing)} free on the market.`,
    missing,
    account: requester,
    signer: context.signer?.address,
  })
}

async function askToBuy(
  call: Call,
  { app, dataset, workerpool, request }: Found,
  estimate: MatchEstimate,
): Promise<void> {
  const { volume, perTask: price, total, gas, gasPriceWei } = estimate
  const lines = [
    'Deal',
    ...rows([
      ['app', `${app.app}, ${perTask(app.appprice)}`],
      ['dataset', dataset === undefined ? undefined : `${dataset.dataset}, ${perTask(dataset.datasetprice)}`],
      ['workerpool', `${workerpool.workerpool}, ${perTask(workerpool.workerpoolprice)}`],
      ['requester', request.requester],
      ['tasks', String(volume)],
      ['price', volume === 1n ? formatRlc(total) : `${formatRlc(total)}, ${formatRlc(price)} each`],
      ['gas', gas === undefined ? undefined : aboutGas(gas * gasPriceWei)],
    ]),
  ]
  await askUnder(lines, `Make a deal for ${tasks(volume)} at ${formatRlc(total)} in all?`, call)
}

async function signedRequest({ orders }: Iexec, request: OrdersToEstimate['request']): Promise<Signed<'request'>> {
  const { sign } = request
  return sign === undefined ? orders.sign(request) : { ...request, sign }
}

function outcomeOfDeal({ dealId: id, volume, txHash }: MadeDeal, { perTask: price }: MatchEstimate): Outcome {
  return {
    raw: { dealid: id, volume: volume.toString(), txHash },
    json: { dealId: id, volume, txHash, total: price * volume },
    text: [
      `A deal was made for ${tasks(volume)} at ${formatRlc(price * volume)} in all.`,
      ...rows([
        ['deal', id],
        ['transaction', txHash],
      ]),
      `iexec deal show ${id} says how it goes on.`,
    ],
  }
}

function tasks(volume: bigint): string {
  return `${volume} ${volume === 1n ? 'task' : 'tasks'}`
}
