// Reads signed orders that strangers send.
import { ORDER_FIELDS, type OrderField } from '@iexec/protocol'
import { z } from 'zod'
import { bytes, bytes32, mustBeObject, shownAddress, text, whole, type Field } from '../field.ts'
import { WIRE_KINDS, type KindOfWire, type WireKind } from './kind.ts'
import type { WireOrder } from './order.ts'

/** Reads the name of a kind. */
export const wireKind: z.ZodType<WireKind> = z.enum(WIRE_KINDS)

/** More than any params that a deal could afford to store on chain. */
const MAX_PARAMS = 100_000

/** Reads a signed order of each kind. A fault names its field: read it with the name `order`. */
export const wireOrder: { readonly [K in WireKind]: z.ZodType<WireOrder<K>> } = {
  apporder: schemaOf<'apporder'>('app'),
  datasetorder: schemaOf<'datasetorder'>('dataset'),
  workerpoolorder: schemaOf<'workerpoolorder'>('workerpool'),
  requestorder: schemaOf<'requestorder'>('request'),
}

function schemaOf<K extends WireKind>(kind: KindOfWire<K>): z.ZodType<WireOrder<K>> {
  const listed: readonly OrderField[] = ORDER_FIELDS[kind]
  const fields = listed.map((field): [string, Field<unknown>] => [field.name, schemaOfField(field)])
  // The fields are those of the type: both come from the protocol's list.
  return z
    .object({ ...Object.fromEntries(fields), sign: bytes }, mustBeObject)
    .meta({ id: `${kind}order` }) as unknown as z.ZodType<WireOrder<K>>
}

function schemaOfField({ name, type }: OrderField): Field<unknown> {
  if (type === 'address') return shownAddress
  if (type === 'bytes32') return bytes32
  if (type === 'string') return text({ max: MAX_PARAMS })
  return whole({ min: name === 'volume' ? 1 : 0 })
}
