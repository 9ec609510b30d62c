// Waits for a transaction that a wallet sent: until it counts, failed, or another one took its place.
import {
  formatTransactionReceipt,
  hexToBigInt,
  hexToNumber,
  type Address,
  type Hex,
  type RpcTransactionReceipt,
  type TransactionReceipt,
} from 'viem'
import { call } from '../call/readContract.ts'
import type { Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { pause } from '../pause.ts'
import type { SendingOptions } from './signer.ts'

/** A transaction that is on its way. */
export type Sent = SendingOptions & {
  readonly txHash: Hex
  readonly label: string
  readonly from: Address
  readonly to: Address
  readonly data: Hex
}

/**
 * Returns the receipt of a transaction when it is buried deep enough.
 *
 * @throws IexecError `Refused` when it was executed and failed, `NotMined` when its nonce went to another transaction
 */
export async function waitForReceipt(sent: Sent): Promise<TransactionReceipt> {
  const { request, txHash, confirmations, pollingMs } = sent
  for (;;) {
    const raw = (await request({
      method: 'eth_getTransactionReceipt',
      params: [txHash],
    })) as RpcTransactionReceipt | null
    if (raw === null) await requireAlive(sent)
    else if (confirmations <= 1 || (await depthOf(request, raw)) >= confirmations) return requireSuccess(sent, raw)
    await pause(pollingMs)
  }
}

async function depthOf(request: Request, { blockNumber }: RpcTransactionReceipt): Promise<number> {
  const head = (await request({ method: 'eth_blockNumber' })) as Hex
  return Number(hexToBigInt(head) - hexToBigInt(blockNumber)) + 1
}

/** A wallet's owner can speed a transaction up, or cancel it: then another hash has its nonce. */
async function requireAlive({ request, txHash, from, label }: Sent): Promise<void> {
  const known = (await request({ method: 'eth_getTransactionByHash', params: [txHash] })) as { nonce: Hex } | null
  if (known === null) return
  const used = (await request({ method: 'eth_getTransactionCount', params: [from, 'latest'] })) as Hex
  if (hexToNumber(used) <= hexToNumber(known.nonce)) return
  // Mined between the two questions, perhaps: its receipt says so.
  if ((await request({ method: 'eth_getTransactionReceipt', params: [txHash] })) !== null) return
  throw new IexecError('NotMined', `Another transaction of the wallet took the place of "${label}".`, {
    hints: ['If you sped it up in the wallet, look there for what became of it.'],
    details: { txHash, nonce: hexToNumber(known.nonce) },
  })
}

async function requireSuccess(
  { request, from, to, data, label, txHash }: Sent,
  raw: RpcTransactionReceipt,
): Promise<TransactionReceipt> {
  const receipt = formatTransactionReceipt(raw)
  if (receipt.status === 'success') return receipt
  // The same call again tells why, as long as nothing else has changed.
  await call(request, { from, to, data })
  throw new IexecError('Refused', `The transaction "${label}" failed on chain without a reason.`, {
    hints: ['Most often there was too little gas.'],
    details: { txHash },
  })
}
