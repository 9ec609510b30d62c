// What an enclave signed: `enclaveSig.iexec` in the three forms that it has had, and `computed.json` of today.
import { serializeSignature, type Hex } from 'viem'
import type { ResultFile } from '@iexec/protocol'

/** An enclave's word for a result. */
export type EnclaveSignature = {
  /** 65 bytes r ‖ s ‖ v, over result hash and seal with the Ethereum prefix. */
  readonly signature: Hex
  /** The digest that it signed, where it says so. */
  readonly digest?: Hex
}

const NAMES = ['enclaveSig.iexec', 'computed.json']
const LARGEST = 100_000

/**
 * Finds an enclave's signature in the files of a result. What cannot be read is as good as none.
 *
 * @example
 * findEnclaveSignature(files)?.signature // '0x…'
 */
export function findEnclaveSignature(files: readonly ResultFile[]): EnclaveSignature | undefined {
  const found = NAMES.flatMap((name) => files.filter((file) => file.name === name && file.size <= LARGEST))
  return found
    .map((file) => parseEnclaveSignature(Buffer.from(file.read()).toString()))
    .find((word) => word !== undefined)
}

/**
 * Reads a signature in any of its forms: five lines with v, r, s (January 2019), JSON with `sign: {v, r, s}` (2019), JSON with
 * `result` and `signature` (SCONE), JSON with `enclave-signature` (today).
 *
 * @example
 * parseEnclaveSignature('{"result":"0x…","signature":"0x…"}') // { digest: '0x…', signature: '0x…' }
 */
export function parseEnclaveSignature(text: string): EnclaveSignature | undefined {
  const json = parseJson(text)
  if (json === undefined) return fromLines(text)
  const signature = wholeOf(json['signature']) ?? wholeOf(json['enclave-signature']) ?? partsOf(json['sign'])
  const digest = bytes32Of(json['result']) ?? bytes32Of(json['digest']) ?? bytes32Of(json['result-digest'])
  if (signature === undefined) return undefined
  return digest === undefined ? { signature } : { signature, digest }
}

type Json = Readonly<Record<string, unknown>>

function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** v is the third line, in decimal; r and s the fourth and fifth, in hex. */
function fromLines(text: string): EnclaveSignature | undefined {
  const [, , v, r, s] = text.split(/\r?\n/u).map((line) => line.trim())
  const signature = partsOf({ v, r, s })
  return signature === undefined ? undefined : { signature }
}

function wholeOf(value: unknown): Hex | undefined {
  const text = typeof value === 'string' ? value.trim().replace(/^0x/iu, '').toLowerCase() : ''
  return /^[\da-f]{130}$/u.test(text) ? `0x${text}` : undefined
}

function partsOf(value: unknown): Hex | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { v, r, s } = value as Json
  const [left, right] = [bytes32Of(r), bytes32Of(s)]
  const parity = Number(v)
  if (left === undefined || right === undefined || ![0, 1, 27, 28].includes(parity) || v === '' || v === undefined)
    return undefined
  return serializeSignature({ r: left, s: right, yParity: parity % 27 })
}

/** Numbers in hex may lack zeros at their beginning. */
function bytes32Of(value: unknown): Hex | undefined {
  const text = typeof value === 'string' ? value.trim().replace(/^0x/iu, '').toLowerCase() : ''
  return /^[\da-f]{1,64}$/u.test(text) ? `0x${text.padStart(64, '0')}` : undefined
}
