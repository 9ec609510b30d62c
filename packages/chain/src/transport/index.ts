// The way to a chain through URLs of nodes: a path of its own, for whoever loads it only when there is no wallet.
export { STRANGER_GAS } from './batch.ts'
export { ChainError, type ChainFault } from './chainError.ts'
export * from './openChain.ts'
export type { Fetch, FetchAnswer, FetchRequest } from './postCalls.ts'
export * from './watchHeads.ts'
