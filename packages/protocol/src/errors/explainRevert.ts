// From the bytes with which a call failed to a sentence.
import { decodeErrorResult, type Abi, type Hex } from 'viem'
import { formatAbiItem, toFunctionSelector } from 'viem/utils'
import { errorsAbi } from '../abi/errors.ts'
import type { ContractErrorName, ErrorValues, Explanation } from './contractError.ts'
import { isBytes } from '../words.ts'
import { written } from '../written.ts'
import { explainError, isContractErrorName } from './explainError.ts'
import { explainPanic } from './panic.ts'
import { quote } from '../quote.ts'

/** An error of the market's contracts, with the values that it carries. */
export type ContractError = {
  [Name in ContractErrorName]: { readonly kind: 'error'; readonly name: Name; readonly args: ErrorValues<Name> }
}[ContractErrorName]

/**
 * Why a call failed. `error`: an error of the market's contracts. `message`: a contract outside the market said it in
 * text. `panic`: the compiler's own check failed. `silent`: no data at all. `unknown`: an error of somebody else
 * (`UnknownSelector`), a known one whose values are cut (`UnreadableValues`), or no data of a revert at all (`NotHex`);
 * `selector` is its first four bytes, or fewer when there are no more.
 */
export type RevertExplanation =
  | (ContractError & Explanation)
  | ({ readonly kind: 'message'; readonly name: 'Error'; readonly args: { readonly message: string } } & Explanation)
  | ({ readonly kind: 'panic'; readonly name: 'Panic'; readonly args: { readonly code: bigint } } & Explanation)
  | ({
      readonly kind: 'silent'
      readonly name: 'NoReason'
      readonly args: Readonly<Record<string, never>>
    } & Explanation)
  | ({
      readonly kind: 'unknown'
      readonly name: 'UnknownError'
      readonly args: Readonly<Record<string, never>>
      readonly reason: 'UnknownSelector' | 'UnreadableValues' | 'NotHex'
      readonly selector: Hex
    } & Explanation)

/**
 * Says why a call failed, from the data with which it reverted.
 *
 * Knows the errors of hub, registries, entries and RLC, those of OpenZeppelin in them, `Error(string)`, `Panic(uint256)`
 * and the absence of data. Never throws: what cannot be read is `unknown`.
 *
 * @example
 * explainRevert('0x')
 * // { kind: 'silent', name: 'NoReason', args: {}, sentence: 'the call failed without saying why', hint: '…' }
 */
export function explainRevert(data: Hex): RevertExplanation {
  if (!isBytes(data)) return notHex(data)
  if (data === '0x') return SILENT
  const decoded = decode(`0x${data.slice(2).toLowerCase()}`)
  if (decoded === undefined) return unknownError(data)

  const { name, args } = decoded
  if (isContractErrorName(name)) {
    const error = { kind: 'error', name, args } as ContractError
    return { ...error, ...explainError(error.name, error.args) }
  }
  const [value] = Object.values(args)
  if (typeof value === 'bigint') return { kind: 'panic', name: 'Panic', args: { code: value }, ...explainPanic(value) }
  return explainMessage(String(value))
}

const SILENT: RevertExplanation = {
  kind: 'silent',
  name: 'NoReason',
  args: {},
  sentence: 'the call failed without saying why',
  hint: 'Most often there was too little gas, the address holds another contract than expected, or the arguments are cut short.',
}

type Decoded = { readonly name: string; readonly args: Readonly<Record<string, unknown>> }

// Typed loosely: the name that is found is one of a hundred.
const CONTRACT_ERRORS: Abi = errorsAbi

// Hashed at the first question: whoever only loads this module, as every call of the command does, must not wait for it.
let names: ReadonlyMap<string, string> | undefined

/** The name of the error with a selector: the two of Solidity itself, which no ABI lists, and all of ours. */
function nameOf(selector: Hex): string | undefined {
  names ??= new Map([
    ['0x08c379a0', 'Error'],
    ['0x4e487b71', 'Panic'],
    ...errorsAbi.map((item) => [toFunctionSelector(formatAbiItem(item)), item.name] as const),
  ])
  return names.get(selector)
}

/** The error with its values by name; `undefined` when no contract has such an error, or its values are cut short. */
function decode(data: Hex): Decoded | undefined {
  try {
    const { errorName, abiItem, args = [] } = decodeErrorResult({ abi: CONTRACT_ERRORS, data })
    const inputs = 'inputs' in abiItem ? abiItem.inputs : []
    return { name: errorName, args: Object.fromEntries(inputs.map(({ name = '' }, place) => [name, args[place]])) }
  } catch {
    // viem throws for everything that it cannot read; the data come from strangers.
    return undefined
  }
}

function explainMessage(message: string): RevertExplanation {
  const args = { message }
  if (message === '') return { kind: 'message', name: 'Error', args, sentence: 'a contract refused without a word' }
  return { kind: 'message', name: 'Error', args, sentence: `a contract refused: ${quote(message)}` }
}

function unknownError(data: Hex): RevertExplanation {
  const selector: Hex = `0x${data.slice(2, 10).toLowerCase()}`
  const unknown = { kind: 'unknown', name: 'UnknownError', args: {}, selector } as const
  const known = nameOf(selector)
  if (known !== undefined) {
    return {
      ...unknown,
      reason: 'UnreadableValues',
      sentence: `the call failed with ${known}, but its values are cut short or unreadable`,
      hint: 'Give all the data with which the call failed.',
    }
  }
  return {
    ...unknown,
    reason: 'UnknownSelector',
    sentence: `the call failed with ${selector}, which is no error of the market's contracts`,
    hint: 'It comes from another contract on the way, or from another version of these.',
  }
}

function notHex(given: unknown): RevertExplanation {
  return {
    kind: 'unknown',
    name: 'UnknownError',
    args: {},
    reason: 'NotHex',
    selector: '0x',
    sentence: `${quote(written(given))} is no revert data: it is not hex`,
    hint: 'Give 0x followed by two hex digits for each byte.',
  }
}
