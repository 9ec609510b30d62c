// What a running pool works with and remembers.
import type { Sender } from '@iexec/chain'
import type { Address, Hex } from 'viem'
import type { Authority } from '../authority.ts'
import type { Book } from '../book/book.ts'
import type { Store } from '../book/store.ts'
import type { JobOutcome } from '../chain/carryOut.ts'
import type { ChainCommand, Command } from '../decide/command.ts'
import type { Durations } from '../decide/durations.ts'
import type { Now, Patience } from '../decide/snapshot.ts'
import type { Said } from '../gateway/connection.ts'
import type { Hands } from './hands.ts'

/** What a pool works with. */
export type PoolParts = {
  readonly book: Book
  readonly store: Store
  readonly hands: Hands
  readonly durations: Durations
  readonly authority: Authority
  readonly hub: Address
  readonly sender: Pick<Sender, 'send'>
  readonly say: (worker: Address, said: Said) => void
  readonly now: () => Now
  readonly patience?: Patience
  /** Hears what was decided, what became of it, and what cannot be done at the moment. */
  readonly onNews: (news: PoolNews) => void
  /** Hears that something of a task changed. */
  readonly onChange: (task: Hex) => void
}

/** What a log or a counter may tell. */
export type PoolNews =
  | { readonly type: 'decided'; readonly command: Command }
  | { readonly type: 'done'; readonly command: ChainCommand; readonly outcome: JobOutcome }
  | { readonly type: 'cannot store' | 'cannot decide'; readonly error: unknown }
  | { readonly type: 'deposed' }

/** Everything that a running pool remembers beside its book. */
export type Desk = {
  readonly parts: PoolParts
  readonly patience: Patience
  readonly touched: Set<Hex>
  /** Tasks that need more places than there were, in turn. */
  readonly waiting: Set<Hex>
  readonly wakeAt: Map<Hex, number>
  readonly depose: () => void
  readonly schedule: () => void
  /** When what is over was last taken out of memory. */
  sweptAt: number
  hasRoom: boolean
  isLive: boolean
  isStopped: boolean
}
