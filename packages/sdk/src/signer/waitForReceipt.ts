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
import { asUnreachable, call } from '../call/readContract.ts'
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
  /** Its nonce as far as that could be foreseen: how many transactions of the wallet were known before it. */
  readonly nonceBefore: number | undefined
}

/** How many looks in a row may fail before the node counts as gone. */
const PATIENCE = 10
/** The longest pause behind a failed look. */
const LONGEST_PAUSE_MS = 5000
/** How many looks in a row have to find the nonce used and no receipt: nodes behind one URL may lag behind each other. */
const CERTAINTY = 5
/** How many looks in a row a transaction may be unknown to all nodes: one that was dropped is never known again. */
const UNKNOWN_LOOKS = 100

/**
 * Returns the receipt of a transaction when it is buried deep enough. A node that fails now and then is asked again. A wallet's owner
 * can speed a transaction up, or cancel it: then another hash has its nonce, and nodes forget the first one.
 *
 * @throws IexecError `Refused` when it was executed and failed, `NotMined` when its nonce went to another transaction or nobody knows
 * it any more, `ChainUnreachable` when no node answers any more; each with `details.txHash`
 */
export async function waitForReceipt(sent: Sent): Promise<TransactionReceipt> {
  let nonce: number | undefined
  let [failed, passed, unknown] = [0, 0, 0]
  for (;;) {
    try {
      const look = await lookAt(sent, nonce)
      if (look.kind === 'mined') return await requireSuccess(sent, look.raw)
      nonce = look.nonce
      failed = 0
      passed = look.isPassed ? passed + 1 : 0
      unknown = look.isUnknown ? unknown + 1 : 0
    } catch (cause) {
      if (cause instanceof IexecError && cause.code !== 'ChainUnreachable') throw cause
      failed += 1
      if (failed >= PATIENCE) throw unreachable(sent, cause)
    }
    if (passed >= CERTAINTY || unknown >= UNKNOWN_LOOKS) throw lost(sent, nonce)
    await pause(failed === 0 ? sent.pollingMs : Math.min(sent.pollingMs * 2 ** failed, LONGEST_PAUSE_MS))
  }
}

type Look =
  | { readonly kind: 'mined'; readonly raw: RpcTransactionReceipt }
  | {
      readonly kind: 'waits'
      readonly nonce: number | undefined
      readonly isPassed: boolean
      readonly isUnknown: boolean
    }

/** @param nonce that of the transaction, when a node has known it before */
async function lookAt({ request, txHash, from, confirmations, ...sent }: Sent, nonce?: number): Promise<Look> {
  // Counted before the receipt is asked for: what is mined in between then has one.
  const used = hexToNumber((await request({ method: 'eth_getTransactionCount', params: [from, 'latest'] })) as Hex)
  const raw = (await request({ method: 'eth_getTransactionReceipt', params: [txHash] })) as RpcTransactionReceipt | null
  if (raw !== null) {
    if (confirmations <= 1 || (await depthOf(request, raw)) >= confirmations) return { kind: 'mined', raw }
    return { kind: 'waits', nonce, isPassed: false, isUnknown: false }
  }
  const known = (await request({ method: 'eth_getTransactionByHash', params: [txHash] })) as { nonce: Hex } | null
  const found = known === null ? nonce : hexToNumber(known.nonce)
  const wanted = found ?? sent.nonceBefore
  return { kind: 'waits', nonce: found, isPassed: wanted !== undefined && used > wanted, isUnknown: known === null }
}

async function depthOf(request: Request, { blockNumber }: RpcTransactionReceipt): Promise<number> {
  const head = (await request({ method: 'eth_blockNumber' })) as Hex
  return Number(hexToBigInt(head) - hexToBigInt(blockNumber)) + 1
}

async function requireSuccess(sent: Sent, raw: RpcTransactionReceipt): Promise<TransactionReceipt> {
  const { request, from, to, data, label, txHash } = sent
  const receipt = formatTransactionReceipt(raw)
  if (receipt.status === 'success') return receipt
  try {
    // The same call again tells why, as long as nothing else has changed.
    await call(request, { from, to, data })
  } catch (cause) {
    throw withHash(cause, txHash)
  }
  throw new IexecError('Refused', `The transaction "${label}" failed on chain without a reason.`, {
    hints: ['Most often there was too little gas.'],
    details: { txHash },
  })
}

/** The same failure, with the transaction that it is of. */
function withHash(cause: unknown, txHash: Hex): unknown {
  if (!(cause instanceof IexecError)) return cause
  const { code, message, hints, details } = cause
  return new IexecError(code, message, { hints, details: { ...details, txHash }, cause })
}

function unreachable({ label, txHash }: Sent, cause: unknown): IexecError {
  const { message, details } = asUnreachable(cause)
  return new IexecError(
    'ChainUnreachable',
    `The transaction "${label}" was sent; what became of it is not known. ${message}`,
    {
      hints: [`Look for ${txHash} before you do it again.`],
      details: { ...details, txHash },
      cause,
    },
  )
}

/** @param nonce that of the transaction; without it, nobody has ever known the transaction */
function lost({ label, txHash, nonceBefore }: Sent, nonce: number | undefined): IexecError {
  const sentence =
    nonce === undefined
      ? `No node knows the transaction "${label}" that the wallet sent: it was replaced there, or dropped.`
      : `Another transaction of the wallet took the place of "${label}", or it was dropped.`
  return new IexecError('NotMined', sentence, {
    hints: ['Look in the wallet for what became of it before you do it again.'],
    details: { txHash, nonce: nonce ?? nonceBefore },
  })
}
