// Wallets that sign thousands of times a second, so that a benchmark measures the service and not its own signatures.
import { signRecoverable, pointFromScalar } from 'tiny-secp256k1'
import { keccak256, toHex, type Address, type Hex } from 'viem'

/** A key of this run only. */
export type FastWallet = { readonly address: Address; readonly sign: (hash: Hex) => Hex }

/**
 * The nth wallet: the same in every run, worth nothing anywhere.
 *
 * @example
 * fastWallet(1).sign(hashOrder(order, domain)) // '0x…'
 */
export function fastWallet(n: number): FastWallet {
  const key = bytes(keccak256(toHex(`benchmark wallet ${n}`)))
  const point = pointFromScalar(key, false)
  if (point === null) throw new Error(`Wallet ${n} has no key.`)
  return {
    address: `0x${keccak256(point.subarray(1)).slice(-40)}`,
    sign: (hash) => {
      const { signature, recoveryId } = signRecoverable(bytes(hash), key)
      return `0x${Buffer.from(signature).toString('hex')}${recoveryId === 0 ? '1b' : '1c'}`
    },
  }
}

function bytes(hex: Hex): Uint8Array {
  return Buffer.from(hex.slice(2), 'hex')
}
