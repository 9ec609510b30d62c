// What a private key is: below the order of the curve, and not zero.
import { isHex, type Hex } from 'viem'

/** Of secp256k1. */
const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * Whether something is a private key of Ethereum.
 *
 * @example
 * isPrivateKey(`0x${'00'.repeat(32)}`) // false
 */
export function isPrivateKey(given: unknown): given is Hex {
  return isHex(given) && given.length === 66 && BigInt(given) > 0n && BigInt(given) < GROUP_ORDER
}
