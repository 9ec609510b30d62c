// Everything that a hub, its registries and its token hold together: the market as one value.
import type { Address } from 'viem'
import { DEFAULT_CATEGORIES } from '../deal/category.ts'
import type { Deal } from '../deal/deal.ts'
import type { MatchState, OrderStanding, WorkerpoolPolicy } from '../deal/matchState.ts'
import type { Membership } from '../deal/restriction.ts'
import type { MatchOrders } from '../deal/volume.ts'
import { accountOf, emptyLedger } from '../escrow/ledger.ts'
import type { Ledger } from '../escrow/ledger.ts'
import type { DealId, Instant, OrderHash, TaskId } from '../ids.ts'
import { hashOrder } from '../order/hash.ts'
import type { OrderKind } from '../order/order.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import type { OrderDomain } from '../order/typedData.ts'
import type { Task } from '../task/task.ts'

/** The kinds of assets, each with its registry. */
export type AssetKind = Exclude<OrderKind, 'request'>

/** The whole market. Maps by address have it in lower case; what is absent is zero, unset, or nobody's. */
export type MarketState = {
  /** The hub and its chain: orders are hashed under it. */
  readonly domain: OrderDomain
  /** RLC outside the hub, and the hub's own, in nRLC. Allowances are not modelled: whoever deposits has approved. */
  readonly wallets: ReadonlyMap<string, bigint>
  readonly ledger: Ledger
  readonly scores: ReadonlyMap<string, bigint>
  readonly owners: { readonly [Kind in AssetKind]: ReadonlyMap<string, Address> }
  readonly policies: ReadonlyMap<string, WorkerpoolPolicy>
  readonly consumed: ReadonlyMap<OrderHash, bigint>
  readonly presigned: ReadonlyMap<OrderHash, Address>
  readonly deals: ReadonlyMap<DealId, Deal>
  readonly tasks: ReadonlyMap<TaskId, Task>
  /** Time reference of each category, in seconds; the id is the index. */
  readonly categories: readonly bigint[]
  /** What the group contracts of the chain answer. */
  readonly memberships: readonly Membership[]
  readonly teeBroker: Address
}

/** Policy of a workerpool that never changed it. */
export const DEFAULT_POLICY: WorkerpoolPolicy = { workerStakeRatio: 30n, schedulerRewardRatio: 1n }

/**
 * A market that has just been deployed: nothing but RLC in wallets.
 *
 * @param wallets RLC of each address, in nRLC
 * @example
 * emptyMarket(orderDomain(31337, hub), new Map([[alice, 1_000_000_000n]]))
 */
export function emptyMarket(domain: OrderDomain, wallets: ReadonlyMap<Address, bigint>): MarketState {
  return {
    domain,
    wallets: new Map([...wallets].map(([address, amount]) => [address.toLowerCase(), amount])),
    ledger: emptyLedger(domain.verifyingContract),
    scores: new Map(),
    owners: { app: new Map(), dataset: new Map(), workerpool: new Map() },
    policies: new Map(),
    consumed: new Map(),
    presigned: new Map(),
    deals: new Map(),
    tasks: new Map(),
    categories: DEFAULT_CATEGORIES.map(({ workClockTimeRef }) => workClockTimeRef),
    memberships: [],
    teeBroker: NO_ADDRESS,
  }
}

/** RLC that an address holds outside the hub, in nRLC. */
export function walletOf(state: MarketState, address: Address): bigint {
  return state.wallets.get(address.toLowerCase()) ?? 0n
}

/** Score of a worker. */
export function scoreOf(state: MarketState, worker: Address): bigint {
  return state.scores.get(worker.toLowerCase()) ?? 0n
}

/** Policy of a workerpool. */
export function policyOf(state: MarketState, workerpool: Address): WorkerpoolPolicy {
  return state.policies.get(workerpool.toLowerCase()) ?? DEFAULT_POLICY
}

/** Owner of an asset by the registry of its kind; `undefined` when it is not registered there. */
export function ownerOf(state: MarketState, kind: AssetKind, asset: Address): Address | undefined {
  return state.owners[kind].get(asset.toLowerCase())
}

/** A task by its id; one that nobody initialized is unset. */
export function taskOf(state: MarketState, id: TaskId): Task {
  return state.tasks.get(id) ?? { status: 'unset', id }
}

/** For each order the account for which its signature holds; absent or `undefined` for nobody. */
export type Signers = { readonly [Kind in OrderKind]?: Address | undefined }

/** Who wants to match, when: `sponsor` pays. */
export type MatchIntent = { readonly signers: Signers; readonly sponsor: Address; readonly now: Instant }

/**
 * What the market knows about four orders: the state that `matchOrders` of the deal takes.
 *
 * @example
 * matchOrders(orders, matchStateOf(market, orders, { signers, sponsor: requester, now }))
 */
export function matchStateOf(state: MarketState, orders: MatchOrders, intent: MatchIntent): MatchState {
  const standing = (kind: OrderKind): OrderStanding => {
    const hash = hashOrder(orders[kind], state.domain)
    const consumed = state.consumed.get(hash) ?? 0n
    return { hash, consumed, signedBy: intent.signers[kind], presignedBy: state.presigned.get(hash) }
  }
  const owner = ownerOf(state, 'workerpool', orders.workerpool.workerpool)
  return {
    now: intent.now,
    orders: {
      app: standing('app'),
      dataset: standing('dataset'),
      workerpool: standing('workerpool'),
      request: standing('request'),
    },
    owners: {
      app: ownerOf(state, 'app', orders.app.app),
      dataset: ownerOf(state, 'dataset', orders.dataset.dataset),
      workerpool: owner,
    },
    memberships: state.memberships,
    categories: state.categories,
    policy: policyOf(state, orders.workerpool.workerpool),
    sponsor: intent.sponsor,
    freeStakes: new Map(
      [intent.sponsor, owner ?? NO_ADDRESS].map((account) => [
        account.toLowerCase(),
        accountOf(state.ledger, account).stake,
      ]),
    ),
    teeBroker: state.teeBroker,
  }
}
