// What anyone can do on the market, and what the market answers.
import type { Address, Hex } from 'viem'
import type { WorkerpoolPolicy } from '../deal/matchState.ts'
import type { Mismatch } from '../deal/mismatch.ts'
import type { MatchOrders } from '../deal/volume.ts'
import type { LedgerRefusal } from '../escrow/ledger.ts'
import type { DealId, OrderHash, TaskId } from '../ids.ts'
import type { Order } from '../order/order.ts'
import type { OrderOperation } from '../order/typedData.ts'
import type { ContributionSignatures } from '../task/authorization.ts'
import type { Delivery } from '../task/callback.ts'
import type { TaskEffect, TaskRefusal } from '../task/step.ts'
import type { AssetKind, MarketState, Signers } from './state.ts'

/**
 * One call by `caller`. Amounts are nRLC. Signatures come as the accounts for which they hold, so that nothing here
 * needs a key; their length and form are the business of who reads them.
 */
export type MarketAction =
  /** RLC of the caller becomes stake of `to`. */
  | { readonly do: 'deposit'; readonly caller: Address; readonly amount: bigint; readonly to: Address }
  /** Free stake of the caller becomes RLC of `to`. */
  | { readonly do: 'withdraw'; readonly caller: Address; readonly amount: bigint; readonly to: Address }
  | { readonly do: 'transfer'; readonly caller: Address; readonly amount: bigint; readonly to: Address }
  /** `signedBy` is for whom the signature over the operation holds. */
  | {
      readonly do: 'manageOrder'
      readonly caller: Address
      readonly operation: OrderOperation
      readonly order: Order
      readonly signedBy?: Address | undefined
    }
  /** The requester pays for `matchOrders`, the caller for `sponsorMatchOrders`. */
  | {
      readonly do: 'matchOrders' | 'sponsorMatchOrders'
      readonly caller: Address
      readonly orders: MatchOrders
      readonly signers: Signers
    }
  | { readonly do: 'initialize'; readonly caller: Address; readonly deal: DealId; readonly index: bigint }
  | ({
      readonly do: 'contribute'
      readonly caller: Address
      readonly task: TaskId
      readonly resultHash: Hex
      readonly resultSeal: Hex
    } & ContributionSignatures)
  | { readonly do: 'reveal'; readonly caller: Address; readonly task: TaskId; readonly resultDigest: Hex }
  | { readonly do: 'reopen' | 'claim'; readonly caller: Address; readonly task: TaskId }
  | ({ readonly do: 'finalize'; readonly caller: Address; readonly task: TaskId } & Delivery)
  | ({
      readonly do: 'contributeAndFinalize'
      readonly caller: Address
      readonly task: TaskId
      readonly resultDigest: Hex
    } & ContributionSignatures &
      Delivery)
  | {
      readonly do: 'changePolicy'
      readonly caller: Address
      readonly workerpool: Address
      readonly policy: WorkerpoolPolicy
    }
  /** Anyone may register an asset for any owner. Its address follows from its contents and is given here. */
  | {
      readonly do: 'createAsset'
      readonly caller: Address
      readonly kind: AssetKind
      readonly asset: Address
      readonly owner: Address
    }
  /** The caller gives his asset away; all orders that he signed for it are void then. */
  | {
      readonly do: 'transferAsset'
      readonly caller: Address
      readonly kind: AssetKind
      readonly asset: Address
      readonly to: Address
    }

/** An event of the hub or of a workerpool beside those about tasks, with the names of its arguments. */
export type MarketEvent =
  | { readonly event: 'SchedulerNotice'; readonly workerpool: Address; readonly dealid: DealId }
  /** Without a dataset its hash is zero. */
  | {
      readonly event: 'OrdersMatched'
      readonly dealid: DealId
      readonly appHash: OrderHash
      readonly datasetHash: Hex
      readonly workerpoolHash: OrderHash
      readonly requestHash: OrderHash
      readonly volume: bigint
    }
  | { readonly event: 'DealSponsored'; readonly dealId: DealId; readonly sponsor: Address }
  /** `SignedAppOrder`, `ClosedRequestOrder` …: the kind and the operation make the name. */
  | {
      readonly event: 'OrderManaged'
      readonly kind: Order['kind']
      readonly operation: OrderOperation
      readonly orderHash: OrderHash
    }
  | {
      readonly event: 'PolicyUpdate'
      readonly workerpool: Address
      readonly before: WorkerpoolPolicy
      readonly after: WorkerpoolPolicy
    }
  /** Transfer of a registry's token; `from` is zero when it is created. */
  | {
      readonly event: 'AssetTransfer'
      readonly kind: AssetKind
      readonly asset: Address
      readonly from: Address
      readonly to: Address
    }

/** What an action causes, in the order in which the chain shows it. `pay` moves RLC between wallets. */
export type MarketEffect =
  | TaskEffect
  | ({ readonly do: 'announce' } & MarketEvent)
  | { readonly do: 'pay'; readonly from: Address; readonly to: Address; readonly amount: bigint }

/** Why an action is refused: `reason` is the name of the error of hub, registry or token, the values are the model's own; `refusalError` has them as in the ABI. */
export type MarketRefusal =
  | TaskRefusal
  | Mismatch
  | LedgerRefusal
  | { readonly reason: 'AssetUnreadable'; readonly asset: Address }
  | {
      readonly reason: 'NotTheOrderSigner'
      readonly caller: Address
      readonly owner: Address
      readonly operationHash: Hex
    }
  | { readonly reason: 'CallerIsNotTheOwner'; readonly caller: Address; readonly owner: Address }
  | { readonly reason: 'RewardRatioTooHigh' | 'StakeRatioTooHigh'; readonly given: bigint; readonly max: bigint }
  | { readonly reason: 'EntryAlreadyExists'; readonly entry: Address }
  | { readonly reason: 'ERC721InvalidReceiver'; readonly receiver: Address }
  | { readonly reason: 'ERC721NonexistentToken'; readonly asset: Address }
  | { readonly reason: 'ERC721InsufficientApproval'; readonly operator: Address; readonly asset: Address }

/**
 * The market after an action with all effects; or why it is refused. `refusal` is the error that the chain gives; `others`
 * are the further reasons that are known beside it, which only a match has.
 */
export type MarketStep =
  | { readonly ok: true; readonly state: MarketState; readonly effects: readonly MarketEffect[] }
  | { readonly ok: false; readonly refusal: MarketRefusal; readonly others: readonly MarketRefusal[] }

/** An action that is refused for one reason, or for several of which the chain names the first. */
export function refuse(refusal: MarketRefusal, others: readonly MarketRefusal[] = []): MarketStep {
  return { ok: false, refusal, others }
}
