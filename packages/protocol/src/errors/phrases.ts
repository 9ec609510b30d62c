// The values of errors as people read them.
import { getAddress, type Hex } from 'viem'
import { CONTRIBUTION_STATUS_CODES } from '../contribution/contribution.ts'
import { decodeTag } from '../tag.ts'
import { TASK_STATUS_CODES } from '../task/task.ts'
import { formatRlc } from '../units.ts'

// The last second that a Date holds.
const LAST_SECOND = 8_640_000_000_000n

/**
 * A moment of the chain as a date.
 *
 * @example
 * moment(1_767_225_600n) // '2026-01-01T00:00:00Z'
 */
export function moment(seconds: bigint): string {
  if (seconds > LAST_SECOND) return `${seconds} s after 1970`
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/**
 * A deadline, and how far before or after it a block was.
 *
 * @example
 * deadlinePhrase(1_767_225_612n, 1_767_225_600n) // '2026-01-01T00:00:00Z, and the block is 12 s later'
 */
export function deadlinePhrase(time: bigint, deadline: bigint): string {
  const distance = time - deadline
  if (distance === 0n) return `${moment(deadline)}, and the block is at that very second`
  return `${moment(deadline)}, and the block is ${distance > 0n ? `${distance} s later` : `${-distance} s earlier`}`
}

/**
 * Two amounts to compare, in nRLC; the second without its unit when that is the first one's.
 *
 * @example
 * twoAmounts(7n, 5n) // ['7 nRLC', '5']
 */
export function twoAmounts(first: bigint, second: bigint): readonly [string, string] {
  const [one, other] = [formatRlc(first), formatRlc(second)]
  const unit = one.slice(one.indexOf(' '))
  return [one, other.endsWith(unit) ? other.slice(0, -unit.length) : other]
}

/**
 * The status of a task by its number in the ABI.
 *
 * @example
 * taskStatus(1) // 'active'
 */
export function taskStatus(code: number): string {
  return statusName(TASK_STATUS_CODES, code)
}

/**
 * The status of a contribution by its number in the ABI.
 *
 * @example
 * contributionStatus(2) // 'proved'
 */
export function contributionStatus(code: number): string {
  return statusName(CONTRIBUTION_STATUS_CODES, code)
}

/**
 * What a tag says, by names.
 *
 * @example
 * tagPhrase(encodeTag('tee,gpu')) // 'tee, gpu'
 */
export function tagPhrase(tag: Hex): string {
  const { names, unknownBits } = decodeTag(tag)
  const words = [...names, ...unknownBits.map((bit) => `bit ${bit}`)]
  return words.length === 0 ? 'nothing special' : words.join(', ')
}

/**
 * The entry whose token this is: the id of the token is its address.
 *
 * @example
 * entryOfToken(1n) // '0x0000000000000000000000000000000000000001'
 */
export function entryOfToken(tokenId: bigint): string {
  const digits = tokenId.toString(16)
  return digits.length > 40 ? `with the token ${tokenId}` : getAddress(`0x${digits.padStart(40, '0')}`)
}

function statusName(codes: Readonly<Record<string, number>>, code: number): string {
  return Object.keys(codes).find((name) => codes[name] === code) ?? `unknown (${code})`
}
