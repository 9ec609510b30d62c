// Whose key made a signature, computed here: by the rules of the hub, which nobody is asked for.
import { secp256k1 } from '@noble/curves/secp256k1'
import { hexToNumber, isHex, slice, size, type Address, type Hex } from 'viem'
import { publicKeyToAddress } from 'viem/utils'

/**
 * The account whose key made a signature; `undefined` when no key makes it. As for the hub it has 65 bytes, or the 64 of EIP-2098.
 *
 * @example
 * signerOf(hashOrder(order, domain), order.sign) // '0x…', its owner
 */
export function signerOf(hash: Hex, signature: Hex): Address | undefined {
  const parts = isHex(signature) ? partsOf(signature) : undefined
  if (parts === undefined) return undefined
  try {
    const made = secp256k1.Signature.fromCompact(parts.compact.slice(2)).addRecoveryBit(parts.bit)
    if (made.hasHighS()) return undefined
    return publicKeyToAddress(`0x${made.recoverPublicKey(hash.slice(2)).toHex(false)}`)
  } catch {
    return undefined
  }
}

type Parts = { readonly compact: Hex; readonly bit: number }

function partsOf(signature: Hex): Parts | undefined {
  if (size(signature) === 65) {
    const bit = hexToNumber(slice(signature, 64)) - 27
    return bit === 0 || bit === 1 ? { compact: slice(signature, 0, 64), bit } : undefined
  }
  if (size(signature) !== 64) return undefined
  const second = BigInt(slice(signature, 32))
  const s = (second & ((1n << 255n) - 1n)).toString(16).padStart(64, '0')
  return { compact: `${slice(signature, 0, 32)}${s}`, bit: Number(second >> 255n) }
}
