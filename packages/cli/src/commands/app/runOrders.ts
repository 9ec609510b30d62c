// The orders of a run: the cheapest of the market; what the buyer owns himself costs him nothing, and is signed on the spot.
import { NO_TAG, encodeTag, formatRlc, requiredTag, taskPrice, type OrderKind, type Signed } from '@iexec/protocol'
import {
  estimateOf,
  IexecError,
  ownerOf,
  type AssetKind,
  type Iexec,
  type OrderSet,
  type RunEstimate,
  type RunWish,
} from '@iexec/sdk'
import { isAddressEqual, type Address, type Hex } from 'viem'

/** What is to be run, by whom. */
export type RunSearch = { readonly app: Address; readonly user: Address; readonly wish: RunWish }

/** So many orders of each kind are looked at, the cheapest. */
const MOST_ORDERS = 20

/**
 * What a run would cost. Without a category in the wish, the first one for which something is sold.
 *
 * @throws IexecError `NoMatch` with what would have to change, `NotFound` for an app that is none
 */
export async function findRun(iexec: Iexec, search: RunSearch): Promise<RunEstimate> {
  const { app, user, wish } = search
  const owns = async (kind: AssetKind, address: Address | undefined): Promise<boolean> =>
    address !== undefined && isAddressEqual(await ownerOf(iexec.context, kind, address), user)
  const own: Own = {
    app: await owns('app', app),
    dataset: await owns('dataset', wish.dataset),
    workerpool: await owns('workerpool', wish.workerpool),
  }
  const isBuyer = !own.app && !own.dataset && !own.workerpool
  return inCategories(iexec, search, async (category) =>
    isBuyer
      ? iexec.estimate(app, { ...wish, category })
      : compose(iexec, { ...search, wish: { ...wish, category } }, own),
  )
}

/** What the buyer owns; and whether workerpools need not have the wished trust and tag. */
type Own = { readonly [Kind in AssetKind]: boolean } & { readonly pool?: 'any' }

/** From the shortest on: when none does, what the one that comes nearest refuses with is told. */
async function inCategories(
  iexec: Iexec,
  search: RunSearch,
  find: (category: bigint) => Promise<RunEstimate>,
): Promise<RunEstimate> {
  if (search.wish.category !== undefined) return findIn(iexec, search.wish.category, find)
  const count = await iexec.categories.count()
  const refusals: IexecError[] = []
  for (let category = 0n; category < count; category += 1n) {
    try {
      return await find(category)
    } catch (error) {
      if (!(error instanceof IexecError) || error.code !== 'NoMatch') throw error
      refusals.push(error)
    }
  }
  const category = await nearestCategory(iexec, search, count)
  throw refusals[category] ?? noMatch([])
}

/** In one category: when there is no such one, that is the reason. */
async function findIn(
  iexec: Iexec,
  category: bigint,
  find: (category: bigint) => Promise<RunEstimate>,
): Promise<RunEstimate> {
  try {
    return await find(category)
  } catch (error) {
    if (error instanceof IexecError && error.code === 'NoMatch') await iexec.categories.show(category)
    throw error
  }
}

/** Where computing of the wished trust and tag costs least; where nobody has that, any computing. */
async function nearestCategory({ orderbooks }: Iexec, { wish, user }: RunSearch, count: bigint): Promise<number> {
  const categories = Array.from({ length: Number(count) }, (_, category) => category)
  for (const terms of [{ minTag: wish.tag, minTrust: wish.trust }, {}]) {
    const offers = await Promise.all(
      categories.map(async (category) => {
        const sought = { category: BigInt(category), workerpool: wish.workerpool ?? 'any', requester: user } as const
        const { items } = await orderbooks.fetch('workerpool', { ...sought, ...terms, minVolume: 1n, pageSize: 10 })
        return items.slice(0, 1).map(({ order }) => ({ category, price: order.workerpoolprice }))
      }),
    )
    const [nearest] = offers.flat().toSorted((one, other) => Number(one.price - other.price))
    if (nearest !== undefined) return nearest.category
  }
  return 0
}

/** The cheapest orders that make a deal together, of what the buyer owns and of what others sell. */
async function compose(iexec: Iexec, search: RunSearch, own: Own): Promise<RunEstimate> {
  const faults = new Set<string>()
  const tryAll = async (sets: readonly OrderSet[]): Promise<RunEstimate | undefined> => {
    for (const set of sets) {
      const estimate = await tryOrders(iexec, search, set)
      if (typeof estimate !== 'string') return estimate
      faults.add(estimate)
    }
    return undefined
  }
  const found = await tryAll(await listSets(iexec, search, own))
  if (found !== undefined) return found
  // Where no workerpool has the trust and the tag, the others tell what they have.
  if (faults.size === 0) await tryAll((await listSets(iexec, search, { ...own, pool: 'any' })).slice(0, 1))
  throw noMatch([...faults])
}

/** All sets, the cheapest first: the cheapest app may ask for what only dear workerpools offer. */
async function listSets(iexec: Iexec, search: RunSearch, own: Own): Promise<readonly OrderSet[]> {
  const apps = await appOrders(iexec, search, own)
  const datasets = await datasetOrders(iexec, search, own)
  const poolsByTag = new Map<Hex, readonly Signed<'workerpool'>[]>()
  const sets: OrderSet[] = []
  for (const app of apps) {
    for (const dataset of datasets) {
      const tag = requiredTag(app.tag, dataset?.tag ?? NO_TAG, encodeTag(search.wish.tag ?? ''))
      const pools = poolsByTag.get(tag) ?? (await poolOrders(iexec, search, { own, tag }))
      poolsByTag.set(tag, pools)
      for (const workerpool of pools) {
        sets.push({ app, dataset, workerpool, volume: 1n, taskPrice: priceOf({ app, dataset, workerpool }) })
      }
    }
  }
  return sets.toSorted((one, other) => Number(one.taskPrice - other.taskPrice))
}

function priceOf({ app, dataset, workerpool }: Pick<OrderSet, 'app' | 'dataset' | 'workerpool'>): bigint {
  return taskPrice({ app: app.appprice, dataset: dataset?.datasetprice ?? 0n, workerpool: workerpool.workerpoolprice })
}

/** What the deal would cost, or why there would be none. */
async function tryOrders(iexec: Iexec, { app, wish }: RunSearch, set: OrderSet): Promise<RunEstimate | string> {
  const { dataset, workerpool, taskPrice: total } = set
  if (wish.maxPrice !== undefined && total > wish.maxPrice)
    return `A task costs ${formatRlc(total)} in all, and you pay at most ${formatRlc(wish.maxPrice)}.`
  const request = iexec.orders.createRequest({
    app,
    appmaxprice: set.app.appprice,
    workerpool: workerpool.workerpool,
    workerpoolmaxprice: workerpool.workerpoolprice,
    category: wish.category ?? 0n,
    trust: wish.trust ?? 0n,
    tag: wish.tag ?? '',
    ...(dataset === undefined ? {} : { dataset: dataset.dataset, datasetmaxprice: dataset.datasetprice }),
  })
  try {
    const { missingStake } = await iexec.orders.estimateMatch({ ...set, request })
    return await estimateOf(iexec.context, { app, wish, sets: [set], volume: 1n, total, missingStake, hints: [] })
  } catch (error) {
    if (error instanceof IexecError && error.code === 'OrdersMismatch') return error.message
    throw error
  }
}

async function appOrders(
  { orders, orderbooks }: Iexec,
  { app, user, wish }: RunSearch,
  own: Own,
): Promise<readonly Signed<'app'>[]> {
  if (own.app) {
    return [await orders.sign(orders.createApp({ app, volume: 1n, requesterrestrict: user, tag: wish.tag ?? '' }))]
  }
  const { items } = await orderbooks.fetch('app', {
    app,
    dataset: wish.dataset,
    workerpool: wish.workerpool ?? 'any',
    requester: user,
    minVolume: 1n,
    pageSize: MOST_ORDERS,
  })
  return ordersOf(items)
}

async function datasetOrders(
  { orders, orderbooks }: Iexec,
  { app, user, wish }: RunSearch,
  own: Own,
): Promise<readonly (Signed<'dataset'> | undefined)[]> {
  const { dataset } = wish
  if (dataset === undefined) return [undefined]
  if (own.dataset) {
    return [await orders.sign(orders.createDataset({ dataset, volume: 1n, apprestrict: app, requesterrestrict: user }))]
  }
  const { items } = await orderbooks.fetch('dataset', {
    dataset,
    app,
    workerpool: wish.workerpool ?? 'any',
    requester: user,
    minVolume: 1n,
    pageSize: MOST_ORDERS,
  })
  return ordersOf(items)
}

type Needed = { readonly own: Own; readonly tag: Hex }

async function poolOrders(
  { orders, orderbooks }: Iexec,
  { app, user, wish }: RunSearch,
  { own, tag }: Needed,
): Promise<readonly Signed<'workerpool'>[]> {
  const { dataset, workerpool, category = 0n, trust = 0n } = wish
  if (own.workerpool && workerpool !== undefined) {
    const terms = { workerpool, category, trust, tag, volume: 1n, requesterrestrict: user }
    return [await orders.sign(orders.createWorkerpool(terms))]
  }
  const { items } = await orderbooks.fetch('workerpool', {
    category,
    workerpool: workerpool ?? 'any',
    app,
    dataset,
    requester: user,
    ...(own.pool === 'any' ? {} : { minTag: tag, minTrust: trust }),
    // Orders of which nothing is left serve nobody.
    minVolume: 1n,
    pageSize: MOST_ORDERS,
  })
  return ordersOf(items)
}

function ordersOf<Kind extends OrderKind>(items: readonly { readonly order: Signed<Kind> }[]): readonly Signed<Kind>[] {
  return items.map(({ order }) => order)
}

function noMatch(faults: readonly string[]): IexecError {
  return new IexecError('NoMatch', 'No orders on the market serve this run.', {
    hints:
      faults.length > 0
        ? faults
        : [
            'Nobody sells what it takes, besides what is yours: look with iexec orderbook workerpool and iexec orderbook app.',
          ],
  })
}
