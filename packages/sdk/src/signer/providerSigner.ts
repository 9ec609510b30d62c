// A wallet behind EIP-1193: it asks its owner, signs and sends by itself; here its transaction is only watched.
import { hexToNumber, numberToHex, type Address, type Hex, type TransactionReceipt } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import type { SendingOptions, Signer } from './signer.ts'

/** What EIP-1193 calls it when the person in front of the wallet said no. */
const USER_REJECTED = 4001

/**
 * A signer behind a wallet's provider.
 *
 * @param address the account of the wallet that signs
 */
export function createProviderSigner(address: Address, options: SendingOptions): Signer {
  const { chainId, onSent } = options
  const request: Request = async (call) => {
    try {
      return await options.request(call)
    } catch (cause) {
      throw asRejection(cause) ?? cause
    }
  }
  return {
    address,
    signTypedData: async (data) => ask(request, 'eth_signTypedData_v4', [address, JSON.stringify(data)]),
    signMessage: async (bytes) => ask(request, 'personal_sign', [bytes, address]),
    send: async ({ to, data = '0x', value, label }): Promise<TransactionReceipt> => {
      await requireChain(request, chainId)
      // With its chain, a wallet that is switched in between refuses it.
      const chain = { chainId: numberToHex(chainId) }
      const transaction = {
        from: address,
        to,
        data,
        ...chain,
        ...(value === undefined ? {} : { value: numberToHex(value) }),
      }
      const nonceBefore = await countSent(options.request, address)
      const txHash = await ask(request, 'eth_sendTransaction', [transaction])
      onSent?.({ txHash, label })
      // Loaded while the transaction is on its way.
      const { waitForReceipt } = await import('./waitForReceipt.ts')
      return waitForReceipt({ ...options, txHash, label, from: address, to, data, nonceBefore })
    },
  }
}

/** How many transactions of an account are known, those on their way included; `undefined` when nobody says it. */
async function countSent(request: Request, address: Address): Promise<number | undefined> {
  try {
    return hexToNumber((await request({ method: 'eth_getTransactionCount', params: [address, 'pending'] })) as Hex)
  } catch {
    // Only needed for a transaction that nobody ever knows: no reason not to send one.
    return undefined
  }
}

/** A wallet may have been switched to another chain since it was connected. */
async function requireChain(request: Request, chainId: number): Promise<void> {
  const actual = hexToNumber(await ask(request, 'eth_chainId'))
  if (actual === chainId) return
  throw new IexecError('WrongChain', `The wallet is on chain ${actual} now, and this is for chain ${chainId}.`, {
    hints: [`Switch the wallet to chain ${chainId}.`],
    details: { wanted: chainId, actual },
  })
}

function asRejection(cause: unknown): IexecError | undefined {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (code !== USER_REJECTED) return undefined
  return new IexecError('RejectedByUser', 'It was rejected in the wallet; nothing was sent.', { cause })
}
