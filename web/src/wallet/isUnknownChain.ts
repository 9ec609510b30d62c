// Whether a wallet refused to go to a chain because it was never told of it.

/** EIP-3085 and wallets: this chain was never added. */
const UNKNOWN_CHAIN = 4902

/**
 * Whether a refusal to switch chains means that the chain has to be added first. Wallets on phones wrap their own error into another.
 *
 * @example
 * isUnknownChain({ code: -32603, data: { originalError: { code: 4902 } } }) // true
 */
export function isUnknownChain(error: unknown): boolean {
  return [error, partOf(error, 'data'), partOf(partOf(error, 'data'), 'originalError')].some(
    (one) => partOf(one, 'code') === UNKNOWN_CHAIN,
  )
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
