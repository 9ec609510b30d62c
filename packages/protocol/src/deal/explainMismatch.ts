// Mismatches as sentences, for people.
import type { Hex } from 'viem'
import { decodeTag, missingTag } from '../tag.ts'
import { MAX_UINT256 } from '../words.ts'
import type { Mismatch, RestrictionMismatch } from './mismatch.ts'

type Sides = { readonly by: string; readonly refused: string }

const RESTRICTIONS: { readonly [Reason in RestrictionMismatch['reason']]: Sides } = {
  WorkerpoolRefusedByRequest: { by: 'request', refused: 'workerpool' },
  DatasetRefusedByApp: { by: 'app order', refused: 'dataset' },
  WorkerpoolRefusedByApp: { by: 'app order', refused: 'workerpool' },
  RequesterRefusedByApp: { by: 'app order', refused: 'requester' },
  AppRefusedByDataset: { by: 'dataset order', refused: 'app' },
  WorkerpoolRefusedByDataset: { by: 'dataset order', refused: 'workerpool' },
  RequesterRefusedByDataset: { by: 'dataset order', refused: 'requester' },
  AppRefusedByWorkerpool: { by: 'workerpool order', refused: 'app' },
  DatasetRefusedByWorkerpool: { by: 'workerpool order', refused: 'dataset' },
  RequesterRefusedByWorkerpool: { by: 'workerpool order', refused: 'requester' },
}

/**
 * Says in one plain sentence what did not fit, with both values. No capital at its start and no full stop: it goes into a list.
 *
 * @example
 * explainMismatch({ reason: 'WorkerpoolPriceTooHigh', asked: 7n, offered: 5n })
 * // 'the workerpool asks 7 nRLC, the request pays at most 5'
 */
export function explainMismatch(mismatch: Mismatch): string {
  switch (mismatch.reason) {
    case 'CategoryMismatch':
      return `the request wants category ${mismatch.requested}, the workerpool offers category ${mismatch.offered}`
    case 'UnknownCategory':
      return `the request wants category ${mismatch.category}, the hub has only the categories below ${mismatch.count}`
    case 'TrustTooLow':
      return `the request wants trust ${mismatch.wanted}, the workerpool offers at most ${mismatch.offered}`
    case 'AppPriceTooHigh':
      return priceSentence('app', mismatch)
    case 'DatasetPriceTooHigh':
      return priceSentence('dataset', mismatch)
    case 'WorkerpoolPriceTooHigh':
      return priceSentence('workerpool', mismatch)
    case 'WorkerpoolLacksTag':
      return `the deal needs ${tagWords(mismatch.required)}, the workerpool does not offer ${tagWords(missingTag(mismatch.required, mismatch.offered))}`
    case 'AppLacksTee':
      return `the deal needs ${tagWords(mismatch.required)}, the app order offers ${tagWords(mismatch.offered)} and no TEE`
    case 'AppMismatch':
      return `the request wants the app ${mismatch.requested}, the app order sells ${mismatch.offered}`
    case 'DatasetMismatch':
      return `the request wants the dataset ${mismatch.requested}, the dataset order sells ${mismatch.offered}`
    case 'AppNotRegistered':
      return `the app ${mismatch.app} is not in the app registry`
    case 'DatasetNotRegistered':
      return `the dataset ${mismatch.dataset} is not in the dataset registry`
    case 'WorkerpoolNotRegistered':
      return `the workerpool ${mismatch.workerpool} is not in the workerpool registry`
    case 'AppOrderNotSigned':
      return signatureSentence('app order', mismatch.orderHash, `the app's owner ${mismatch.owner}`)
    case 'DatasetOrderNotSigned':
      return signatureSentence('dataset order', mismatch.orderHash, `the dataset's owner ${mismatch.owner}`)
    case 'WorkerpoolOrderNotSigned':
      return signatureSentence('workerpool order', mismatch.orderHash, `the workerpool's owner ${mismatch.owner}`)
    case 'RequestOrderNotSigned':
      return signatureSentence('request order', mismatch.orderHash, `the requester ${mismatch.requester}`)
    case 'NothingLeftToMatch':
      return volumeSentence(mismatch)
    case 'AppPriceOutOfRange':
      return rangeSentence('the app price', `${mismatch.price} nRLC`, mismatch.max)
    case 'DatasetPriceOutOfRange':
      return rangeSentence('the dataset price', `${mismatch.price} nRLC`, mismatch.max)
    case 'WorkerpoolPriceOutOfRange':
      return rangeSentence('the workerpool price', `${mismatch.price} nRLC`, mismatch.max)
    case 'TrustOutOfRange':
      return rangeSentence('the trust', String(mismatch.trust), mismatch.max)
    case 'VolumeOutOfRange':
      return rangeSentence('the consumed volume of the request', String(mismatch.consumed), mismatch.max)
    case 'WorkerStakeOutOfRange':
      return rangeSentence("the workers' stake", `${mismatch.stake} nRLC`, mismatch.max)
    case 'RewardRatioOutOfRange':
      return rangeSentence("the pool owner's share", `${mismatch.ratio} %`, mismatch.max)
    case 'InsufficientStake':
      return `the account ${mismatch.account} has ${mismatch.free} nRLC free, the deal locks ${mismatch.needed}`
    default:
      return restrictionSentence(mismatch)
  }
}

function restrictionSentence({ reason, allowed, actual }: RestrictionMismatch): string {
  const { by, refused } = RESTRICTIONS[reason]
  return `the ${by} lets in only ${allowed} as ${refused}, this one is ${actual}`
}

function priceSentence(
  asset: string,
  { asked, offered }: { readonly asked: bigint; readonly offered: bigint },
): string {
  return `the ${asset} asks ${asked} nRLC, the request pays at most ${offered}`
}

function signatureSentence(order: string, hash: Hex, signer: string): string {
  return `the ${order} ${hash} is neither signed nor presigned by ${signer}`
}

function volumeSentence(left: {
  readonly app: bigint
  readonly dataset: bigint
  readonly workerpool: bigint
  readonly request: bigint
}): string {
  const dataset = left.dataset === MAX_UINT256 ? '' : `${left.dataset} of the dataset order, `
  return `nothing is left to match: ${left.app} of the app order, ${dataset}${left.workerpool} of the workerpool order, ${left.request} of the request`
}

function rangeSentence(what: string, value: string, max: bigint): string {
  return `${what} is ${value}, a deal holds at most ${max}`
}

function tagWords(tag: Hex): string {
  const { names, unknownBits } = decodeTag(tag)
  const words = [...names, ...unknownBits.map((bit) => `bit ${bit}`)]
  return words.length === 0 ? 'nothing special' : words.join(', ')
}
