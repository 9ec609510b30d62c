// Buys a run of an app: from the cheapest orders to the deal.
import { dealId, formatRlc, hashOrder, NO_ADDRESS, type DealId, type Order, type Signed } from '@iexec/protocol'
import type { Address } from 'viem'
import { depositStake } from '../account/depositStake.ts'
import { showAccount } from '../account/showAccount.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { createRequestOrder } from '../order/createOrder.ts'
import { matchOrders, type MadeDeal } from '../order/matchOrders.ts'
import { signOrder } from '../order/signOrder.ts'
import type { OrderSet } from '../orderbook/orderSets.ts'
import { requireSigner } from '../signer/signer.ts'
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
   * Hears of the id that the first deal will have as soon as the request is signed, before anything is sent: whoever is interrupted
   * while it is made finds it by this id.
   */
  readonly onRequest?: ((dealId: DealId) => void) | undefined
  /** Hears of each deal as soon as it is made: from then on `resumeRun` finds it. */
  readonly onDeal?: ((deal: MadeDeal) => void) | undefined
}

/**
 * Runs an app: finds the cheapest orders that serve the wish, signs a request that pays exactly their prices, makes the deal, and
 * returns the way to its result. Purchases are never lost: `resumeRun` comes back to a deal by its id.
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
  requireSigner(context)
  const { deposit, skipPreflight, onRequest, onDeal, ...rest } = wish
  if (skipPreflight !== true) await requireRunnable(context, rest)
  const options = { deposit, onRequest, onDeal, skipPreflight: true }
  return startRun(context, await estimateRun(context, app, rest), options)
}

/**
 * Buys exactly what was estimated.
 *
 * @throws IexecError as `runApp` does; `OrdersMismatch` when somebody else took the orders meanwhile
 * @example
 * const estimate = await estimateRun(context, app, wish)
 * if (await asks(`${formatRlc(estimate.total)}?`)) await startRun(context, estimate, { deposit: 'auto' })
 */
export async function startRun(context: Context, estimate: RunEstimate, options: BuyOptions = {}): Promise<Run> {
  requireSigner(context)
  const { wish, sets, volume, hints } = estimate
  const wished = wish.volume ?? 1n
  if (volume < wished) {
    throw new IexecError('NoMatch', `The orders on the market serve ${volume} of ${wished} tasks.`, {
      hints: [...hints, `Or run ${volume} tasks now.`],
      details: { wished, volume },
    })
  }
  if (options.skipPreflight !== true) await requireRunnable(context, wish)
  await requireStake(context, estimate, options)
  const request = await signOrder(context, requestOf(context, estimate))
  options.onRequest?.(dealId(hashOrder(request, context.domain), 0n))
  return openRun(context, await makeDeals(context, { sets, request }, options))
}

/** One request for all sets: its deals number their tasks on, from 0 to the last. */
function requestOf(context: Context, { app, wish, sets, volume }: RunEstimate): Order<'request'> {
  const highest = (price: (set: OrderSet) => bigint): bigint =>
    sets.map(price).reduce((most, each) => (each > most ? each : most), 0n)
  const pools = new Set(sets.map(({ workerpool }) => workerpool.workerpool))
  const [pool = NO_ADDRESS] = pools
  return createRequestOrder(context, {
    app,
    appmaxprice: highest((set) => set.app.appprice),
    dataset: wish.dataset ?? NO_ADDRESS,
    datasetmaxprice: highest((set) => set.dataset?.datasetprice ?? 0n),
    workerpool: pools.size === 1 ? pool : (wish.workerpool ?? NO_ADDRESS),
    workerpoolmaxprice: highest((set) => set.workerpool.workerpoolprice),
    volume,
    params: paramsOf(wish),
    ...defined({
      category: wish.category,
      trust: wish.trust,
      tag: wish.tag,
      beneficiary: wish.beneficiary,
      callback: wish.callback,
    }),
  })
}

function defined<Fields extends object>(fields: Fields): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

async function requireStake(context: Context, { total }: RunEstimate, { deposit }: BuyOptions): Promise<void> {
  const { address } = requireSigner(context)
  const { stake } = await showAccount(context, address)
  if (stake >= total) return
  const missing = total - stake
  if (deposit === 'auto') {
    await depositStake(context, missing)
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

type Purchase = { readonly sets: readonly OrderSet[]; readonly request: Signed<'request'> }

async function makeDeals(
  context: Context,
  { sets, request }: Purchase,
  { onDeal }: BuyOptions,
): Promise<readonly MadeDeal[]> {
  const deals: MadeDeal[] = []
  for (const { app, dataset, workerpool } of sets) {
    try {
      const deal = await matchOrders(context, { app, dataset, workerpool, request })
      deals.push(deal)
      onDeal?.(deal)
    } catch (error) {
      if (!(error instanceof IexecError) || deals.length === 0) throw error
      const { code, message, hints, details, cause } = error
      const bought = deals.map((deal) => deal.dealId)
      throw new IexecError(code, `${message} Bought before that: ${bought.join(', ')}.`, {
        hints: ['What was bought goes on: come back to it by the ids of its deals.', ...hints],
        details: { ...details, deals: bought },
        cause,
      })
    }
  }
  return deals
}
