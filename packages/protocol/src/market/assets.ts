// Apps, datasets and workerpools: created, given away, and the policy of a workerpool.
import type { Address } from 'viem'
import { MAX_REWARD_RATIO } from '../deal/range.ts'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { refuse } from './action.ts'
import type { MarketAction, MarketStep } from './action.ts'
import { carryOut } from './carryOut.ts'
import { ownerOf, policyOf } from './state.ts'
import type { AssetKind, MarketState } from './state.ts'

type ActionOf<Name extends MarketAction['do']> = Extract<MarketAction, { readonly do: Name }>

// A workerpool keeps it in 248 bits.
const MAX_STAKE_RATIO = 2n ** 248n - 1n

/** Registers an asset. */
export function createAsset(state: MarketState, { kind, asset, owner }: ActionOf<'createAsset'>): MarketStep {
  if (ownerOf(state, kind, asset) !== undefined) return refuse({ reason: 'EntryAlreadyExists', entry: asset })
  if (isSameAddress(owner, NO_ADDRESS)) return refuse({ reason: 'ERC721InvalidReceiver', receiver: owner })
  return handedOver(state, { kind, asset, from: NO_ADDRESS, to: owner })
}

/** Gives an asset away. Deals keep the owner of their moment. */
export function transferAsset(state: MarketState, { caller, kind, asset, to }: ActionOf<'transferAsset'>): MarketStep {
  if (isSameAddress(to, NO_ADDRESS)) return refuse({ reason: 'ERC721InvalidReceiver', receiver: to })
  const owner = ownerOf(state, kind, asset)
  if (owner === undefined) return refuse({ reason: 'ERC721NonexistentToken', asset })
  if (!isSameAddress(owner, caller)) return refuse({ reason: 'ERC721InsufficientApproval', operator: caller, asset })
  return handedOver(state, { kind, asset, from: owner, to })
}

/** Sets what a workerpool's workers stake and what its owner keeps, for deals from now on. */
export function changePolicy(state: MarketState, action: ActionOf<'changePolicy'>): MarketStep {
  const { caller, workerpool, policy } = action
  const owner = ownerOf(state, 'workerpool', workerpool) ?? NO_ADDRESS
  if (!isSameAddress(caller, owner)) return refuse({ reason: 'CallerIsNotTheOwner', caller, owner })
  if (policy.schedulerRewardRatio > MAX_REWARD_RATIO) {
    return refuse({ reason: 'RewardRatioTooHigh', given: policy.schedulerRewardRatio, max: MAX_REWARD_RATIO })
  }
  if (policy.workerStakeRatio > MAX_STAKE_RATIO) {
    return refuse({ reason: 'StakeRatioTooHigh', given: policy.workerStakeRatio, max: MAX_STAKE_RATIO })
  }

  const changed = { ...state, policies: new Map(state.policies).set(workerpool.toLowerCase(), policy) }
  const before = policyOf(state, workerpool)
  return carryOut(changed, [{ do: 'announce', event: 'PolicyUpdate', workerpool, before, after: policy }])
}

type HandOver = { readonly kind: AssetKind; readonly asset: Address; readonly from: Address; readonly to: Address }

function handedOver(state: MarketState, handOver: HandOver): MarketStep {
  const { kind, asset, to } = handOver
  const owners = { ...state.owners, [kind]: new Map(state.owners[kind]).set(asset.toLowerCase(), to) }
  return carryOut({ ...state, owners }, [{ do: 'announce', event: 'AssetTransfer', ...handOver }])
}
