// Reads deals as the market lists them.
import {
  asDealId,
  asInstant,
  asOrderHash,
  type DealId,
  type DealRecord,
  type OrderHash,
  type OrderKind,
  type Resource,
} from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import {
  isOfChain,
  readAddress,
  readAmount,
  readHash,
  readObject,
  readText,
  wrongPiece,
  type Foreign,
} from './parse.ts'

/** A deal as the market lists it. */
export type ListedDeal = Omit<DealRecord, 'sponsor'> & {
  readonly dealId: DealId
  /** Number of tasks. */
  readonly volume: bigint
  /** Of the four orders; zero without a dataset. */
  readonly orderHashes: { readonly [Kind in OrderKind]: OrderHash }
  readonly blockNumber: bigint
  /** ISO 8601. */
  readonly blockTimestamp: string
  readonly txHash: Hex
}

/**
 * Reads a deal of a list.
 *
 * @throws IexecError `BadAnswer`
 */
export function parseDeal({ chain }: Context, given: unknown): ListedDeal {
  const deal = readObject(given, 'a deal')
  if (!isOfChain(deal['chainId'], chain)) {
    throw wrongPiece('the chain of a deal', String(chain.chainId), deal['chainId'])
  }
  const amount = (name: string): bigint => readAmount(deal[name], `${name} of a deal`)
  const hash = (name: string): Hex => readHash(deal[name], `${name} of a deal`)
  return {
    dealId: asDealId(hash('dealid')),
    ...readParties(deal),
    trust: amount('trust'),
    category: amount('category'),
    tag: hash('tag'),
    params: readText(deal['params'], 'params of a deal'),
    startTime: asInstant(amount('startTime')),
    botFirst: amount('botFirst'),
    botSize: amount('botSize'),
    volume: amount('volume'),
    workerStake: amount('workerStake'),
    schedulerRewardRatio: amount('schedulerRewardRatio'),
    orderHashes: {
      app: asOrderHash(hash('appHash')),
      dataset: asOrderHash(hash('datasetHash')),
      workerpool: asOrderHash(hash('workerpoolHash')),
      request: asOrderHash(hash('requestHash')),
    },
    blockNumber: amount('blockNumber'),
    blockTimestamp: readText(deal['blockTimestamp'], 'blockTimestamp of a deal'),
    txHash: hash('transactionHash'),
  }
}

type Parties = Pick<ListedDeal, 'app' | 'dataset' | 'workerpool' | 'requester' | 'beneficiary' | 'callback'>

function readParties(deal: Foreign): Parties {
  const resource = (name: string): Resource => {
    const { pointer, owner, price } = readObject(deal[name], `${name} of a deal`)
    return {
      pointer: readAddress(pointer, `${name} of a deal`),
      owner: readAddress(owner, `the owner of the ${name} of a deal`),
      price: readAmount(price, `the price of the ${name} of a deal`),
    }
  }
  return {
    app: resource('app'),
    dataset: resource('dataset'),
    workerpool: resource('workerpool'),
    requester: readAddress(deal['requester'], 'the requester of a deal'),
    beneficiary: readAddress(deal['beneficiary'], 'the beneficiary of a deal'),
    callback: readAddress(deal['callback'], 'the callback of a deal'),
  }
}
