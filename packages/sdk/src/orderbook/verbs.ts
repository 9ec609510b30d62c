// The verbs of order books by their short names. What only who buys does is loaded when it is done.
import type { findBestOrders } from './findBestOrders.ts'

export {
  eachOrder as each,
  fetchAppOrderbook as fetchApps,
  fetchDatasetOrderbook as fetchDatasets,
  fetchOrderbook as fetch,
  fetchRequestOrderbook as fetchRequests,
  fetchWorkerpoolOrderbook as fetchWorkerpools,
} from './fetchOrderbook.ts'

/** `findBestOrders`, loaded when it is called. */
export async function findBest(...given: Parameters<typeof findBestOrders>): ReturnType<typeof findBestOrders> {
  const { findBestOrders: findNow } = await import('../later.ts')
  return findNow(...given)
}
