// What people type into the form of an order, read field by field: a whole order, or what is wrong with each field.
import { parseRlc, workerpoolStake } from '@iexec/protocol'
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

// What it costs, and how often, is said by who signs it: a price that was forgotten would be a gift.
const VOLUME: Field = { name: 'volume', type: 'whole', isNeeded: true }
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
    { name: 'workerpoolmaxprice', type: 'price', isNeeded: true },
    { name: 'appmaxprice', type: 'price', isNeeded: true },
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
    { name: 'workerpoolprice', type: 'price', isNeeded: true },
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
    { name: 'appprice', type: 'price', isNeeded: true },
    VOLUME,
    only('datasetrestrict'),
    only('workerpoolrestrict'),
    only('requesterrestrict'),
    TEE,
  ],
  dataset: [
    { name: 'dataset', type: 'address', isNeeded: true },
    { name: 'datasetprice', type: 'price', isNeeded: true },
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
export type Fault =
  | 'needed'
  | 'noAddress'
  | 'wrongCapitals'
  | 'noPrice'
  | 'tooHigh'
  | 'noWhole'
  | 'noTasks'
  | 'tooMany'
  | 'noParams'

/** What stands in a form before anybody typed: what is usual, to be seen and changed. */
export const BEGIN: { readonly [Kind in OrderKind]: Typed } = {
  request: { volume: '1', category: '0', trust: '0' },
  workerpool: { volume: '1', category: '0', trust: '0' },
  app: {},
  dataset: {},
}

/** Values of fields, by their names. */
export type Values = Readonly<Record<string, string | bigint>>

/** What is wrong, by the names of fields. */
export type Faults = { readonly [Name in FieldName]?: Fault }

/** An order as it is said, or what is wrong. */
export type Terms = { readonly ok: true; readonly fields: Values } | { readonly ok: false; readonly faults: Faults }

/**
 * Reads the form of an order. What is empty is left out: the SDK knows what is usual. Prices are in RLC unless they say nRLC.
 *
 * @example
 * readTerms('app', { app: '0x…', appprice: '0.5', volume: '9' }) // { ok: true, fields: { app: '0x…', appprice: 500_000_000n, volume: 9n } }
 */
export function readTerms(kind: OrderKind, typed: Typed): Terms {
  // Whoever wants a dataset says what it may cost.
  const paysDataset = kind === 'request' && (typed.dataset ?? '').trim() !== ''
  return readFields(
    FIELDS[kind].map((field) =>
      paysDataset && field.name === 'datasetmaxprice' ? { ...field, isNeeded: true } : field,
    ),
    typed,
  )
}

/** Reads any fields, as `readTerms` does. */
export function readFields(fields: readonly Field[], typed: Typed): Terms {
  const read = fields.map(({ name, type, isNeeded = false }) => {
    const text = (typed[name] ?? '').trim()
    if (text === '') return { name, fault: isNeeded ? ('needed' as const) : undefined }
    if (name === 'volume' && /^0+$/u.test(text)) return { name, fault: 'noTasks' as const }
    return { name, ...readField(type, text) }
  })
  const faults = read.flatMap(({ name, fault }) => (fault === undefined ? [] : [[name, fault] as const]))
  if (faults.length > 0) return { ok: false, faults: Object.fromEntries(faults) }
  const said = read.flatMap((field) => ('value' in field ? [[field.name, field.value] as const] : []))
  return { ok: true, fields: Object.fromEntries(said) }
}

/** What an order comes to. In nRLC. */
export type Sum = { readonly tasks: bigint; readonly each: bigint; readonly total: bigint; readonly pledge: bigint }

const PRICES: { readonly [Kind in OrderKind]: readonly FieldName[] } = {
  request: ['appmaxprice', 'datasetmaxprice', 'workerpoolmaxprice'],
  workerpool: ['workerpoolprice'],
  app: ['appprice'],
  dataset: ['datasetprice'],
}

/**
 * What an order comes to, to be read before it is signed.
 *
 * @returns `pledge`: what the owner of a workerpool stakes on it
 * @example
 * sumOf('app', { app: '0x…', appprice: 5n, volume: 3n }) // { tasks: 3n, each: 5n, total: 15n, pledge: 0n }
 */
export function sumOf(kind: OrderKind, fields: Values): Sum {
  const tasks = BigInt(fields['volume'] ?? 0n)
  const each = PRICES[kind].reduce((sum, name) => sum + BigInt(fields[name] ?? 0n), 0n)
  const pledge = kind === 'workerpool' ? workerpoolStake(each) * tasks : 0n
  return { tasks, each, total: each * tasks, pledge }
}

type Reading = { readonly value: string | bigint; readonly fault?: undefined } | { readonly fault: Fault }

function readField(type: FieldType, text: string): Reading {
  switch (type) {
    case 'address':
      return readAddress(text)
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

/** Of one case only, an address is taken as it is; of both, its capitals tell a mistyped digit. */
function readAddress(text: string): Reading {
  if (!isAddress(text, { strict: false })) return { fault: 'noAddress' }
  const isBare = !/[a-f]/u.test(text.slice(2))
  return isBare || isAddress(text) ? { value: text } : { fault: 'wrongCapitals' }
}

/** Orders are published with numbers of JSON: no greater one is exact. In nRLC. */
const HIGHEST_PRICE = BigInt(Number.MAX_SAFE_INTEGER)

function readPrice(text: string): Reading {
  try {
    const value = parseRlc(text, 'RLC')
    return value > HIGHEST_PRICE ? { fault: 'tooHigh' } : { value }
  } catch {
    return { fault: 'noPrice' }
  }
}
