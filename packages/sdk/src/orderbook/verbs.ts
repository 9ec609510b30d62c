// The verbs of order books by their short names.
export {
  eachOrder as each,
  fetchAppOrderbook as fetchApps,
  fetchDatasetOrderbook as fetchDatasets,
  fetchOrderbook as fetch,
  fetchRequestOrderbook as fetchRequests,
  fetchWorkerpoolOrderbook as fetchWorkerpools,
} from './fetchOrderbook.ts'
export { findBestOrders as findBest } from './findBestOrders.ts'
