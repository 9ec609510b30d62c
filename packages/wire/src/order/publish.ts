// What people send to publish orders and to take them back.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { bytes32, mustBeObject, oneOf, soughtAddress } from '../field.ts'
import { WIRE_KINDS, type WireKind } from './kind.ts'
import type { WireOrder } from './order.ts'
import { wireOrder } from './orderSchema.ts'

/** Body that publishes one order. */
export type PublishBody<K extends WireKind = WireKind> = { readonly [W in K]: { readonly order: WireOrder<W> } }[K]

/** Reads the body that publishes one order of each kind. */
export const publishBody: { readonly [K in WireKind]: z.ZodType<PublishBody<K>> } = {
  apporder: z.object({ order: wireOrder.apporder }, mustBeObject),
  datasetorder: z.object({ order: wireOrder.datasetorder }, mustBeObject),
  workerpoolorder: z.object({ order: wireOrder.workerpoolorder }, mustBeObject),
  requestorder: z.object({ order: wireOrder.requestorder }, mustBeObject),
}

/** How many orders one authorization may publish together. */
export const MAX_BATCH = 100

/** One order of a batch. The order itself is read by the schema of its kind. */
export type BatchEntry = { readonly kind: WireKind; readonly order?: unknown }
/** Body that publishes many orders, of any kinds, under one authorization. Each is read for itself: a bad one spoils no other. */
export type BatchBody = { readonly orders: readonly unknown[] }

/** Reads one order of a batch, by the name of its place: `orders.0`. */
export const batchEntry: z.ZodType<BatchEntry> = z.object(
  { kind: oneOf(WIRE_KINDS), order: z.unknown().optional() },
  mustBeObject,
)

const anyEntry = z.unknown().meta({
  type: 'object',
  properties: { kind: { type: 'string', enum: WIRE_KINDS }, order: {} },
  required: ['kind', 'order'],
})

/** Reads the body of a batch. */
export const batchBody: z.ZodType<BatchBody> = z.object(
  {
    orders: z
      .array(anyEntry, {
        error: ({ input }) => (input === undefined ? 'is a required field' : 'must be a list of orders'),
      })
      .min(1, 'field must have at least 1 items')
      .max(MAX_BATCH, `field must have less than or equal to ${MAX_BATCH} items`),
  },
  mustBeObject,
)

/** What to take back: one order, the signer's last open one for an asset, or all of them. */
export type UnpublishTarget = 'unpublish_orderHash' | 'unpublish_last' | 'unpublish_all'

/** Body that takes orders back; `asset` is what the kind's own field (`app`, …, `requester`) named. Lower case. */
export type UnpublishBody =
  | { readonly target: 'unpublish_orderHash'; readonly orderHash: Hex }
  | { readonly target: 'unpublish_last' | 'unpublish_all'; readonly asset: Address }

/** The field of an unpublish body that names the asset; for requests the requester. */
export const ASSET_FIELD: { readonly [K in WireKind]: 'app' | 'dataset' | 'workerpool' | 'requester' } = {
  apporder: 'app',
  datasetorder: 'dataset',
  workerpoolorder: 'workerpool',
  requestorder: 'requester',
}

const target = oneOf(['unpublish_orderHash', 'unpublish_last', 'unpublish_all'])

/** Reads the body that takes orders of each kind back. */
export const unpublishBody: { readonly [K in WireKind]: z.ZodType<UnpublishBody> } = {
  apporder: unpublishBodyOf('apporder'),
  datasetorder: unpublishBodyOf('datasetorder'),
  workerpoolorder: unpublishBodyOf('workerpoolorder'),
  requestorder: unpublishBodyOf('requestorder'),
}

type AssetField = (typeof ASSET_FIELD)[WireKind]
type UnpublishFields = { readonly target: UnpublishTarget; readonly orderHash?: Hex | undefined } & {
  readonly [Field in AssetField]?: Address | undefined
}

function unpublishBodyOf(kind: WireKind): z.ZodType<UnpublishBody> {
  const name = ASSET_FIELD[kind]
  const shape = { target: target.default('unpublish_orderHash'), orderHash: bytes32.optional() }
  // TypeScript does not see which name the computed key has.
  const fields = z.object({ ...shape, [name]: soughtAddress.optional() }, mustBeObject) as z.ZodType<UnpublishFields>
  return fields.transform((body, context): UnpublishBody => {
    const missing = (field: string): never => {
      context.issues.push({ code: 'custom', input: body, path: [field], message: 'is a required field' })
      return z.NEVER
    }
    if (body.target === 'unpublish_orderHash') {
      return body.orderHash === undefined ? missing('orderHash') : { target: body.target, orderHash: body.orderHash }
    }
    const asset = body[name]
    return asset === undefined ? missing(name) : { target: body.target, asset }
  })
}
