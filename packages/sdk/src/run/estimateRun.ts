// What a run would cost, and of which orders it would be made, before anybody signs anything.
import { hexToBigInt, type Address, type Hex } from 'viem'
import { asUnreachable } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { findBestOrders, type BestOrders } from '../orderbook/findBestOrders.ts'
import type { OrderSet } from '../orderbook/orderSets.ts'
import { orderWishOf, type RunWish } from './runWish.ts'

/** What a run would cost. RLC in nRLC. */
export type RunEstimate = {
  readonly app: Address
  readonly wish: RunWish
  /** The orders, the cheapest first; each set becomes a deal. */
  readonly sets: readonly OrderSet[]
  /** Tasks that the orders serve: perhaps fewer than were wished. */
  readonly volume: bigint
  /** Of all tasks. */
  readonly total: bigint
  /** For whom the total is. */
  readonly parts: { readonly app: bigint; readonly dataset: bigint; readonly workerpool: bigint }
  /** What has to be deposited before; 0 when there is enough. */
  readonly missingStake: bigint
  /** Of all transactions, about: the requests are not signed yet, so nobody can try them. */
  readonly gas: bigint
  readonly gasPriceWei: bigint
  /** Where fewer tasks are served than wished: what would have to change for the others. */
  readonly hints: readonly string[]
}

/** About what a match and a deposit cost; `pnpm gas` measures them. */
const MATCH_GAS = 450_000n
const DEPOSIT_GAS = 80_000n

/**
 * What a run would cost, by the orders of the market. `startRun` buys exactly this.
 *
 * @throws IexecError `NoMatch` with what would have to change in `hints`, `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 * @example
 * const { total, missingStake } = await estimateRun(context, app, { args: '--fast' })
 */
export async function estimateRun(context: Context, app: Address, wish: RunWish = {}): Promise<RunEstimate> {
  return estimateOf(context, { app, wish, ...(await findBestOrders(context, orderWishOf(app, wish))) })
}

/** Orders that were found for a wish. */
export type FoundOrders = Pick<BestOrders, 'volume' | 'total' | 'missingStake' | 'hints'> & {
  readonly app: Address
  readonly wish: RunWish
  readonly sets: readonly OrderSet[]
}

/** Puts together what orders would cost. */
export async function estimateOf(context: Context, found: FoundOrders): Promise<RunEstimate> {
  const { sets, missingStake } = found
  const sum = (price: (set: OrderSet) => bigint): bigint => sets.reduce((all, set) => all + price(set) * set.volume, 0n)
  return {
    ...found,
    parts: {
      app: sum(({ app }) => app.appprice),
      dataset: sum(({ dataset }) => dataset?.datasetprice ?? 0n),
      workerpool: sum(({ workerpool }) => workerpool.workerpoolprice),
    },
    gas: BigInt(sets.length) * MATCH_GAS + (missingStake > 0n ? DEPOSIT_GAS : 0n),
    gasPriceWei: await readGasPrice(context),
  }
}

async function readGasPrice({ request }: Context): Promise<bigint> {
  try {
    return hexToBigInt((await request({ method: 'eth_gasPrice' })) as Hex)
  } catch (cause) {
    throw asUnreachable(cause)
  }
}
