// The params of a request: a JSON string that tells the app's arguments and inputs, and what becomes of its result.
// Keys keep their names of the wire, as the fields of orders do.
import { isCid, isIpfsPath } from './multiaddr/cid.ts'
import { describeForeign, quote } from './quote.ts'
import { asText } from './words.ts'

/** Params that are understood. All are optional: an empty object is a run without arguments. */
export type Params = {
  /** Arguments of the app, in one string, which the worker splits as a shell would. */
  readonly iexec_args?: string
  /** Files that are put into the app's input folder: http(s) URLs, or `/ipfs/` paths. */
  readonly iexec_input_files?: readonly string[]
  /** Names of the requester's secrets by the positive number under which the app gets them. Needs a TEE. */
  readonly iexec_secrets?: { readonly [position: string]: string }
  /** Whether the result is encrypted for the beneficiary. Needs a TEE. */
  readonly iexec_result_encryption?: boolean
  /** Where the result is stored; `dropbox` needs a TEE. */
  readonly iexec_result_storage_provider?: ResultStorageProvider
  /** URL of the service that stores the result; only clients of generation 8 and before write it. */
  readonly iexec_result_storage_proxy?: string
  /** Content identifier of the list of dataset orders that a bulk deal works through. */
  readonly bulk_cid?: string
  /** Content identifier of a JSON array of `{args, inputFiles}`, one entry for each task index. Ours. */
  readonly iexec_bag?: string
}

/** Name of a key in params. */
export type ParamsKey = keyof Params

/** Where a result can be stored. */
export type ResultStorageProvider = 'ipfs' | 'dropbox'

/** One thing that is wrong with params. */
export type ParamsProblem = {
  readonly reason: 'UnknownKey' | 'WrongValue'
  readonly key: string
  /** One sentence for people, which names the key and the value. */
  readonly sentence: string
}

/** Params as read: either the params, or everything that is wrong with them. */
export type ParsedParams =
  | {
      readonly ok: true
      readonly params: Params
      /** `text` when the string was no JSON object and became the arguments as a whole: worth a warning if it looks like JSON. */
      readonly form: 'json' | 'text'
      /** Keys of former versions that have no meaning any more and were left out. */
      readonly ignored: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly ParamsProblem[] }

type Rule = { readonly wants: string; readonly accepts: (value: unknown) => boolean }

const text: Rule = { wants: 'a text', accepts: isText }
const cid: Rule = { wants: 'a content identifier (Qm… or b…)', accepts: (value) => isText(value) && isCid(value) }
const url: Rule = { wants: 'an http or https URL', accepts: isUrl }

// In the order in which serializeParams writes them.
const RULES: { readonly [Key in ParamsKey]-?: Rule } = {
  iexec_args: text,
  iexec_input_files: {
    wants: 'a list of http or https URLs, or of /ipfs/ paths',
    accepts: (value) => Array.isArray(value) && value.every((one) => isUrl(one) || (isText(one) && isIpfsPath(one))),
  },
  iexec_secrets: { wants: 'names of secrets by positive whole numbers, as in {"1": "my-key"}', accepts: isSecrets },
  iexec_result_encryption: { wants: 'true or false', accepts: (value) => typeof value === 'boolean' },
  iexec_result_storage_provider: {
    wants: '"ipfs" or "dropbox"',
    accepts: (value) => value === 'ipfs' || value === 'dropbox',
  },
  iexec_result_storage_proxy: url,
  bulk_cid: cid,
  iexec_bag: cid,
}

/**
 * Reads the params of a request order.
 *
 * A JSON object may hold known keys only; a string that is no JSON object is the arguments as a whole, as it has always
 * been. Keys of former versions (`iexec_developer_logger`, `iexec_tee_post_compute_*`) are left out and listed.
 *
 * @throws InputError `InvalidText` when it is no string at all
 * @example
 * parseParams('{"iexec_args":"--fast"}') // { ok: true, params: { iexec_args: '--fast' }, form: 'json', ignored: [] }
 * parseParams('--fast') // { ok: true, params: { iexec_args: '--fast' }, form: 'text', ignored: [] }
 * parseParams('{"fast":1}') // { ok: false, problems: [{ reason: 'UnknownKey', key: 'fast', … }] }
 */
export function parseParams(given: string): ParsedParams {
  const object = parseObject(asText(given))
  if (object === undefined) return { ok: true, params: { iexec_args: given }, form: 'text', ignored: [] }

  const entries = Object.entries(object)
  const problems = entries.flatMap(([key, value]) => problemOf(key, value))
  if (problems.length > 0) return { ok: false, problems }
  // Each value was accepted by the rule of its key.
  const params = Object.fromEntries(entries.filter(([key]) => isKey(key))) as Params
  return { ok: true, params, form: 'json', ignored: entries.map(([key]) => key).filter(isLegacy) }
}

/**
 * The string that a request order carries. Equal params give the same string, whatever the order of their keys.
 *
 * @example
 * serializeParams({ iexec_args: '--fast' }) // '{"iexec_args":"--fast"}'
 */
export function serializeParams(params: Params): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.keys(RULES)
        .filter(isKey)
        .map((key) => [key, params[key]]),
    ),
  )
}

/**
 * Keys whose wishes only a TEE can fulfil. A task without a TEE must refuse them, or secrets would reach the worker's owner.
 *
 * @example
 * teeOnlyKeys({ iexec_args: '', iexec_result_encryption: true }) // ['iexec_result_encryption']
 */
export function teeOnlyKeys(params: Params): readonly ParamsKey[] {
  const keys: ParamsKey[] = []
  if (Object.keys(params.iexec_secrets ?? {}).length > 0) keys.push('iexec_secrets')
  if (params.iexec_result_encryption === true) keys.push('iexec_result_encryption')
  if (params.iexec_result_storage_provider === 'dropbox') keys.push('iexec_result_storage_provider')
  return keys
}

function parseObject(given: string): object | undefined {
  try {
    const value: unknown = JSON.parse(given)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function problemOf(key: string, value: unknown): readonly ParamsProblem[] {
  if (isLegacy(key)) return []
  if (!isKey(key)) {
    const known = Object.keys(RULES).join(', ')
    return [{ reason: 'UnknownKey', key, sentence: `Params have no key ${quote(key)}; the keys are ${known}.` }]
  }
  const { wants, accepts } = RULES[key]
  if (accepts(value)) return []
  return [{ reason: 'WrongValue', key, sentence: `"${key}" must be ${wants}, not ${describeForeign(value)}.` }]
}

function isKey(key: string): key is ParamsKey {
  return Object.hasOwn(RULES, key)
}

function isLegacy(key: string): boolean {
  return key === 'iexec_developer_logger' || key.startsWith('iexec_tee_post_compute_')
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isUrl(value: unknown): boolean {
  return isText(value) && /^https?:\/\/[^\s/?#]+\S*$/i.test(value)
}

function isSecrets(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([position, name]) => /^[1-9]\d{0,8}$/.test(position) && isText(name) && name !== '',
  )
}
