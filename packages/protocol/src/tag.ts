// Tags: 32 bytes of bits in which requests, apps and datasets demand something of the machine, and workerpools offer it.
import type { Hex } from 'viem'
import { InputError } from './inputError.ts'
import { bytes32Word, isBytes32 } from './words.ts'
import { written } from './written.ts'

/** Bit of each known tag. Only `tee` has a meaning on chain beyond "what is demanded must be offered". `network` is ours. */
export const TAG_BITS = {
  tee: 0n,
  scone: 1n,
  gramine: 2n,
  tdx: 3n,
  gpu: 8n,
  network: 16n,
} as const

/** A demand that has a name. `network`: the app may reach the internet, where the worker's owner allows it too. */
export type TagName = keyof typeof TAG_BITS

/** What a tag says: the known names in the order of their bits, and the numbers of the bits that nobody has named. */
export type DecodedTag = { readonly names: readonly TagName[]; readonly unknownBits: readonly number[] }

/** The tag that demands and offers nothing. */
export const NO_TAG: Hex = '0x0000000000000000000000000000000000000000000000000000000000000000'

// Bits 1 to 3: a dataset says with them under which frameworks it was prepared, not what the machine must have.
const DATASET_FRAMEWORK_BITS = 0x0en

/**
 * A tag from names, or from its own hex form.
 *
 * @param tag a list of names, or one string: names with commas between them, or 0x and 64 hex digits; empty for no demand
 * @throws InputError `UnknownTag` when a name is not one of `TAG_BITS`, `InvalidTag` when it is neither text nor list
 * @example
 * encodeTag(['tee', 'tdx']) // '0x0000000000000000000000000000000000000000000000000000000000000009'
 * encodeTag('gpu') // '0x0000000000000000000000000000000000000000000000000000000000000100'
 */
export function encodeTag(tag: string | readonly string[]): Hex {
  if (isBytes32(tag)) return `0x${bytes32Word(tag)}`

  return toTag(namesOf(tag).reduce((bits, name) => bits | (1n << bitOf(name.trim())), 0n))
}

/**
 * The names in a tag. Bits without a name are listed too, so that nothing is hidden.
 *
 * @throws InputError `InvalidBytes32` when it is not 32 bytes
 * @example
 * decodeTag(encodeTag('tee,scone')) // { names: ['tee', 'scone'], unknownBits: [] }
 */
export function decodeTag(tag: Hex): DecodedTag {
  const bits = toBits(tag)
  const names: TagName[] = []
  const unknownBits: number[] = []
  for (let bit = 0n; bits >> bit > 0n; bit++) {
    if (((bits >> bit) & 1n) === 0n) continue
    const name = nameOf(bit)
    if (name === undefined) unknownBits.push(Number(bit))
    else names.push(name)
  }
  return { names, unknownBits }
}

/**
 * Everything that any of the tags says.
 *
 * @throws InputError `InvalidBytes32` when one is not 32 bytes
 */
export function unionTags(...tags: readonly Hex[]): Hex {
  return toTag(tags.reduce((bits, tag) => bits | toBits(tag), 0n))
}

/**
 * What the workerpool of a deal must offer: app | (dataset without its framework bits) | request. It becomes the deal's tag.
 *
 * @throws InputError `InvalidBytes32` when one is not 32 bytes
 * @example
 * requiredTag(encodeTag('tee'), encodeTag('tee,scone'), NO_TAG) // encodeTag('tee')
 */
export function requiredTag(app: Hex, dataset: Hex, request: Hex): Hex {
  return toTag(toBits(app) | (toBits(dataset) & ~DATASET_FRAMEWORK_BITS) | toBits(request))
}

/**
 * What is demanded and not offered; `NO_TAG` when the offer covers the demand.
 *
 * @throws InputError `InvalidBytes32` when one is not 32 bytes
 */
export function missingTag(required: Hex, offered: Hex): Hex {
  return toTag(toBits(required) & ~toBits(offered))
}

/**
 * Whether a tag asks for a trusted execution environment: then each contribution needs an enclave's signature.
 *
 * @throws InputError `InvalidBytes32` when it is not 32 bytes
 */
export function requiresTee(tag: Hex): boolean {
  return ((toBits(tag) >> TAG_BITS.tee) & 1n) === 1n
}

function namesOf(tag: string | readonly string[]): readonly string[] {
  if (typeof tag === 'string') return tag.trim() === '' ? [] : tag.split(',')
  if (Array.isArray(tag)) return tag.map((name) => written(name))
  throw new InputError({
    code: 'InvalidTag',
    given: written(tag),
    problem: 'it is neither a text nor a list of names',
    hint: `Use ${Object.keys(TAG_BITS).join(', ')}, or 0x followed by 64 hex digits.`,
  })
}

function bitOf(name: string): bigint {
  if (isTagName(name)) return TAG_BITS[name]
  throw new InputError({
    code: 'UnknownTag',
    given: name,
    problem: 'no tag has this name',
    hint: `Use ${Object.keys(TAG_BITS).join(', ')}, or 0x followed by 64 hex digits.`,
  })
}

function nameOf(bit: bigint): TagName | undefined {
  return Object.keys(TAG_BITS)
    .filter(isTagName)
    .find((name) => TAG_BITS[name] === bit)
}

function isTagName(name: string): name is TagName {
  return Object.hasOwn(TAG_BITS, name)
}

function toBits(tag: Hex): bigint {
  return BigInt(`0x${bytes32Word(tag)}`)
}

function toTag(bits: bigint): Hex {
  return `0x${bits.toString(16).padStart(64, '0')}`
}
