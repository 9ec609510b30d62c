// What many pages never do, as one piece that is loaded when the first of it is done. It belongs together: a run checks secrets,
// adds files, and fetches results; who misses a result reads logs. A run begins with the best orders.
export * as marketAccounts from './account/ofMarket.ts'
export { findBestOrders } from './orderbook/findBestOrders.ts'
export * as operators from './poolOperator/index.ts'
export * as results from './result/index.ts'
export { decryptResult } from './result/decryptResult.ts'
export { generateEncryptionKeypair } from './result/encryptionKey.ts'
export * as runs from './run/index.ts'
export * as secrets from './secret/index.ts'
export * as storage from './storage/index.ts'
export * as poolTasks from './task/ofPool.ts'
