// Empties a wallet: all its RLC, then all its coins but what that costs.
import { formatCoin, formatRlc } from '@iexec/protocol'
import { hexToBigInt, numberToHex, type Address, type Hex } from 'viem'
import { requireReceiver } from '../asset/requireAsset.ts'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { sendCoins, sendRlc } from './sendCoins.ts'
import { showWallet, type WalletBalance } from './showWallet.ts'

/** What a sweep did. A part that failed is said in a sentence. */
export type Swept = { readonly rlcTxHash?: Hex; readonly coinTxHash?: Hex; readonly errors: readonly string[] }

/** A fee may rise between asking for it and the block: this part of the coins stays behind for it. */
const RESERVE_FACTOR = 3n

/**
 * Sends all RLC and then all coins of the signer's wallet to another one. Coins stay as long as RLC is there, because they pay for
 * sending it. Stake on the market stays where it is.
 *
 * @throws IexecError `InvalidInput`, `NoSigner`
 * @example
 * await sweepWallet(context, '0x…') // { rlcTxHash: '0x…', coinTxHash: '0x…', errors: [] }
 */
export async function sweepWallet(context: Context, to: Address): Promise<Swept> {
  const { address } = requireSigner(context)
  const receiver = requireReceiver(context, to)
  const errors: string[] = []
  const attempt = async (part: () => Promise<Hex | undefined>): Promise<Hex | undefined> => {
    try {
      return await part()
    } catch (error) {
      if (!(error instanceof IexecError)) throw error
      errors.push(error.message)
      return undefined
    }
  }
  const { nRLC } = await showWallet(context, address)
  const rlcTxHash = await attempt(async () =>
    nRLC === 0n ? undefined : (await sendRlc(context, { to: receiver, amount: nRLC })).txHash,
  )
  const coinTxHash = await attempt(async () => {
    const left = await showWallet(context, address)
    // Coins pay for sending RLC: without them, it could not leave this wallet any more.
    if (left.nRLC > 0n) throw stillThere(left)
    return sweepCoins(context, { from: address, to: receiver })
  })
  return {
    ...(rlcTxHash === undefined ? {} : { rlcTxHash }),
    ...(coinTxHash === undefined ? {} : { coinTxHash }),
    errors,
  }
}

function stillThere({ wei, nRLC }: WalletBalance): IexecError {
  const sentence = `${formatRlc(nRLC)} is still in the wallet, so its ${formatCoin(wei)} stay there to pay for sending it.`
  return new IexecError('InsufficientFunds', sentence, { hints: ['Sweep once more.'], details: { wei, nRLC } })
}

type Road = { readonly from: Address; readonly to: Address }

async function sweepCoins(context: Context, { from, to }: Road): Promise<Hex | undefined> {
  const { wei } = await showWallet(context, from)
  const reserve = await priceOf(context, { from, to })
  if (wei === 0n) return undefined
  if (wei <= reserve) {
    throw new IexecError('InsufficientFunds', `The ${wei} wei that are left would not pay for sending them.`)
  }
  return (await sendCoins(context, { to, amount: wei - reserve })).txHash
}

async function priceOf({ request }: Context, { from, to }: Road): Promise<bigint> {
  const [price, gas] = await Promise.all([
    ask(request, 'eth_gasPrice'),
    ask(request, 'eth_estimateGas', [{ from, to, value: numberToHex(1n) }]),
  ])
  return hexToBigInt(price) * hexToBigInt(gas) * RESERVE_FACTOR
}
