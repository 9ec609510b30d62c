// The verbs of orders by their short names.
export { broadcastOrder as broadcast } from './broadcastOrder.ts'
export { cancelOrder as cancel } from './cancelOrder.ts'
export {
  createAppOrder as createApp,
  createDatasetOrder as createDataset,
  createRequestOrder as createRequest,
  createWorkerpoolOrder as createWorkerpool,
} from './createOrder.ts'
export { estimateMatch } from './estimateMatch.ts'
export { findDealsOfOrder as findDeals } from './findDealsOfOrder.ts'
export { hashOrder as hash } from './hashOrder.ts'
export { matchOrders as match } from './matchOrders.ts'
export { presignOrder as presign } from './presignOrder.ts'
export { publishOrder as publish } from './publishOrder.ts'
export { publishOrders as publishMany } from './publishOrders.ts'
export { fetchOrder as fetch, showOrder as show } from './showOrder.ts'
export { signOrder as sign } from './signOrder.ts'
export { unpublishOrder as unpublish } from './unpublishOrder.ts'
