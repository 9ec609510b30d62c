// The receipt of a transaction, asked for until it is there.
import { TransactionReceiptNotFoundError, type Client, type Hash, type TransactionReceipt } from 'viem'
import { getTransactionReceipt } from 'viem/actions'

const LONGEST_WAIT_MS = 180_000

/**
 * Waits for the receipt of a transaction that nobody replaces. viem's own waiting looks again only when there is a further block,
 * and on a chain that makes none while nothing happens there may never be one.
 *
 * @throws TransactionReceiptNotFoundError when it is not there after three minutes; whatever the client throws
 * @example
 * const { status } = await waitForReceipt(client, hash)
 */
export async function waitForReceipt(client: Client, hash: Hash): Promise<TransactionReceipt> {
  const end = Date.now() + LONGEST_WAIT_MS
  for (;;) {
    try {
      return await getTransactionReceipt(client, { hash })
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError) || Date.now() > end) throw error
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, client.pollingInterval)
    await promise
  }
}
