// The whole market on one machine.
export * from './people.ts'
export type { Service } from './service.ts'
export { startNetwork, type Network, type NetworkOptions } from './startNetwork.ts'
export type { Goods, Product, SaleMarket } from './sale/market.ts'
export { sellAndRun, type Sale, type SaleOptions } from './sale/sale.ts'
export type { Change, Happening, Step } from './sale/steps.ts'
export { wordsOf } from './sale/words.ts'
