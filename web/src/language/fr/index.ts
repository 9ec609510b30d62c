// French.
import type { Words } from '../words.ts'
import { badge } from './badge.ts'
import { explorer } from './explorer.ts'
import { failures } from './failures.ts'
import { site } from './site.ts'
import { store } from './store.ts'
import { task } from './task.ts'
import { trade } from './trade.ts'
import { wallet } from './wallet.ts'
import { watch } from './watch.ts'

/** All French words, by room. */
export const words: Words = {
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
