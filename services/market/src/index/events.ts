// Every event that the index knows, with its values under the names of the columns of the `event` table.
import type { Signed } from '@iexec/protocol'
import { toWide } from '@iexec/service'
import type { Address, Hash, Hex } from 'viem'
import type { EventTable } from '../db/schema.ts'
import { asText } from './sanitise.ts'

/** The four kinds of orders as the names of events write them. */
export type OrderNoun = 'App' | 'Dataset' | 'Workerpool' | 'Request'

type Moved = { readonly account: Address; readonly counterparty: Address; readonly amount: bigint }
type Held = { readonly account: Address; readonly amount: bigint }
type Judged = { readonly account: Address; readonly task: Hex }
type Handed = { readonly asset: Address; readonly account: Address; readonly counterparty: Address }

/** What `OrdersMatched` says beside the deal; the dataset's hash is zero when there is none. */
export type MatchedHashes = {
  readonly appHash: Hex
  readonly datasetHash: Hex
  readonly workerpoolHash: Hex
  readonly requestHash: Hex
  /** Decimal. */
  readonly volume: string
}

/** What a workerpool says of its policy: percents as decimals, as wide as the API shows numbers. */
export type PolicyDetail = {
  readonly oldWorkerStakeRatio: string
  readonly newWorkerStakeRatio: string
  readonly oldSchedulerRewardRatio: string
  readonly newSchedulerRewardRatio: string
}

/** What workers stake and what the scheduler keeps, in percent. */
export type Policy = { readonly workerStakeRatio: bigint; readonly schedulerRewardRatio: bigint }

/** The values of each event by its name. `detail` is stored as it is. */
export type Said = {
  /** `account` is who gives, `counterparty` who gets; nobody (zero) at deposits and withdrawals. */
  readonly Transfer: Moved
  /** `counterparty` may spend. */
  readonly Approval: Moved
  readonly Lock: Held
  readonly Unlock: Held
  readonly Reward: Held & { readonly task: Hex }
  readonly Seize: Held & { readonly task: Hex }
  readonly SchedulerNotice: { readonly asset: Address; readonly deal: Hex }
  readonly OrdersMatched: { readonly deal: Hex; readonly detail: MatchedHashes }
  /** `account` is the sponsor. */
  readonly DealSponsored: { readonly deal: Hex; readonly account: Address }
  /** `asset` is the workerpool. */
  readonly TaskInitialize: { readonly task: Hex; readonly asset: Address }
  /** `account` is the worker, also in the following ones. */
  readonly TaskContribute: { readonly task: Hex; readonly account: Address; readonly detail: { readonly hash: Hex } }
  readonly TaskConsensus: { readonly task: Hex; readonly detail: { readonly consensus: Hex } }
  readonly TaskReveal: { readonly task: Hex; readonly account: Address; readonly detail: { readonly digest: Hex } }
  readonly TaskReopen: { readonly task: Hex }
  readonly TaskFinalize: { readonly task: Hex; readonly detail: { readonly results: Hex } }
  readonly TaskClaimed: { readonly task: Hex }
  /** The row also has `score` in its detail: the score afterwards. */
  readonly AccurateContribution: Judged
  readonly FaultyContribution: Judged
  readonly CreateCategory: {
    readonly detail: {
      readonly catid: string
      readonly name: string
      readonly description: string
      readonly workClockTimeRef: string
    }
  }
  /** Of a registry. `account` was the owner, nobody (zero) at the registration; `counterparty` is. */
  readonly AppTransfer: Handed
  readonly DatasetTransfer: Handed
  readonly WorkerpoolTransfer: Handed
  /** `asset` is the workerpool, if it is one. `policy` has its new percents exactly. */
  readonly PolicyUpdate: { readonly asset: Address; readonly policy: Policy; readonly detail: PolicyDetail }
} & { readonly [Noun in OrderNoun as `Signed${Noun}Order` | `Closed${Noun}Order`]: { readonly orderHash: Hex } } & {
  /** Nobody has checked this order. */
  readonly [Noun in OrderNoun as `Broadcast${Noun}Order`]: { readonly order: Signed<Uncapitalize<Noun>> }
}

export type EventName = keyof Said

/** One event of the market, and where it happened in its block. */
export type MarketEvent<Name extends EventName = EventName> = {
  readonly [N in Name]: { readonly kind: N; readonly logIndex: number; readonly tx: Hash } & Said[N]
}[Name]

type Anything = {
  readonly account?: Address
  readonly counterparty?: Address
  readonly asset?: Address
  readonly deal?: Hex
  readonly task?: Hex
  readonly orderHash?: Hex
  readonly amount?: bigint
  readonly detail?: Readonly<Record<string, string>>
  readonly order?: Signed
}

/** The row of an event. `detail` is what the reducer knows beyond the event. */
export function toEventRow(
  event: MarketEvent,
  block: { readonly number: number; readonly timestamp: number },
  detail?: Readonly<Record<string, string>>,
): EventTable {
  const said: Anything = event
  const told = detail ?? said.detail ?? (said.order === undefined ? undefined : fieldsOf(said.order))
  return {
    block: block.number,
    log_index: event.logIndex,
    tx: event.tx,
    timestamp: block.timestamp,
    kind: event.kind,
    account: said.account ?? null,
    counterparty: said.counterparty ?? null,
    asset: said.asset ?? null,
    deal: said.deal ?? null,
    task: said.task ?? null,
    order_hash: said.orderHash ?? null,
    amount: said.amount === undefined ? null : toWide(said.amount),
    detail: told === undefined ? null : JSON.stringify(told),
  }
}

/** All fields of a broadcast order as texts. */
function fieldsOf(order: Signed): Readonly<Record<string, string>> {
  const fields = Object.entries(order).filter(([name]) => name !== 'kind')
  return Object.fromEntries(fields.map(([name, value]) => [name, asText(String(value))]))
}
