// Who signed a hash with a key: the rule of the hub, at the speed of WASM.
import { recover } from 'tiny-secp256k1'
import { hexToBytes, keccak256, type Address, type Hex } from 'viem'

const HASH = /^0x[\da-f]{64}$/iu
// The precompile knows v 27 and 28 only, and OpenZeppelin's ECDSA hands v on as it is.
const LONG_SIGNATURE = /^0x[\da-f]{128}1[bc]$/iu
const SHORT_SIGNATURE = /^0x[\da-f]{128}$/iu

/** Half of the order of the curve: with a higher s, everybody could turn a signature into another one of the same key. */
const HIGHEST_S = '7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0'
const TOP_BIT = 2n ** 255n

/**
 * Says whose key signed a hash, in lower case; `undefined` when no key can have made this signature.
 *
 * The very rule of the hub (`isSignedByKey`): 65 bytes r, s, v with v 27 or 28, or the 64 bytes of EIP-2098, and in both a
 * low s. Never throws, whatever a stranger gives.
 *
 * It has a path of its own because it brings WASM along. Node loads that by itself. A bundler for browsers has to take
 * `.wasm` imports as modules (vite: `vite-plugin-wasm`, webpack: `experiments.asyncWebAssembly`) and to heed the `browser`
 * field of tiny-secp256k1. viem's `recoverAddress` needs neither, but is slower and also takes a high s and v 0 or 1.
 *
 * @example
 * recoverSigner(hashOrder(order, domain), signature) // '0xf39f…', or undefined
 */
export function recoverSigner(hash: Hex, signature: Hex): Address | undefined {
  // The types are a promise of the caller only: an expression that is given no text would ask it to become one, and may throw.
  if (typeof hash !== 'string' || typeof signature !== 'string' || !HASH.test(hash)) return undefined
  const parts = readSignature(signature)
  if (parts === undefined || parts.s > HIGHEST_S) return undefined
  try {
    const key = recover(hexToBytes(hash), hexToBytes(`0x${parts.r}${parts.s}`), parts.parity)
    return key === null ? undefined : `0x${keccak256(key.subarray(1)).slice(-40)}`
  } catch {
    // It throws for zero, for values from the order of the curve on, and for an r that no point has.
    return undefined
  }
}

/** `r` and `s` are 64 lower-case hex digits each, so that they compare like numbers. */
type SignatureParts = { readonly r: string; readonly s: string; readonly parity: 0 | 1 }

function readSignature(signature: Hex): SignatureParts | undefined {
  if (LONG_SIGNATURE.test(signature)) {
    const digits = signature.slice(2).toLowerCase()
    return { r: digits.slice(0, 64), s: digits.slice(64, 128), parity: digits.endsWith('b') ? 0 : 1 }
  }
  if (!SHORT_SIGNATURE.test(signature)) return undefined

  // EIP-2098: the first bit of s, which is 0 when s is low, says which v it is.
  const digits = signature.slice(2).toLowerCase()
  const parityAndS = BigInt(`0x${digits.slice(64)}`)
  const s = parityAndS % TOP_BIT
  return { r: digits.slice(0, 64), s: s.toString(16).padStart(64, '0'), parity: parityAndS < TOP_BIT ? 0 : 1 }
}
