// The whole market on one machine.
export type { Goods, Product, SaleMarket } from './sale/market.ts'
export { sellAndRun, type Sale, type SaleOptions } from './sale/sale.ts'
export type { Change, Happening, Step } from './sale/steps.ts'
export { wordsOf } from './sale/words.ts'
