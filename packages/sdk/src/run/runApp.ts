// Buys a run of an app: from the cheapest orders to the deal.
import { dealId, formatRlc, hashOrder, NO_ADDRESS, type DealId, type Order, type Params } from '@iexec/protocol'
import type { Address } from 'viem'
import { depositStake } from '../account/depositStake.ts'
import { showAccount } from '../account/showAccount.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { createRequestOrder } from '../order/createOrder.ts'
import { signOrder } from '../order/signOrder.ts'
import type { OrderSet } from '../orderbook/orderSets.ts'
import { requireSigner } from '../signer/signer.ts'
import { buySet, volumeOf, type BoughtDeal } from './buySet.ts'
import { estimateRun, type RunEstimate } from './estimateRun.ts'
import { openRun, type Run } from './run.ts'
import { paramsOf, requireRunnable, type RunWish } from './runWish.ts'

/** How a run is bought. */
export type BuyOptions = {
  /** `auto` deposits what is missing from the wallet; without it, too little stake is refused. */
  readonly deposit?: 'auto' | undefined
  /** Buys without a look into the vault for what the run needs there. */
  readonly skipPreflight?: boolean | undefined
  /**
   * Hears of the id that a deal will have as soon as its request is signed, before it is sent: whoever is interrupted while it is
   * made finds it by this id.
   */
  readonly onRequest?: ((dealId: DealId) => void) | undefined
  /** Hears of each deal as soon as it is made: from then on `resumeRun` finds it. */
  readonly onDeal?: ((deal: BoughtDeal) => void) | undefined
}

/**
 * Runs an app: finds the cheapest orders that serve the wish, signs a request for each set of them that pays exactly their prices,
 * makes the deals, and returns the way to the results. Where others take a set meanwhile, the next best one is bought, within
 * `maxPrice`. Purchases are never lost: `resumeRun` comes back to a deal by its id.
 *
 * Orders are those of the market. Whoever runs an app, dataset or workerpool of his own that is not for sale there signs an order of
 * it himself (for nothing, for one task, `requesterrestrict` his own address) and gives all orders to `matchOrders`; `resumeRun`
 * follows the deal. The command `iexec app run` does this by itself.
 *
 * @throws IexecError `NoMatch` with what would have to change in `hints`; `InsufficientFunds` when more has to be deposited;
 * `InvalidInput`, `NotFound` (the vault lacks something), `NoSigner`, `RejectedByUser`; whatever `matchOrders` throws. When a part
 * was bought already, `details.deals` says which deals
 * @example
 * const run = await runApp(context, app, { args: '--fast', maxPrice: parseRlc('1 RLC'), deposit: 'auto' })
 * for await (const { reason } of run.progress()) console.log(reason)
 * const { zip } = await run.result()
 */
export async function runApp(context: Context, app: Address, wish: RunWish & BuyOptions = {}): Promise<Run> {
  const { deposit, skipPreflight, onRequest, onDeal, ...rest } = wish
  if (skipPreflight !== true) await requireRunnable(context, rest)
  const options = { deposit, onRequest, onDeal, skipPreflight: true }
  return startRun(context, await estimateRun(context, app, rest), options)
}

/**
 * Buys exactly what was estimated. Instead of a set that others took meanwhile, one that costs at most `maxPrice` of the wish is
 * bought; without it, at most what the set cost.
 *
 * @throws IexecError as `runApp` does; `OrdersMismatch` when others took the orders, and there are none instead
 * @example
 * const estimate = await estimateRun(context, app, wish)
 * if (await asks(`${formatRlc(estimate.total)}?`)) await startRun(context, estimate, { deposit: 'auto' })
 */
export async function startRun(context: Context, estimate: RunEstimate, options: BuyOptions = {}): Promise<Run> {
  return buyRun(context, estimate, { ...options, find: estimateRun, paramsAt: async () => estimate.wish.params })
}

/** How what was estimated becomes deals. */
export type Purchase = BuyOptions & {
  /** Finds other orders, instead of those that others took. */
  readonly find: typeof estimateRun
  /** The params of so many tasks, from a place among those of the run on. */
  readonly paramsAt: (first: bigint, volume: bigint) => Promise<Params | undefined>
}

/**
 * Buys what was estimated, as `startRun` does, each set with params of its own.
 *
 * @throws IexecError as `startRun` does
 * @example
 * await buyRun(context, estimate, { find: estimateRun, paramsAt: async (first, volume) => paramsOfSlice(first, volume) })
 */
export async function buyRun(context: Context, estimate: RunEstimate, options: Purchase): Promise<Run> {
  requireSigner(context)
  if (options.skipPreflight !== true) await requireRunnable(context, estimate.wish)
  const deals: BoughtDeal[] = []
  const onDeal = (deal: BoughtDeal): void => {
    deals.push(deal)
    options.onDeal?.(deal)
  }
  try {
    await buySets(context, estimate, {
      ...options,
      onDeal,
      first: 0n,
      searches: MOST_SEARCHES,
      purse: purseOf(estimate),
    })
  } catch (error) {
    throw withBought(error, deals)
  }
  return openRun(context, deals)
}

/** So often one set after the other may be taken by others. */
const MOST_SEARCHES = 3

/** @throws IexecError `NoMatch` when fewer tasks are served than wished */
export function requireServed({ wish, volume, hints }: Pick<RunEstimate, 'wish' | 'volume' | 'hints'>): void {
  const wished = wish.volume ?? 1n
  if (volume >= wished) return
  throw new IexecError('NoMatch', `The orders found on the market serve ${volume} of ${wished} tasks.`, {
    hints: [...hints, `Or run ${volume} tasks now.`],
    details: { wished, volume },
  })
}

type Buying = Purchase & {
  readonly onDeal: (deal: BoughtDeal) => void
  readonly first: bigint
  readonly searches: number
  readonly purse: { left: bigint }
}

/** What all deposits may come to: what the estimate said, and what the highest price leaves room for. In nRLC. */
function purseOf({ missingStake, total, volume, wish: { maxPrice } }: RunEstimate): { left: bigint } {
  const dearest = maxPrice === undefined ? total : maxPrice * volume
  return { left: missingStake + (dearest > total ? dearest - total : 0n) }
}

/** Buys sets for tasks from the place `first` on, in their order: so the tasks of the deals count on. */
async function buySets(context: Context, estimate: RunEstimate, options: Buying): Promise<void> {
  requireServed(estimate)
  const { app, wish, sets } = estimate
  const parts: Part[] = []
  let { first } = options
  for (const set of sets) {
    parts.push({ app, set, first, wish: { ...wish, params: await options.paramsAt(first, set.volume) } })
    first += set.volume
  }
  await requireStake(context, estimate, options)
  for (const part of parts) await buyPart(context, part, options)
}

/** A set, and the tasks that it is for. */
type Part = { readonly app: Address; readonly wish: RunWish; readonly set: OrderSet; readonly first: bigint }

/** Buys a set; for tasks that others took from it, other sets. */
async function buyPart(context: Context, part: Part, options: Buying): Promise<void> {
  const { app, wish, set, first } = part
  const request = await signOrder(context, requestOf(context, part))
  options.onRequest?.(dealId(hashOrder(request, context.domain), 0n))
  const { deals, refusal } = await buySet(context, { ...set, request }, options.onDeal)
  const bought = volumeOf(deals)
  const volume = set.volume - bought
  if (volume === 0n) return
  if (options.searches <= 0) throw refusal ?? new IexecError('NoMatch', 'Others take whatever is found.')
  const rest = { ...wish, volume, maxPrice: wish.maxPrice ?? set.taskPrice }
  const other = await options.find(context, app, rest).catch((error: unknown) => {
    throw codeOf(error) === 'NoMatch' ? (refusal ?? error) : error
  })
  await buySets(context, other, { ...options, first: first + bought, searches: options.searches - 1 })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof IexecError ? error.code : undefined
}

/** A request that is worth nothing for any other set: its prices, its workerpool, its number of tasks. */
function requestOf(context: Context, { app, wish, set }: Part): Order<'request'> {
  return createRequestOrder(context, {
    app,
    appmaxprice: set.app.appprice,
    dataset: wish.dataset ?? NO_ADDRESS,
    datasetmaxprice: set.dataset?.datasetprice ?? 0n,
    workerpool: set.workerpool.workerpool,
    workerpoolmaxprice: set.workerpool.workerpoolprice,
    volume: set.volume,
    params: paramsOf(wish),
    category: wish.category ?? 0n,
    trust: wish.trust ?? 0n,
    tag: wish.tag ?? '',
    beneficiary: wish.beneficiary ?? requireSigner(context).address,
    callback: wish.callback ?? NO_ADDRESS,
  })
}

async function requireStake(context: Context, { total }: RunEstimate, { deposit, purse }: Buying): Promise<void> {
  const { address } = requireSigner(context)
  const { stake } = await showAccount(context, address)
  if (stake >= total) return
  const missing = total - stake
  // More than was estimated is no surprise that anybody agreed to.
  if (deposit === 'auto' && missing <= purse.left) {
    await depositStake(context, missing)
    purse.left -= missing
    return
  }
  throw new IexecError(
    'InsufficientFunds',
    `The run costs ${formatRlc(total)}, and the account has ${formatRlc(stake)} on the market.`,
    {
      hints: [`Deposit it first (iexec account deposit ${formatRlc(missing)}), or let it be done: deposit 'auto'.`],
      details: { account: address, needed: total, available: stake, missing },
    },
  )
}

/** Tells what was bought before something failed. */
function withBought(error: unknown, deals: readonly BoughtDeal[]): unknown {
  if (!(error instanceof IexecError) || deals.length === 0) return error
  const { code, message, hints, details, cause } = error
  const bought = deals.map((deal) => deal.dealId)
  return new IexecError(code, `${message} Bought before that: ${bought.join(', ')}.`, {
    hints: ['What was bought goes on: come back to it by the ids of its deals.', ...hints],
    details: { ...details, deals: bought },
    cause,
  })
}
