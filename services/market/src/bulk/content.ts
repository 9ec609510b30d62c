// What strangers put into the params of a deal and into files on IPFS, read without trust: what is malformed is skipped.
import { isCid } from '@iexec/protocol'
import type { Address } from 'viem'

/** The tasks of a deal: `size` of them, from `first` on. */
export type Range = { readonly first: number; readonly size: number }

/** A slice that a bulk lists: the content identifier of its file, at the index of its task. */
export type ListedSlice = { readonly index: number; readonly cid: string }

/** A dataset order that a slice holds. */
export type SliceOrder = {
  /** Where it stands in the file. */
  readonly position: number
  readonly dataset: Address
  /** The order as JSON: its nine fields, all texts, hex in lower case. */
  readonly body: string
}

/** More slices than any deal has; the reading of a list ends there. */
const MOST_SLICES = 10_000

const ADDRESS = /^0x[0-9a-f]{40}$/iu
const BYTES32 = /^0x[0-9a-f]{64}$/iu
const BYTES = /^0x(?:[0-9a-f]{2}){0,4096}$/iu
const DECIMAL = /^\d{1,78}$/u

const isUint256 = (value: string): boolean => DECIMAL.test(value) && BigInt(value) < 2n ** 256n
const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value)

/** What each field of a dataset order must be. */
const ORDER: Readonly<Record<string, (value: string) => boolean>> = {
  dataset: matches(ADDRESS),
  datasetprice: isUint256,
  volume: isUint256,
  tag: matches(BYTES32),
  apprestrict: matches(ADDRESS),
  workerpoolrestrict: matches(ADDRESS),
  requesterrestrict: matches(ADDRESS),
  salt: matches(BYTES32),
  sign: matches(BYTES),
}

/**
 * The file that the params of a deal name as their bulk; `undefined` when they name none, or no content identifier.
 *
 * Other keys do not matter here, not even those that `parseParams` would refuse: the deal was made with them.
 *
 * @example
 * readBulkCid('{"bulk_cid":"QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ"}') // 'QmW2…'
 */
export function readBulkCid(params: string): string | undefined {
  const object = parseJson(params)
  return isObject(object) && isCidText(object['bulk_cid']) ? object['bulk_cid'] : undefined
}

/**
 * The slices that a bulk's file lists for the tasks of a deal; `undefined` when the file is no JSON array.
 *
 * @example
 * readBulk(`["${cid}"]`, { first: 0, size: 1 }) // [{ index: 0, cid }]
 */
export function readBulk(text: string, { first, size }: Range): readonly ListedSlice[] | undefined {
  const list = parseJson(text)
  if (!Array.isArray(list)) return undefined
  return list
    .slice(first, first + Math.min(size, MOST_SLICES))
    .flatMap((cid: unknown, n) => (isCidText(cid) ? [{ index: first + n, cid }] : []))
}

/**
 * The dataset orders of a slice's file; `undefined` when the file is no JSON array.
 *
 * Their signatures are not checked: whoever runs the task does that, and nothing is paid for what is shown here.
 */
export function readSlice(text: string): readonly SliceOrder[] | undefined {
  const list = parseJson(text)
  if (!Array.isArray(list)) return undefined
  return list.flatMap((entry: unknown, position) => readOrder(entry, position))
}

function readOrder(entry: unknown, position: number): readonly SliceOrder[] {
  if (!isObject(entry)) return []
  const fields: Record<string, string> = {}
  for (const [name, isRight] of Object.entries(ORDER)) {
    const value = entry[name]
    if (typeof value !== 'string' || !isRight(value)) return []
    fields[name] = value.toLowerCase()
  }
  return [{ position, dataset: fields['dataset'] as Address, body: JSON.stringify(fields) }]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCidText(value: unknown): value is string {
  return typeof value === 'string' && isCid(value)
}
