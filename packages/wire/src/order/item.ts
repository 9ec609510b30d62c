// A published order as the book shows it.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { address, count, hash, moment } from '../shape.ts'
import type { WireOrder } from './order.ts'
import { wireOrder } from './orderSchema.ts'
import type { WireKind } from './kind.ts'

/** What became of a published order. Lists only show open ones. */
export type WireOrderStatus = 'open' | 'filled' | 'canceled' | 'dead'

/** A published order. */
export type OrderItem<K extends WireKind = WireKind> = {
  readonly [W in K]: {
    readonly orderHash: Hex
    readonly order: WireOrder<W>
    readonly chainId: number
    /** How many tasks are left of its volume. */
    readonly remaining: number
    readonly status: WireOrderStatus
    /** ISO 8601 with milliseconds. */
    readonly publicationTimestamp: string
    /** Owner of the asset, or the requester. */
    readonly signer: Address
    /** Of dataset orders in lists: free, and of nearly endless volume. */
    readonly bulk?: boolean
  }
}[K]

/** From this volume on, a free dataset order serves in bulk. */
export const BULK_VOLUME: number = Number.MAX_SAFE_INTEGER - 1

/** Reads a published order of each kind. */
export const orderItem: { readonly [K in WireKind]: z.ZodType<OrderItem<K>> } = {
  apporder: itemOf('apporder'),
  datasetorder: itemOf('datasetorder'),
  workerpoolorder: itemOf('workerpoolorder'),
  requestorder: itemOf('requestorder'),
}

function itemOf<K extends WireKind>(kind: K): z.ZodType<OrderItem<K>> {
  return z
    .object({
      orderHash: hash,
      order: wireOrder[kind],
      chainId: count,
      remaining: count,
      status: z.enum(['open', 'filled', 'canceled', 'dead']),
      publicationTimestamp: moment,
      signer: address,
      ...(kind === 'datasetorder' ? { bulk: z.boolean().optional() } : {}),
    })
    .meta({ id: `Published${kind}` }) as unknown as z.ZodType<OrderItem<K>>
}
