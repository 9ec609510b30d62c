// For markets that cannot search: the cheapest combinations of the first pages of their books.
import { NO_ADDRESS, isSameAddress } from '@iexec/protocol'
import type { Context } from '../context.ts'
import type { PublishedOrder } from '../service/parseOrder.ts'
import { fetchOrderbook } from './fetchOrderbook.ts'
import { fitsOnPaper, priceOf, type Candidate, type Claimed } from './orderSets.ts'
import type { CheckedWish } from './wish.ts'

/** So many orders of each kind are looked at, the cheapest: their combinations are tried one by one. */
const PAGE_SIZE = 20
/** More sets than this are not worth a request each. */
const MAX_SETS = 10

type Books = {
  readonly apps: readonly PublishedOrder<'app'>[]
  /** One that is no order when the wish has no dataset. */
  readonly datasets: readonly (PublishedOrder<'dataset'> | undefined)[]
  readonly workerpools: readonly PublishedOrder<'workerpool'>[]
}

/** The cheapest sets of the first pages of the books that fit the wish and one another, for as many tasks as it wishes. */
export async function findInBooks(context: Context, wish: CheckedWish): Promise<Claimed> {
  const books = await fetchBooks(context, wish)
  const sets = combine(books)
    .filter((candidate) => wish.maxprice === undefined || priceOf(candidate) <= wish.maxprice)
    .toSorted((one, other) => Number(priceOf(one) - priceOf(other)))
  const candidates = takeCheapest(context, wish, sets)
  return { candidates, hints: candidates.length > 0 ? [] : hintsOf(books, wish) }
}

/** Sets in their order until there are enough tasks; what an order gives to one set it cannot give to another. */
function takeCheapest(context: Context, wish: CheckedWish, sets: readonly Candidate[]): readonly Candidate[] {
  const left = new Map<object, bigint>()
  const taken: Candidate[] = []
  let wanted = wish.volume
  for (const set of sets) {
    if (wanted <= 0n || taken.length >= MAX_SETS) break
    const orders = [set.app, set.dataset, set.workerpool].filter((order) => order !== undefined)
    const volume = least([wanted, set.volume, ...orders.map((order) => left.get(order) ?? wanted)])
    if (volume <= 0n || !fitsOnPaper(context, wish, { ...set, volume })) continue
    taken.push({ ...set, volume })
    wanted -= volume
    for (const order of orders) left.set(order, (left.get(order) ?? order.volume) - volume)
  }
  return taken
}

async function fetchBooks(context: Context, wish: CheckedWish): Promise<Books> {
  const { app, dataset, workerpool, category, trust } = wish
  const requester = isSameAddress(wish.requester, NO_ADDRESS) ? undefined : wish.requester
  const hasDataset = !isSameAddress(dataset, NO_ADDRESS)
  const pool = isSameAddress(workerpool, NO_ADDRESS) ? 'any' : workerpool
  const page = { pageSize: PAGE_SIZE, minVolume: 1n, requester }
  const [apps, datasets, workerpools] = await Promise.all([
    fetchOrderbook(context, 'app', { ...page, app, dataset: hasDataset ? dataset : undefined, workerpool: pool }),
    hasDataset ? fetchOrderbook(context, 'dataset', { ...page, dataset, app, workerpool: pool }) : undefined,
    fetchOrderbook(context, 'workerpool', {
      ...page,
      workerpool: pool,
      app,
      dataset: hasDataset ? dataset : undefined,
      category,
      minTrust: trust,
      minTag: wish.tag,
    }),
  ])
  return { apps: apps.items, datasets: datasets?.items ?? [undefined], workerpools: workerpools.items }
}

function combine({ apps, datasets, workerpools }: Books): readonly Candidate[] {
  return apps.flatMap((app) =>
    datasets.flatMap((dataset) =>
      workerpools.map((workerpool): Candidate => {
        const remaining = [app.remaining, workerpool.remaining, ...(dataset === undefined ? [] : [dataset.remaining])]
        return {
          app: app.order,
          dataset: dataset?.order,
          workerpool: workerpool.order,
          volume: least(remaining),
        }
      }),
    ),
  )
}

function hintsOf({ apps, datasets, workerpools }: Books, { app, dataset, category }: CheckedWish): readonly string[] {
  if (apps.length === 0) return [`No order of the app ${app} lets the requester in: ask its owner to publish one.`]
  if (datasets.length === 0)
    return [`No order of the dataset ${dataset} lets the requester in: ask its owner to publish one.`]
  if (workerpools.length === 0) {
    return [`No workerpool offers this trust and tag in category ${category}: take another category, or ask for less.`]
  }
  return ['There are orders of each kind, but they do not fit together: raise the prices, or ask for less.']
}

function least(volumes: readonly bigint[]): bigint {
  return volumes.reduce((smallest, volume) => (volume < smallest ? volume : smallest))
}
