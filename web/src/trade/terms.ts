// What people type into the form of an order, read field by field: a whole order, or what is wrong with each field.
import { parseRlc } from '@iexec/protocol'
import { isAddress } from 'viem'

/** The kinds of orders, in the order of the flow. */
export const ORDER_KINDS = ['request', 'workerpool', 'app', 'dataset'] as const

/** A kind of order. */
export type OrderKind = (typeof ORDER_KINDS)[number]

/** How a field is read. */
export type FieldType = 'address' | 'price' | 'whole' | 'text' | 'tee'

/** A field of a form; its name is that of the signed order. */
export type Field = {
  readonly name: FieldName
  readonly type: FieldType
  /** Needed; all others may stay empty. */
  readonly isNeeded?: boolean
  /** Rarely used: folded away. */
  readonly isRare?: boolean
}

/** Names of fields, as the signed orders have them. */
export type FieldName =
  | 'app'
  | 'appprice'
  | 'appmaxprice'
  | 'dataset'
  | 'datasetprice'
  | 'datasetmaxprice'
  | 'workerpool'
  | 'workerpoolprice'
  | 'workerpoolmaxprice'
  | 'volume'
  | 'category'
  | 'trust'
  | 'tag'
  | 'params'
  | 'beneficiary'
  | 'apprestrict'
  | 'datasetrestrict'
  | 'workerpoolrestrict'
  | 'requesterrestrict'

const VOLUME: Field = { name: 'volume', type: 'whole' }
const CATEGORY: Field = { name: 'category', type: 'whole' }
const TRUST: Field = { name: 'trust', type: 'whole' }
const TEE: Field = { name: 'tag', type: 'tee', isRare: true }

function only(name: FieldName): Field {
  return { name, type: 'address', isRare: true }
}

/** The fields of each kind, in the order in which people think of them. */
export const FIELDS: { readonly [Kind in OrderKind]: readonly Field[] } = {
  request: [
    { name: 'app', type: 'address', isNeeded: true },
    { name: 'params', type: 'text' },
    { name: 'workerpoolmaxprice', type: 'price' },
    { name: 'appmaxprice', type: 'price' },
    VOLUME,
    CATEGORY,
    TRUST,
    { name: 'dataset', type: 'address', isRare: true },
    { name: 'datasetmaxprice', type: 'price', isRare: true },
    only('workerpool'),
    only('beneficiary'),
    TEE,
  ],
  workerpool: [
    { name: 'workerpool', type: 'address', isNeeded: true },
    { name: 'workerpoolprice', type: 'price' },
    VOLUME,
    CATEGORY,
    TRUST,
    only('apprestrict'),
    only('datasetrestrict'),
    only('requesterrestrict'),
    TEE,
  ],
  app: [
    { name: 'app', type: 'address', isNeeded: true },
    { name: 'appprice', type: 'price' },
    VOLUME,
    only('datasetrestrict'),
    only('workerpoolrestrict'),
    only('requesterrestrict'),
    TEE,
  ],
  dataset: [
    { name: 'dataset', type: 'address', isNeeded: true },
    { name: 'datasetprice', type: 'price' },
    VOLUME,
    only('apprestrict'),
    only('workerpoolrestrict'),
    only('requesterrestrict'),
    TEE,
  ],
}

/** What was typed, by the names of fields. */
export type Typed = { readonly [Name in FieldName]?: string }

/** What is wrong with a field. */
export type Fault = 'needed' | 'noAddress' | 'noPrice' | 'noWhole'

/** An order as it is said, or what is wrong. */
export type Terms =
  | { readonly ok: true; readonly fields: Readonly<Record<string, string | bigint>> }
  | { readonly ok: false; readonly faults: { readonly [Name in FieldName]?: Fault } }

/**
 * Reads a form. What is empty is left out: the SDK knows what is usual. Prices are in RLC unless they say nRLC.
 *
 * @example
 * readTerms('app', { app: '0x…', appprice: '0.5' }) // { ok: true, fields: { app: '0x…', appprice: 500_000_000n } }
 */
export function readTerms(kind: OrderKind, typed: Typed): Terms {
  const read = FIELDS[kind].map(({ name, type, isNeeded = false }) => {
    const text = (typed[name] ?? '').trim()
    if (text === '') return { name, fault: isNeeded ? ('needed' as const) : undefined }
    return { name, ...readField(type, text) }
  })
  const faults = read.flatMap(({ name, fault }) => (fault === undefined ? [] : [[name, fault] as const]))
  if (faults.length > 0) return { ok: false, faults: Object.fromEntries(faults) }
  const said = read.flatMap((field) => ('value' in field ? [[field.name, field.value] as const] : []))
  return { ok: true, fields: Object.fromEntries(said) }
}

type Reading = { readonly value: string | bigint; readonly fault?: undefined } | { readonly fault: Fault }

function readField(type: FieldType, text: string): Reading {
  switch (type) {
    case 'address':
      return isAddress(text, { strict: false }) ? { value: text } : { fault: 'noAddress' }
    case 'price':
      return readPrice(text)
    case 'whole':
      return /^\d{1,15}$/u.test(text) ? { value: BigInt(text) } : { fault: 'noWhole' }
    case 'tee':
      return { value: text === 'tee' ? 'tee' : '' }
    case 'text':
      return { value: text }
    default:
      return type satisfies never
  }
}

function readPrice(text: string): Reading {
  try {
    return { value: parseRlc(text, 'RLC') }
  } catch {
    return { fault: 'noPrice' }
  }
}
