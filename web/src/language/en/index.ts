// English.
import { badge } from './badge.ts'
import { explorer } from './explorer.ts'
import { failures } from './failures.ts'
import { site } from './site.ts'
import { store } from './store.ts'
import { task } from './task.ts'
import { trade } from './trade.ts'
import { wallet } from './wallet.ts'
import { watch } from './watch.ts'

/** All English words, by room. */
export const words: {
  readonly site: typeof site
  readonly badge: typeof badge
  readonly explorer: typeof explorer
  readonly failures: typeof failures
  readonly store: typeof store
  readonly task: typeof task
  readonly trade: typeof trade
  readonly wallet: typeof wallet
  readonly watch: typeof watch
} = {
  site,
  badge,
  explorer,
  failures,
  store,
  task,
  trade,
  wallet,
  watch,
}
