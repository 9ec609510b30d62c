// What happens in a sale, one step after the other: plain data for people, programs and tests.
import type { DealId, TaskId } from '@iexec/protocol'
import type { Address, Hex } from 'viem'

/** What a transaction cost. */
export type Cost = { readonly transaction: Hex; readonly gas: bigint }

/** A step of a sale. `ms` counts from the beginning of the sale. */
export type Step = { readonly ms: number } & (
  | { readonly step: 'stored'; readonly location: string; readonly bytes: number }
  /** An image is there already. */
  | { readonly step: 'pushed'; readonly reference: string; readonly digest: Hex }
  | ({ readonly step: 'registered'; readonly app: Address } & Cost)
  | { readonly step: 'offered'; readonly order: Hex; readonly price: bigint }
  | {
      readonly step: 'found'
      /** nRLC for the run: of app and workerpool. */
      readonly app: bigint
      readonly workerpool: bigint
      readonly trust: bigint
      /** How many of the market's own workers it takes, when those vote first who are known best. */
      readonly needed: number
      readonly workers: number
    }
  | ({ readonly step: 'bought'; readonly deal: DealId; readonly task: TaskId } & Cost)
  /** A transaction of the pool or of a worker, as the chain tells it. */
  | ({
      readonly step: 'happened'
      readonly what: Happening
      readonly who: string | undefined
      readonly block: bigint
    } & Cost)
  /** A worker cannot do the task, or saw the app fail; or the pool does not run it. Their words, by way of the pool. */
  | { readonly step: 'troubled'; readonly who: string; readonly says: string }
  | { readonly step: 'downloaded'; readonly folder: string; readonly files: readonly string[]; readonly digest: string }
  | { readonly step: 'paid'; readonly changes: readonly Change[] }
)

/** What the chain tells of a task. */
export type Happening = 'initialized' | 'contributed' | 'agreed' | 'revealed' | 'finalized'

/** By how much somebody has more nRLC by the task. */
export type Change = { readonly name: string; readonly amount: bigint }

/** Hears of steps as they happen. */
export type Tell = (step: Step) => void
