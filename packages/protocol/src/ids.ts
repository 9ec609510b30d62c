// Branded identifiers: a deal id can never be passed where a task id is meant, although both are 32 bytes.
import type { Hex } from 'viem'
import { keccak256 } from 'viem/utils'
import { InputError } from './inputError.ts'
import { MAX_UINT256, bytes32Word, isBytes32, uint256Word } from './words.ts'
import { written } from './written.ts'

declare const brand: unique symbol
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name }

/** Key of a deal on the hub: keccak256(request order hash ‖ consumed volume of the request order before the match). */
export type DealId = Branded<Hex, 'DealId'>
/** Key of a task on the hub: keccak256(deal id ‖ index as uint256). */
export type TaskId = Branded<Hex, 'TaskId'>
/** EIP-712 typed-data hash of an order under one hub's domain: the key of its consumption, presignature and events. */
export type OrderHash = Branded<Hex, 'OrderHash'>
/** Seconds since 1970, as the chain counts them. */
export type Instant = Branded<bigint, 'Instant'>

/**
 * The id that the hub gives to the deal of a match.
 *
 * @param requestHash hash of the request order
 * @param consumedBefore volume of the request order that was consumed before this match; it is the deal's `botFirst`
 * @throws InputError when the hash is not 32 bytes, or the volume no uint256
 * @example
 * dealId(hashOrder(requestOrder, domain), 0n) // '0x…'
 */
export function dealId(requestHash: OrderHash, consumedBefore: bigint): DealId {
  return keccak256(`0x${bytes32Word(requestHash)}${uint256Word(consumedBefore)}`) as DealId
}

/**
 * The id of one task of a deal, known before anybody initializes it.
 *
 * @param index from the deal's `botFirst` to `botFirst + botSize - 1`; this range is not checked here
 * @throws InputError when the deal id is not 32 bytes, or the index no uint256
 * @example
 * taskId(deal, 0n) // '0x…'
 */
export function taskId(deal: DealId, index: bigint): TaskId {
  return keccak256(`0x${bytes32Word(deal)}${uint256Word(index)}`) as TaskId
}

/**
 * Reads a deal id at the edge: 0x and 64 hex digits of any case; the answer is in lower case, so that ids compare with `===`.
 *
 * @throws InputError `InvalidDealId`
 */
export function asDealId(value: unknown): DealId {
  return asBytes32(value, 'DealId', 'a deal id') as DealId
}

/**
 * Reads a task id at the edge, as `asDealId` does.
 *
 * @throws InputError `InvalidTaskId`
 */
export function asTaskId(value: unknown): TaskId {
  return asBytes32(value, 'TaskId', 'a task id') as TaskId
}

/**
 * Reads an order hash at the edge, as `asDealId` does.
 *
 * @throws InputError `InvalidOrderHash`
 */
export function asOrderHash(value: unknown): OrderHash {
  return asBytes32(value, 'OrderHash', 'an order hash') as OrderHash
}

/**
 * Reads a moment at the edge: whole seconds since 1970, not milliseconds.
 *
 * A `bigint` comes from the chain and may be any uint256 (a deadline of a category without end); a `number` comes from a
 * clock, where milliseconds are the usual mistake: from 2^40 on (the year 36,812 in seconds, 2004 in milliseconds) it is refused.
 *
 * @throws InputError `InvalidInstant` when it is negative, not whole, or in milliseconds
 * @example
 * asInstant(Math.floor(Date.now() / 1000))
 */
export function asInstant(seconds: bigint | number): Instant {
  const isMoment =
    typeof seconds === 'bigint'
      ? seconds >= 0n && seconds <= MAX_UINT256
      : Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 40
  if (!isMoment) {
    throw new InputError({
      code: 'InvalidInstant',
      given: written(seconds),
      problem: 'it is not a moment in whole seconds since 1970',
      hint: 'Divide milliseconds by 1000 and round down.',
    })
  }
  return BigInt(seconds) as Instant
}

function asBytes32(value: unknown, name: string, meaning: string): Hex {
  if (!isBytes32(value)) {
    throw new InputError({
      code: `Invalid${name}`,
      given: written(value),
      problem: `it is not ${meaning}`,
      hint: `Give ${meaning}: 0x followed by 64 hex digits.`,
    })
  }
  return `0x${value.slice(2).toLowerCase()}`
}
