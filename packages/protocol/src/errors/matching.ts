// Why four orders make no deal. A `Mismatch` and a revert of the hub are told in the same words.
import type { Address, Hex } from 'viem'
import { missingTag } from '../tag.ts'
import { formatRlc } from '../units.ts'
import { MAX_UINT256 } from '../words.ts'
import type { ErrorValues, Explanation, Explanations } from './contractError.ts'
import { tagPhrase, twoAmounts } from './phrases.ts'

type MatchingErrorName =
  | 'CategoryMismatch'
  | 'UnknownCategory'
  | 'TrustTooLow'
  | `${'App' | 'Dataset' | 'Workerpool'}${'PriceTooHigh' | 'PriceOutOfRange' | 'NotRegistered' | 'OrderNotSigned'}`
  | 'WorkerpoolLacksTag'
  | 'AppLacksTee'
  | 'AppMismatch'
  | 'DatasetMismatch'
  | 'WorkerpoolRefusedByRequest'
  | `${'Dataset' | 'Workerpool' | 'Requester'}RefusedByApp`
  | `${'App' | 'Workerpool' | 'Requester'}RefusedByDataset`
  | `${'App' | 'Dataset' | 'Requester'}RefusedByWorkerpool`
  | 'RequestOrderNotSigned'
  | 'NothingLeftToMatch'
  | 'TrustOutOfRange'
  | 'VolumeOutOfRange'
  | 'WorkerStakeOutOfRange'
  | 'RewardRatioOutOfRange'
  | 'InsufficientStake'

/** A refusal to match, with the values of the hub's error of this name. A `Mismatch` is one, too. */
export type MatchingError = {
  [Name in MatchingErrorName]: { readonly reason: Name } & ErrorValues<Name>
}[MatchingErrorName]

/** What people are told when orders do not fit, or when the funds for their deal are not there. */
export const matchingErrors: Explanations<MatchingErrorName> = {
  CategoryMismatch: ({ requested, offered }) => ({
    sentence: `the request wants category ${requested}, the workerpool offers category ${offered}`,
    hint: 'Take a workerpool order of the same category.',
  }),
  UnknownCategory: ({ category, count }) => ({
    sentence: `there is no category ${category}; the hub has ${categoriesPhrase(count)}`,
    hint: 'Choose one of the categories of the hub.',
  }),
  TrustTooLow: ({ wanted, offered }) => ({
    sentence: `the request wants trust ${wanted}, the workerpool offers at most ${offered}`,
    hint: 'Ask for less trust, or take a workerpool order that offers more.',
  }),
  AppPriceTooHigh: (values) => priceTooHigh('app', values),
  DatasetPriceTooHigh: (values) => priceTooHigh('dataset', values),
  WorkerpoolPriceTooHigh: (values) => priceTooHigh('workerpool', values),
  WorkerpoolLacksTag: ({ required, offered }) => ({
    sentence: `the deal needs ${tagPhrase(required)}, the workerpool does not offer ${tagPhrase(missingTag(required, offered))}`,
    hint: 'Take a workerpool order that offers all of it, or ask for less.',
  }),
  AppLacksTee: ({ required, offered }) => ({
    sentence: `the deal needs ${tagPhrase(required)}, the app order offers ${tagPhrase(offered)} and no TEE`,
    hint: 'Take an app order with the tag tee, or ask for no TEE.',
  }),
  AppMismatch: ({ requested, offered }) => ({
    sentence: `the request wants the app ${requested}, the app order sells ${offered}`,
    hint: 'Take an order of the app that the request names.',
  }),
  DatasetMismatch: ({ requested, offered }) => ({
    sentence: `the request wants the dataset ${requested}, the dataset order sells ${offered}`,
    hint: 'Take an order of the dataset that the request names.',
  }),
  WorkerpoolRefusedByRequest: (values) => refused('workerpool', 'request', values),
  DatasetRefusedByApp: (values) => refused('dataset', 'app order', values),
  WorkerpoolRefusedByApp: (values) => refused('workerpool', 'app order', values),
  RequesterRefusedByApp: (values) => refused('requester', 'app order', values),
  AppRefusedByDataset: (values) => refused('app', 'dataset order', values),
  WorkerpoolRefusedByDataset: (values) => refused('workerpool', 'dataset order', values),
  RequesterRefusedByDataset: (values) => refused('requester', 'dataset order', values),
  AppRefusedByWorkerpool: (values) => refused('app', 'workerpool order', values),
  DatasetRefusedByWorkerpool: (values) => refused('dataset', 'workerpool order', values),
  RequesterRefusedByWorkerpool: (values) => refused('requester', 'workerpool order', values),
  AppNotRegistered: ({ app }) => notRegistered('app', app),
  DatasetNotRegistered: ({ dataset }) => notRegistered('dataset', dataset),
  WorkerpoolNotRegistered: ({ workerpool }) => notRegistered('workerpool', workerpool),
  AppOrderNotSigned: ({ owner, orderHash }) => notSigned('app order', orderHash, `the app's owner ${owner}`),
  DatasetOrderNotSigned: ({ owner, orderHash }) =>
    notSigned('dataset order', orderHash, `the dataset's owner ${owner}`),
  WorkerpoolOrderNotSigned: ({ owner, orderHash }) =>
    notSigned('workerpool order', orderHash, `the workerpool's owner ${owner}`),
  RequestOrderNotSigned: ({ requester, orderHash }) =>
    notSigned('request order', orderHash, `the requester ${requester}`),
  NothingLeftToMatch: ({ app, dataset, workerpool, request }) => ({
    sentence: `nothing is left to match: ${app} of the app order, ${dataset === MAX_UINT256 ? '' : `${dataset} of the dataset order, `}${workerpool} of the workerpool order, ${request} of the request`,
    hint: 'Where 0 is left, the order is used up or closed: take another one.',
  }),
  AppPriceOutOfRange: (values) => priceOutOfRange('app', values),
  DatasetPriceOutOfRange: (values) => priceOutOfRange('dataset', values),
  WorkerpoolPriceOutOfRange: (values) => priceOutOfRange('workerpool', values),
  TrustOutOfRange: ({ trust, max }) => ({
    sentence: `the trust is ${trust}, a deal holds at most ${max}`,
    hint: 'Ask for less trust.',
  }),
  VolumeOutOfRange: ({ consumed, max }) => ({
    sentence: `the end of the bag of tasks is ${consumed}, a deal holds at most ${max}`,
    hint: 'Sign the request again, with another salt or a smaller volume.',
  }),
  WorkerStakeOutOfRange: ({ stake, max }) => {
    const [given, most] = twoAmounts(stake, max)
    return { sentence: `the workers' stake is ${given}, a deal holds at most ${most}`, hint: OTHER_POLICY }
  },
  RewardRatioOutOfRange: ({ ratio, max }) => ({
    sentence: `the pool owner's share is ${ratio} %, a deal holds at most ${max}`,
    hint: OTHER_POLICY,
  }),
  InsufficientStake: ({ account, free, needed }) => {
    const [has, locked] = twoAmounts(free, needed)
    const missing = formatRlc(needed > free ? needed - free : 0n)
    return {
      sentence: `the account ${account} has ${has} free, the deal locks ${locked}`,
      hint: `Deposit ${missing} more (iexec account deposit ${missing}), or wait until running tasks give stake back.`,
    }
  },
}

const OTHER_POLICY = 'Take another workerpool, or have its owner change its policy.'

function priceTooHigh(
  asset: string,
  { asked, offered }: { readonly asked: bigint; readonly offered: bigint },
): Explanation {
  const [price, most] = twoAmounts(asked, offered)
  return {
    sentence: `the ${asset} asks ${price}, the request pays at most ${most}`,
    hint: `Raise what the request pays for the ${asset}, or take a cheaper order.`,
  }
}

function refused(
  who: string,
  by: string,
  { allowed, actual }: { readonly allowed: Address; readonly actual: Address },
): Explanation {
  return {
    sentence: `the ${by} lets in only ${allowed} as ${who}, this one is ${actual}`,
    hint: `Take ${by === 'request' ? 'a workerpool that the request lets in' : `another ${by}`}, or have the ${who} let in.`,
  }
}

function notRegistered(asset: string, address: Address): Explanation {
  return {
    sentence: `the ${asset} ${address} is not in the ${asset} registry`,
    hint: `Check its address and the chain: only what the ${asset} registry of this hub created can be matched.`,
  }
}

function notSigned(order: string, hash: Hex, signer: string): Explanation {
  return {
    sentence: `the ${order} ${hash} is neither signed nor presigned by ${signer}`,
    hint: 'Sign it for this chain and this hub, by the owner of this moment: a sold asset voids the orders of its seller.',
  }
}

function priceOutOfRange(asset: string, { price, max }: { readonly price: bigint; readonly max: bigint }): Explanation {
  const [given, most] = twoAmounts(price, max)
  return {
    sentence: `the ${asset} price is ${given}, a deal holds at most ${most}`,
    hint: 'Take an order with a smaller price.',
  }
}

function categoriesPhrase(count: bigint): string {
  if (count === 0n) return 'none'
  return count === 1n ? '1: 0' : `${count}: 0 to ${count - 1n}`
}
