// For markets that cannot search, and for what they cannot search for: combinations of the first pages of their books.
import { NO_ADDRESS, isSameAddress } from '@iexec/protocol'
import type { Context } from '../context.ts'
import type { PublishedOrder } from '../service/parseOrder.ts'
import { fetchOrderbook } from './fetchOrderbook.ts'
import { fitsOnPaper, priceOf, type Candidate, type Claimed } from './orderSets.ts'
import type { CheckedWish } from './wish.ts'

/** So many orders of each kind are looked at, the cheapest: their combinations are tried one by one. */
const PAGE_SIZE = 20
/** Where only some workerpools are wanted. */
const LONG_PAGE = 1000

type Books = {
  readonly apps: readonly PublishedOrder<'app'>[]
  /** One that is no order when the wish has no dataset. */
  readonly datasets: readonly (PublishedOrder<'dataset'> | undefined)[]
  readonly workerpools: readonly PublishedOrder<'workerpool'>[]
}

/** Which of the workerpools' orders are wanted. */
export type PoolChoice = (orders: Books['workerpools']) => Promise<Books['workerpools']>

/**
 * All sets of the first pages of the books that fit the wish and one another.
 *
 * @param choose leaves only some orders of workerpools, of a long page
 */
export async function findInBooks(context: Context, wish: CheckedWish, choose?: PoolChoice): Promise<Claimed> {
  const books = await fetchBooks(context, wish, choose)
  const candidates = combine(books).filter(
    (set) => (wish.maxprice === undefined || priceOf(set) <= wish.maxprice) && fitsOnPaper(wish, set),
  )
  return { candidates, hints: candidates.length > 0 ? [] : hintsOf(books, wish) }
}

async function fetchBooks(context: Context, wish: CheckedWish, choose?: PoolChoice): Promise<Books> {
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
      pageSize: choose === undefined ? PAGE_SIZE : LONG_PAGE,
      workerpool: pool,
      app,
      dataset: hasDataset ? dataset : undefined,
      category,
      minTrust: trust,
      minTag: wish.tag,
    }),
  ])
  const chosen = choose === undefined ? workerpools.items : await choose(workerpools.items)
  return { apps: apps.items, datasets: datasets?.items ?? [undefined], workerpools: chosen }
}

/** What else limits them is found on chain. */
function combine({ apps, datasets, workerpools }: Books): readonly Candidate[] {
  return apps.flatMap((app) =>
    datasets.flatMap((dataset) =>
      workerpools.map((workerpool): Candidate => ({
        app: app.order,
        dataset: dataset?.order,
        workerpool: workerpool.order,
        volume: workerpool.remaining,
      })),
    ),
  )
}

function hintsOf({ apps, datasets, workerpools }: Books, { app, dataset, category }: CheckedWish): readonly string[] {
  const closed = apps.length === 0 ? `app ${app}` : `dataset ${dataset}`
  if (apps.length * datasets.length === 0) {
    return [`No order of the ${closed} lets the requester in: ask its owner to publish one.`]
  }
  if (workerpools.length === 0) {
    return [`No workerpool offers this trust and tag in category ${category}: take another category, or ask for less.`]
  }
  return ['There are orders of each kind, but they do not fit together: raise the prices, or ask for less.']
}
