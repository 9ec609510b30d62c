// English.
import { explorer } from './explorer.ts'
import { site } from './site.ts'
import { wallet } from './wallet.ts'

/** All English words, by room. */
export const words: {
  readonly site: typeof site
  readonly explorer: typeof explorer
  readonly wallet: typeof wallet
} = {
  site,
  explorer,
  wallet,
}
