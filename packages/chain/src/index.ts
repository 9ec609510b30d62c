// What a chain and the market on it are told and asked, through a viem client.
export * from './deploy/addresses.ts'
export { DeployError, type DeployFault } from './deploy/deployError.ts'
export * from './deploy/deployMarket.ts'
export { findFirstBlock } from './deploy/firstBlock.ts'
export * from './deploy/progress.ts'
export { DEPLOYMENT_PROXY } from './deploy/proxy.ts'
export * from './deploy/terms.ts'
