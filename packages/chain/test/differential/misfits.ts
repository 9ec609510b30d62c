// Every way in which four orders that fit can be spoilt: one for each check of a match, or two at once.
import { ACTORS } from './actors.ts'
import type { MatchOrders } from '@iexec/protocol'
import type { Choices } from './choices.ts'
import { tagOf } from './offers.ts'

type Change = { readonly [Kind in keyof MatchOrders]?: Partial<MatchOrders[Kind]> }
type Misfit = (orders: MatchOrders) => Change

const { eve } = ACTORS
const TEE = tagOf(1n)
const TOO_MUCH = 2n ** 96n
const TOO_MANY = 2n ** 64n

const TERMS: readonly Misfit[] = [
  ({ request }) => ({ request: { category: request.category + 1n } }),
  () => ({ workerpool: { category: 5n }, request: { category: 5n } }),
  ({ workerpool }) => ({ request: { trust: workerpool.trust + 1n } }),
  ({ request }) => ({ app: { appprice: request.appmaxprice + 1n } }),
  ({ request }) => ({ dataset: { datasetprice: request.datasetmaxprice + 1n } }),
  ({ request }) => ({ workerpool: { workerpoolprice: request.workerpoolmaxprice + 1n } }),
  () => ({ request: { tag: tagOf(0x2_00n) } }),
  () => ({ app: { tag: tagOf(0n) }, workerpool: { tag: TEE }, request: { tag: TEE } }),
]

const ASSETS: readonly Misfit[] = [
  () => ({ request: { app: eve } }),
  () => ({ request: { dataset: eve } }),
  () => ({ app: { app: eve }, request: { app: eve } }),
  () => ({ dataset: { dataset: eve }, request: { dataset: eve } }),
  () => ({ workerpool: { workerpool: eve } }),
  // An asset of another registry is no app.
  ({ workerpool }) => ({ app: { app: workerpool.workerpool }, request: { app: workerpool.workerpool } }),
]

const RESTRICTIONS: readonly Misfit[] = [
  () => ({ request: { workerpool: eve } }),
  () => ({ app: { datasetrestrict: eve } }),
  () => ({ app: { workerpoolrestrict: eve } }),
  () => ({ app: { requesterrestrict: eve } }),
  () => ({ dataset: { apprestrict: eve } }),
  () => ({ dataset: { workerpoolrestrict: eve } }),
  () => ({ dataset: { requesterrestrict: eve } }),
  () => ({ workerpool: { apprestrict: eve } }),
  () => ({ workerpool: { datasetrestrict: eve } }),
  () => ({ workerpool: { requesterrestrict: eve } }),
]

const RANGES: readonly Misfit[] = [
  () => ({ app: { appprice: TOO_MUCH }, request: { appmaxprice: TOO_MUCH } }),
  () => ({ dataset: { datasetprice: TOO_MUCH }, request: { datasetmaxprice: TOO_MUCH } }),
  () => ({ workerpool: { workerpoolprice: TOO_MUCH }, request: { workerpoolmaxprice: TOO_MUCH } }),
  () => ({ workerpool: { trust: TOO_MANY }, request: { trust: TOO_MANY } }),
  () => ({
    app: { volume: TOO_MANY },
    dataset: { volume: TOO_MANY },
    workerpool: { volume: TOO_MANY },
    request: { volume: TOO_MANY },
  }),
  // In range, but nobody has that much.
  () => ({ app: { appprice: TOO_MUCH - 1n }, request: { appmaxprice: TOO_MUCH - 1n } }),
  () => ({ workerpool: { workerpoolprice: TOO_MUCH - 1n }, request: { workerpoolmaxprice: TOO_MUCH - 1n } }),
  () => ({ request: { volume: 0n } }),
]

// Ranges are looked at last, when nothing else stands against the match, so they are tried more often.
const MISFITS: readonly Misfit[] = [...TERMS, ...ASSETS, ...RESTRICTIONS, ...RANGES, ...RANGES, ...RANGES]

/** The orders with one thing wrong, or sometimes two, of which the hub has to name the first. */
export function spoil(orders: MatchOrders, choices: Choices): MatchOrders {
  const spoilt = bend(orders, choices.pick(MISFITS)(orders))
  return choices.oneIn(4) ? bend(spoilt, choices.pick(MISFITS)(spoilt)) : spoilt
}

function bend(orders: MatchOrders, change: Change): MatchOrders {
  return {
    app: { ...orders.app, ...change.app },
    dataset: { ...orders.dataset, ...change.dataset },
    workerpool: { ...orders.workerpool, ...change.workerpool },
    request: { ...orders.request, ...change.request },
  }
}
