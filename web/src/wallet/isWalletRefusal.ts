// What a wallet refuses by itself: its owner changed the account, or let go of this site, in the middle of something.

/**
 * Whether a wallet would not do what it was asked, so that nothing of it was sent. The SDK hands on as silence of the chain what it
 * does not know; the wallet's own number is beneath.
 *
 * @example
 * isWalletRefusal(new IexecError('ChainUnreachable', '…', { cause: { code: 4100 } })) // true
 */
export function isWalletRefusal(error: unknown): boolean {
  const code = numberIn(error) ?? numberIn(causeOf(error))
  // EIP-1193: 4100 not allowed, 4200 not known, 4900 and 4901 not connected to a chain.
  return code !== undefined && code >= 4_000 && code < 5_000
}

function numberIn(error: unknown): number | undefined {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error
  return isCoded && typeof error.code === 'number' ? error.code : undefined
}

function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined
}
