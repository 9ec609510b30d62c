// Apps, datasets and workerpools: what people offer.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { soughtAddress, text } from './field.ts'
import { address, count, hash, hex, moment, type Origin, origin } from './shape.ts'

/** The kinds of assets. */
export type WireAssetKind = 'app' | 'dataset' | 'workerpool'

/** All three, in the order of the flow. */
export const ASSET_KINDS: readonly ['app', 'dataset', 'workerpool'] = ['app', 'dataset', 'workerpool']

/** An asset; what its kind does not have is null. Block and transaction are those of its registration. */
export type AssetItem = Origin & {
  readonly address: Address
  readonly chainId: number
  readonly kind: WireAssetKind
  readonly owner: Address
  /** Name of an app or dataset, description of a workerpool. */
  readonly name: string
  readonly type: string | null
  /** Where its file is, as people write it: a link, a path of IPFS, an image. */
  readonly multiaddr: string | null
  readonly checksum: Hex | null
  readonly mrenclave: Hex | null
  /** Percent. */
  readonly workerStakeRatio: number | null
  readonly schedulerRewardRatio: number | null
  /** Tasks that were bought with it. */
  readonly usageCount: number
  /** ISO 8601 with milliseconds: of its last deal (null without one), and when it last changed hands. */
  readonly lastUsageTimestamp: string | null
  readonly transferTimestamp: string
}

/** Reads an asset. */
export const assetItem: z.ZodType<AssetItem> = z
  .object({
    address,
    chainId: count,
    kind: z.enum(ASSET_KINDS),
    owner: address,
    name: z.string(),
    type: z.string().nullable(),
    multiaddr: z.string().nullable(),
    checksum: hash.nullable(),
    mrenclave: hex.nullable(),
    workerStakeRatio: count.nullable(),
    schedulerRewardRatio: count.nullable(),
    usageCount: count,
    lastUsageTimestamp: moment.nullable(),
    transferTimestamp: moment,
    ...origin,
  })
  .meta({ id: 'Asset' })

/** What a list of assets can be asked for. Newest first. */
export type AssetQuery = {
  /** In lower case. */
  readonly owner?: Address | undefined
  /** Part of the name, whatever its case. */
  readonly name?: string | undefined
}

/** Reads the filters of assets. */
export const assetQuery: z.ZodType<AssetQuery> = z.object({
  owner: soughtAddress.optional(),
  name: text({ max: 200 }).optional(),
})
