// Runs an app over many inputs: in as few deals as there are orders for, each with its slice of the inputs.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { invalidField } from '../asset/requireContents.ts'
import { IexecError } from '../error/iexecError.ts'
import { chooseSets } from '../orderbook/chooseSets.ts'
import { findInBooks, type PoolChoice } from '../orderbook/findInBooks.ts'
import { checkWish } from '../orderbook/wish.ts'
import { addFile } from '../storage/addFiles.ts'
import { estimateOf, type RunEstimate } from './estimateRun.ts'
import { fetchFeatures } from './poolFeatures.ts'
import type { Run } from './run.ts'
import { buyRun, requireServed, type BuyOptions } from './runApp.ts'
import { orderWishOf, requireRunnable, type RunWish } from './runWish.ts'

/** What one task of a bag gets. */
export type BagInput = { readonly args?: string; readonly inputFiles?: readonly string[] }

/** How the tasks of a bag are run, all alike. */
export type BagWish = Omit<RunWish, 'args' | 'inputFiles' | 'volume'>

/** The inputs of a bag; with a wish, where there is one. */
export type Bag<Wish = BagWish> = readonly BagInput[] | (Wish & { readonly inputs: readonly BagInput[] })

const MOST_INPUTS = 10_000
/** So many workerpools are asked for their features. */
const MOST_POOLS = 50

/**
 * Runs an app once for each input. The results come from `run.results()`, each with the index of its input.
 *
 * Each set of orders becomes a deal with a request of its own. Its slice of the inputs is stored as one JSON array, which the params
 * of the request name (`iexec_bag`); each task takes the entry of its index in the deal. Only workerpools that announce the feature
 * `bag` are matched: others would give every task the same arguments.
 *
 * @throws IexecError as `runApp` does; `NoMatch` before anything is bought when not all inputs can be served
 * @example
 * const run = await mapApp(context, app, [{ args: '1' }, { args: '2' }])
 * for await (const outcome of run.results()) console.log(outcome.index)
 */
export async function mapApp(context: Context, app: Address, bag: Bag<BagWish & BuyOptions>): Promise<Run> {
  const { inputs, deposit, skipPreflight, onRequest, onDeal, ...wish } = wishOf(bag)
  if (inputs.length < 1 || inputs.length > MOST_INPUTS) {
    throw invalidField('number of inputs', inputs.length, `from 1 to ${MOST_INPUTS}`)
  }
  if (skipPreflight !== true) await requireRunnable(context, wish)
  return buyRun(context, await estimateMap(context, app, { ...wish, inputs }), {
    deposit,
    onRequest,
    onDeal,
    skipPreflight: true,
    find: estimateBag,
    paramsAt: async (first, volume) => {
      const slice = inputs.slice(Number(first), Number(first + volume))
      const content = JSON.stringify(slice.map(({ args = '', inputFiles = [] }) => ({ args, inputFiles })))
      return { ...wish.params, iexec_bag: (await addFile(context, { name: 'bag.json', content })).cid }
    },
  })
}

/**
 * What a bag would cost. Nothing is stored, signed or sent.
 *
 * @throws IexecError `NoMatch` when not all inputs can be served by workerpools that take bags
 */
export async function estimateMap(context: Context, app: Address, bag: Bag): Promise<RunEstimate> {
  const { inputs, ...wish } = wishOf(bag)
  return estimateBag(context, app, { ...wish, volume: BigInt(inputs.length) })
}

function wishOf<Wish extends object>(bag: Bag<Wish>): Wish & { readonly inputs: readonly BagInput[] } {
  return 'inputs' in bag ? bag : ({ inputs: bag } as never)
}

async function estimateBag(context: Context, app: Address, wish: RunWish = {}): Promise<RunEstimate> {
  const checked = checkWish(context, orderWishOf(app, wish))
  const { candidates, hints } = await findInBooks(context, checked, async (orders) => ofBagPools(context, orders))
  const found = { ...(await chooseSets(context, checked, candidates)), wish, hints }
  requireServed(found)
  return estimateOf(context, { ...found, app })
}

/** The orders of workerpools that take bags. */
async function ofBagPools(context: Context, orders: Parameters<PoolChoice>[0]): ReturnType<PoolChoice> {
  const pools = [...new Set(orders.map(({ order }) => order.workerpool))].slice(0, MOST_POOLS)
  const takes = await Promise.all(pools.map(async (pool) => (await fetchFeatures(context, pool)).includes('bag')))
  const chosen = orders.filter(({ order }) => takes[pools.indexOf(order.workerpool)])
  if (chosen.length > 0) return chosen
  throw new IexecError('NoMatch', 'No workerpool that takes bags sells anything for this wish.')
}
