// Reads what strangers answer, piece by piece: each piece is what it must be, or the answer is refused and the piece is named.
import { getAddress, isAddress, type Address, type Hex } from 'viem'
import { IexecError } from '../error/iexecError.ts'

/** An object that came from outside. */
export type Foreign = Readonly<Record<string, unknown>>

/** More is not shown of what strangers say. */
const LONGEST_WORDS = 300

/**
 * What a stranger said, on one line, not endless, and without anything that steers a terminal.
 *
 * @example
 * asWords('no\nway') // 'no way'
 */
export function asWords(text: string): string {
  const line = text
    .slice(0, LONGEST_WORDS)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return text.length > LONGEST_WORDS ? `${line}…` : line
}

/**
 * Why a question failed, as `asWords`: runtimes say "fetch failed" and hide why in the cause. What they repeat of a URL is left out,
 * because a key may stand in it.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return asWords(String(error))
  const { message, cause } = error
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const words = (cause instanceof Error && cause.message) || code || message
  return asWords(words.replaceAll(/https?:\/\/\S+/giu, 'its URL'))
}

/** The error of an answer with a wrong piece. */
export function wrongPiece(where: string, wanted: string, given: unknown): IexecError {
  const shown = typeof given === 'object' && given !== null ? 'something else' : asWords(String(given))
  return new IexecError(
    'BadAnswer',
    `A service answered what cannot be: ${where} must be ${wanted}, and is ${shown}.`,
    {
      hints: ['Look whether the URL of the service is right; if it is, do not trust this service.'],
      details: { where },
    },
  )
}

/**
 * An object.
 *
 * @param where the name of the piece, for the error
 * @throws IexecError `BadAnswer`
 * @example
 * const { count } = readObject(await callService(…), 'the answer')
 */
export function readObject(given: unknown, where: string): Foreign {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Foreign
  throw wrongPiece(where, 'an object', given)
}

/**
 * A list.
 *
 * @param most how long it may be; 100,000 when left out
 * @throws IexecError `BadAnswer`
 */
export function readList(given: unknown, where: string, most = 100_000): readonly unknown[] {
  if (Array.isArray(given) && given.length <= most) return given
  throw wrongPiece(where, `a list of at most ${most}`, Array.isArray(given) ? `one of ${given.length}` : given)
}

/** A text. @throws IexecError `BadAnswer` */
export function readText(given: unknown, where: string): string {
  if (typeof given === 'string') return given
  throw wrongPiece(where, 'a text', given)
}

/** A whole number from 0 to 2^53-1. @throws IexecError `BadAnswer` */
export function readCount(given: unknown, where: string): number {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given
  throw wrongPiece(where, 'a whole number', given)
}

/** An amount, as a whole number from 0 to 2^53-1. @throws IexecError `BadAnswer` */
export function readAmount(given: unknown, where: string): bigint {
  return BigInt(readCount(given, where))
}

/** An address, with its checksum. @throws IexecError `BadAnswer` */
export function readAddress(given: unknown, where: string): Address {
  if (typeof given === 'string' && isAddress(given, { strict: false })) return getAddress(given)
  throw wrongPiece(where, 'an address', given)
}

/** 32 bytes in hex, in lower case. @throws IexecError `BadAnswer` */
export function readHash(given: unknown, where: string): Hex {
  if (typeof given === 'string' && /^0x[\da-f]{64}$/iu.test(given)) return given.toLowerCase() as Hex
  throw wrongPiece(where, '0x and 64 hex digits', given)
}

/** Bytes in hex. @throws IexecError `BadAnswer` */
export function readHex(given: unknown, where: string): Hex {
  if (typeof given === 'string' && /^0x(?:[\da-f]{2})*$/iu.test(given)) return given as Hex
  throw wrongPiece(where, 'bytes in hex', given)
}

/** One of a few words. @throws IexecError `BadAnswer` */
export function readWord<const Word extends string>(given: unknown, words: readonly Word[], where: string): Word {
  const word = words.find((each) => each === given)
  if (word !== undefined) return word
  throw wrongPiece(where, `one of ${words.join(', ')}`, given)
}

/** Whether an id of a chain, which some write as a text, is absent or that of the chain that was asked for. */
export function isOfChain(given: unknown, { chainId }: { readonly chainId: number }): boolean {
  return given === undefined || given === chainId || given === String(chainId)
}
