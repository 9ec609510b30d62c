// Deals: what the hub keeps of four matched orders.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { bytes32, soughtAddress, soughtWhole, wholeNumber } from './field.ts'
import { address, count, hash, origin, seconds, type Origin } from './shape.ts'

/** An asset in a deal; for a deal without a dataset the zero address, price 0. */
export type DealAsset = { readonly pointer: Address; readonly owner: Address; readonly price: number }

/** A deal. */
export type DealItem = Origin & {
  readonly dealid: Hex
  readonly chainId: number
  readonly app: DealAsset
  readonly dataset: DealAsset
  readonly workerpool: DealAsset
  readonly requester: Address
  readonly beneficiary: Address
  readonly callback: Address
  readonly appHash: Hex
  readonly datasetHash: Hex
  readonly workerpoolHash: Hex
  readonly requestHash: Hex
  readonly params: string
  /** How many tasks it has; the same number as `botSize`. */
  readonly volume: number
  readonly category: number
  readonly tag: Hex
  readonly trust: number
  /** Seconds since 1970. */
  readonly startTime: number
  readonly botFirst: number
  readonly botSize: number
  readonly schedulerRewardRatio: number
  readonly workerStake: number
}

const asset: z.ZodType<DealAsset> = z.object({ pointer: address, owner: address, price: count })

/** Reads a deal. */
export const dealItem: z.ZodType<DealItem> = z
  .object({
    dealid: hash,
    chainId: count,
    app: asset,
    dataset: asset,
    workerpool: asset,
    requester: address,
    beneficiary: address,
    callback: address,
    appHash: hash,
    datasetHash: hash,
    workerpoolHash: hash,
    requestHash: hash,
    params: z.string(),
    volume: count,
    category: count,
    tag: hash,
    trust: count,
    startTime: seconds,
    botFirst: count,
    botSize: count,
    schedulerRewardRatio: count,
    workerStake: count,
    ...origin,
  })
  .meta({ id: 'Deal' })

/** What a list of deals can be asked for; addresses and hashes in lower case. */
export type DealQuery = {
  readonly category?: number | undefined
  readonly requester?: Address | undefined
  readonly beneficiary?: Address | undefined
  readonly app?: Address | undefined
  readonly dataset?: Address | undefined
  readonly workerpool?: Address | undefined
  readonly appOwner?: Address | undefined
  readonly datasetOwner?: Address | undefined
  readonly workerpoolOwner?: Address | undefined
  readonly apporderHash?: Hex | undefined
  readonly datasetorderHash?: Hex | undefined
  readonly workerpoolorderHash?: Hex | undefined
  readonly requestorderHash?: Hex | undefined
}

/** Reads the filters of deals. */
export const dealQuery: z.ZodType<DealQuery> = z.object({
  category: soughtWhole,
  requester: soughtAddress.optional(),
  beneficiary: soughtAddress.optional(),
  app: soughtAddress.optional(),
  dataset: soughtAddress.optional(),
  workerpool: soughtAddress.optional(),
  appOwner: soughtAddress.optional(),
  datasetOwner: soughtAddress.optional(),
  workerpoolOwner: soughtAddress.optional(),
  apporderHash: bytes32.optional(),
  datasetorderHash: bytes32.optional(),
  workerpoolorderHash: bytes32.optional(),
  requestorderHash: bytes32.optional(),
})

/** One trade of the list that is named ohlc: ISO time of its block, price of the workerpool, tasks. */
export type TradeItem = readonly [blockTimestamp: string, workerpoolPrice: number, volume: number]

/** Reads a trade. */
export const tradeItem: z.ZodType<TradeItem> = z.tuple([z.iso.datetime({ precision: 3 }), count, count])

/** Of which category the trades are. */
export type OhlcQuery = { readonly category: number }

/** Reads of which category the trades are. */
export const ohlcQuery: z.ZodType<OhlcQuery> = z.object({ category: wholeNumber })
