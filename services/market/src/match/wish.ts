// What a search for orders looks for: the wish, and what of it is left aside to see what would have to change.
import { NO_ADDRESS } from '@iexec/protocol'
import type { MatchWish } from '@iexec/wire'
import type { Address, Hex } from 'viem'

/** What a search does not look at. */
export type Ignored = 'tag' | 'restrictions' | 'stake'

/** The most for one task, in nRLC. */
export type MaxPrices = {
  readonly app: number
  readonly dataset: number
  readonly workerpool: number
  readonly total: bigint
}

/** A wish as a search takes it. */
export type Terms = {
  readonly app: Address
  /** The zero address for none. */
  readonly dataset: Address
  /** The zero address for any. */
  readonly workerpool: Address
  readonly requester: Address | undefined
  readonly category: number
  readonly tag: Hex
  readonly trust: number
  readonly maxPrices: MaxPrices
  readonly ignored: ReadonlySet<Ignored>
}

/** No limits: no order in the book costs more than a safe integer. */
export const UNLIMITED: MaxPrices = {
  app: Number.MAX_SAFE_INTEGER,
  dataset: Number.MAX_SAFE_INTEGER,
  workerpool: Number.MAX_SAFE_INTEGER,
  total: 3n * BigInt(Number.MAX_SAFE_INTEGER),
}

/** A wish as a search takes it, with everything looked at. */
export function termsOf(wish: MatchWish): Terms {
  const { app, dataset = NO_ADDRESS, workerpool = NO_ADDRESS, requester, category, tag, trust } = wish
  return {
    app,
    dataset,
    workerpool,
    requester,
    category,
    tag,
    trust,
    maxPrices: {
      app: wish.appmaxprice ?? UNLIMITED.app,
      dataset: wish.datasetmaxprice ?? UNLIMITED.dataset,
      workerpool: wish.workerpoolmaxprice ?? UNLIMITED.workerpool,
      total: wish.maxprice === undefined ? UNLIMITED.total : BigInt(wish.maxprice),
    },
    ignored: new Set(),
  }
}
