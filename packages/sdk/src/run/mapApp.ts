// Runs an app over many inputs: one request for all of them, in as few deals as there are orders for.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { showAccount } from '../account/showAccount.ts'
import { invalidField } from '../asset/requireContents.ts'
import { IexecError } from '../error/iexecError.ts'
import { eachOrder } from '../orderbook/fetchOrderbook.ts'
import { findBestOrders } from '../orderbook/findBestOrders.ts'
import type { OrderSet } from '../orderbook/orderSets.ts'
import { requireSigner } from '../signer/signer.ts'
import { addFile } from '../storage/addFiles.ts'
import { estimateOf, type RunEstimate } from './estimateRun.ts'
import { fetchFeatures } from './poolFeatures.ts'
import type { Run } from './run.ts'
import { startRun, type BuyOptions } from './runApp.ts'
import { orderWishOf, requireRunnable, type RunWish } from './runWish.ts'

/** What one task of a bag gets. */
export type BagInput = { readonly args?: string; readonly inputFiles?: readonly string[] }

/** How the tasks of a bag are run, all alike. */
export type BagWish = Omit<RunWish, 'args' | 'inputFiles' | 'volume'>

const MOST_INPUTS = 10_000
/** So many workerpools are asked for their features. */
const MOST_POOLS = 50

/**
 * Runs an app once for each input. The results come from `run.results()`, each with the index of its input.
 *
 * The inputs are stored as one JSON array, which the params of the request name (`iexec_bag`); each task takes the entry of its
 * index. Only workerpools that announce the feature `bag` are matched: others would give every task the same arguments.
 *
 * @throws IexecError as `runApp` does; `NoMatch` when not all inputs can be served
 * @example
 * const run = await mapApp(context, app, [{ args: '1' }, { args: '2' }])
 * for await (const outcome of run.results()) console.log(outcome.index)
 */
export async function mapApp(
  context: Context,
  app: Address,
  { inputs, deposit, skipPreflight, onDeal, ...wish }: BagWish & BuyOptions & { readonly inputs: readonly BagInput[] },
): Promise<Run> {
  requireSigner(context)
  if (inputs.length < 1 || inputs.length > MOST_INPUTS) {
    throw invalidField('number of inputs', inputs.length, `from 1 to ${MOST_INPUTS}`)
  }
  if (skipPreflight !== true) await requireRunnable(context, wish)
  const estimate = await estimateMap(context, app, { ...wish, inputs })
  const content = JSON.stringify(inputs.map(({ args = '', inputFiles = [] }) => ({ args, inputFiles })))
  const { cid } = await addFile(context, { name: 'bag.json', content })
  const params = { ...wish.params, iexec_bag: cid }
  const bag = { ...estimate, wish: { ...estimate.wish, params } }
  return startRun(context, bag, { deposit, onDeal, skipPreflight: true })
}

/**
 * What a bag would cost. Nothing is stored, signed or sent.
 *
 * @throws IexecError `NoMatch` when not all inputs can be served by workerpools that take bags
 */
export async function estimateMap(
  context: Context,
  app: Address,
  { inputs, ...wish }: BagWish & { readonly inputs: readonly BagInput[] },
): Promise<RunEstimate> {
  const volume = BigInt(inputs.length)
  const whole: RunWish = { ...wish, volume }
  const pools = await findBagPools(context, whole)
  const { sets, hints } = await findSets(context, app, { wish: whole, pools })
  const chosen = takeCheapest(sets, volume)
  const served = chosen.reduce((sum, set) => sum + set.volume, 0n)
  if (served < volume) throw tooFew({ served, volume, pools: pools.length, hints })
  const total = chosen.reduce((sum, set) => sum + set.taskPrice * set.volume, 0n)
  const { stake } = await showAccount(context, requireSigner(context).address)
  const missingStake = total > stake ? total - stake : 0n
  return estimateOf(context, { app, wish: whole, sets: chosen, volume, total, missingStake, hints: [] })
}

/** The workerpools with orders for this wish that take bags. */
async function findBagPools(
  context: Context,
  { workerpool, category = 0n, tag, trust }: RunWish,
): Promise<readonly Address[]> {
  const pools = new Set<Address>()
  if (workerpool !== undefined) pools.add(workerpool)
  else {
    const filters = { category, minTag: tag, minTrust: trust, app: 'any', dataset: 'any', requester: 'any' } as const
    for await (const { order } of eachOrder(context, 'workerpool', filters)) {
      pools.add(order.workerpool)
      if (pools.size === MOST_POOLS) break
    }
  }
  const asked = [...pools].map(async (pool) => ({ pool, features: await fetchFeatures(context, pool) }))
  return (await Promise.all(asked)).filter(({ features }) => features.includes('bag')).map(({ pool }) => pool)
}

type Search = { readonly wish: RunWish; readonly pools: readonly Address[] }
type Sets = { readonly sets: readonly OrderSet[]; readonly hints: readonly string[] }

async function findSets(context: Context, app: Address, { wish, pools }: Search): Promise<Sets> {
  const found = await Promise.all(
    pools.map(async (workerpool): Promise<Sets> => {
      try {
        return await findBestOrders(context, orderWishOf(app, { ...wish, workerpool }))
      } catch (error) {
        if (error instanceof IexecError && error.code === 'NoMatch') return { sets: [], hints: error.hints }
        throw error
      }
    }),
  )
  return { sets: found.flatMap(({ sets }) => sets), hints: [...new Set(found.flatMap(({ hints }) => hints))] }
}

/** The cheapest sets; of equal prices the largest, so that there are few deals. */
function takeCheapest(sets: readonly OrderSet[], wanted: bigint): readonly OrderSet[] {
  const chosen: OrderSet[] = []
  let left = wanted
  for (const set of sets.toSorted(
    (one, other) => Number(one.taskPrice - other.taskPrice) || Number(other.volume - one.volume),
  )) {
    if (left === 0n) break
    const volume = set.volume < left ? set.volume : left
    chosen.push({ ...set, volume })
    left -= volume
  }
  return chosen
}

type Shortage = {
  readonly served: bigint
  readonly volume: bigint
  readonly pools: number
  readonly hints: readonly string[]
}

function tooFew({ served, volume, pools, hints }: Shortage): IexecError {
  const sentence =
    pools === 0
      ? 'No workerpool that takes bags sells anything for this wish.'
      : `The workerpools that take bags serve ${served} of ${volume} inputs.`
  return new IexecError('NoMatch', sentence, {
    hints: pools === 0 ? ['Run the inputs one by one, or ask a workerpool to announce the feature "bag".'] : hints,
    details: { served, volume, pools },
  })
}
