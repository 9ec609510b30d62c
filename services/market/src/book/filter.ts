// The filters of order lists as conditions on rows: one table of meanings for all four kinds.
import { BULK_VOLUME, kindOfWire, type OrderFilters, type WireKind } from '@iexec/wire'
import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Schema } from '../db/schema.ts'
import { NOBODY } from './row.ts'
import { ALL_TAG_BITS, TAG_COLUMNS, splitTag } from './tag.ts'

type Rows = ExpressionBuilder<Schema, 'book_order'>
type Condition = ExpressionWrapper<Schema, 'book_order', SqlBool>
type Side = 'app' | 'dataset' | 'workerpool' | 'requester'

/** What an address filter on each side means: whom the order is about, or whom it lets in. */
const SIDES: {
  readonly [K in WireKind]: { readonly subjects: readonly Side[]; readonly restrictions: readonly Side[] }
} = {
  apporder: { subjects: ['app'], restrictions: ['dataset', 'workerpool', 'requester'] },
  datasetorder: { subjects: ['dataset'], restrictions: ['app', 'workerpool', 'requester'] },
  workerpoolorder: { subjects: ['workerpool'], restrictions: ['app', 'dataset', 'requester'] },
  requestorder: { subjects: ['app', 'dataset', 'requester'], restrictions: ['workerpool'] },
}

const STRICT = {
  app: 'isAppStrict',
  dataset: 'isDatasetStrict',
  workerpool: 'isWorkerpoolStrict',
  requester: 'isRequesterStrict',
} as const

/**
 * The orders of a kind that some filters let through: open ones, unless they say otherwise.
 *
 * @example
 * reader.selectFrom('book_order').where((rows) => isSought(rows, 'apporder', { app: 'any' }))
 */
export function isSought(rows: Rows, kind: WireKind, filters: OrderFilters): Condition {
  const { subjects, restrictions } = SIDES[kind]
  return rows.and([
    // Literals: SQLite takes the indexes of one kind's open orders only for these very words.
    rows('kind', '=', sql.lit(kindOfWire(kind))),
    ...hasStatus(rows, filters),
    ...subjects.flatMap((side) => isSubject(rows, side, filters[side])),
    ...restrictions.flatMap((side) => letsIn(rows, side, { sought: filters[side], isStrict: filters[STRICT[side]] })),
    ...hasOwner(rows, filters),
    ...hasTerms(rows, filters),
    ...hasTag(rows, filters),
  ])
}

function hasStatus(rows: Rows, { status = 'open' }: OrderFilters): readonly Condition[] {
  return status === 'any' ? [] : [rows('status', '=', sql.lit(status))]
}

function isSubject(rows: Rows, side: Side, sought: Address | 'any' | undefined): readonly Condition[] {
  if (sought === undefined || sought === 'any') return []
  // Who requests also signs, and signers have an index.
  return [rows(side === 'requester' ? 'signer' : side, '=', sought)]
}

type Restriction = { readonly sought: Address | 'any' | undefined; readonly isStrict: boolean | undefined }

function letsIn(rows: Rows, side: Side, { sought, isStrict = false }: Restriction): readonly Condition[] {
  if (sought === 'any') return []
  if (sought === undefined) return [rows(side, '=', NOBODY)]
  return [isStrict ? rows(side, '=', sought) : rows(side, 'in', [NOBODY, sought])]
}

function hasOwner(rows: Rows, { appOwner, datasetOwner, workerpoolOwner }: OrderFilters): readonly Condition[] {
  const owners = [appOwner, datasetOwner, workerpoolOwner].filter((owner) => owner !== undefined)
  return owners.map((owner) => rows('signer', '=', owner))
}

function hasTerms(rows: Rows, filters: OrderFilters): readonly Condition[] {
  const { beneficiary, category, minTrust, maxTrust, minVolume, bulkOnly } = filters
  return [
    ...(beneficiary === undefined ? [] : [rows('beneficiary', '=', beneficiary)]),
    ...(category === undefined ? [] : [rows('category', '=', category)]),
    // A trust of 0 or 1 is the same on chain: any order has it.
    ...(minTrust === undefined || minTrust <= 1 ? [] : [rows('trust', '>=', minTrust)]),
    ...(maxTrust === undefined ? [] : [rows('trust', '<=', maxTrust)]),
    ...(minVolume === undefined ? [] : [rows('remaining', '>=', minVolume)]),
    ...(bulkOnly === true ? [rows('price', '=', 0), rows('volume', '>=', BULK_VOLUME)] : []),
  ]
}

function hasTag(rows: Rows, { minTag, maxTag }: OrderFilters): readonly Condition[] {
  return [
    ...(minTag === undefined ? [] : hasAllBits(rows, minTag)),
    ...(maxTag === undefined ? [] : hasNoOther(rows, maxTag)),
  ]
}

function hasAllBits(rows: Rows, minTag: Hex): readonly Condition[] {
  const wanted = splitTag(minTag)
  return TAG_COLUMNS.filter((part) => wanted[part] !== 0).map((part) =>
    hasBits(rows, part, { of: wanted[part], are: wanted[part] }),
  )
}

function hasNoOther(rows: Rows, maxTag: Hex): readonly Condition[] {
  const allowed = splitTag(maxTag)
  return TAG_COLUMNS.map((part) => ({ part, forbidden: ALL_TAG_BITS[part] - allowed[part] }))
    .filter(({ forbidden }) => forbidden !== 0)
    .map(({ part, forbidden }) => hasBits(rows, part, { of: forbidden, are: 0 }))
}

type Bits = { readonly of: number; readonly are: number }

function hasBits(rows: Rows, part: (typeof TAG_COLUMNS)[number], { of, are }: Bits): Condition {
  const bits = sql<number>`(${sql.ref(part)} & cast(${of} as bigint))`
  return rows(bits, '=', are)
}
