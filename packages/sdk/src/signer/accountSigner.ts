// An account with a key in this process: signs here, and sends through the sender that replaces what is stuck.
import { formatCoin } from '@iexec/protocol'
import type { SendCommand, SendOutcome, Sender, SenderEvent } from '@iexec/chain/send'
import {
  createClient,
  custom,
  defineChain,
  hexToBigInt,
  type Address,
  type Hex,
  type LocalAccount,
  type TransactionReceipt,
} from 'viem'
import { asUnreachable } from '../call/readContract.ts'
import type { Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import type { SendingOptions, Signer, Transaction, TypedDataJson } from './signer.ts'

/** The most that gas may cost, as a multiple of its price when the first transaction is sent. */
const CAP_FACTOR = 10n
/** No transaction takes less. */
const LEAST_GAS = 21_000n
const SEPARATOR = ' #'

/**
 * A signer with a key of its own, such as viem's `privateKeyToAccount` makes.
 *
 * Transactions are sent by `createSender`: many may be under way at once, what is stuck is replaced with higher fees, and none
 * is executed twice.
 */
export function createAccountSigner(account: LocalAccount, options: SendingOptions): Signer {
  const { inTurn = async (work) => work(), signal } = options
  let opened: Promise<Sender> | undefined
  let count = 0
  const open = async (): Promise<Sender> => {
    const opening = (opened ??= openSender(account, options))
    try {
      return await opening
    } catch (cause) {
      // The next one opens it anew: a node that stumbled may stand again.
      if (opened === opening) opened = undefined
      throw asUnreachable(cause)
    }
  }
  return {
    address: account.address,
    inTurn,
    signTypedData: async (data: TypedDataJson) => account.signTypedData(data),
    signMessage: async (bytes) => account.signMessage({ message: { raw: bytes } }),
    send: async (transaction) =>
      inTurn(async () => {
        const sender = await open()
        await requireCoins(transaction, account.address, options.request)
        // The sender takes two commands of one label for one; here, the same thing may be wanted twice.
        count += 1
        const command = { ...transaction, label: `${transaction.label}${SEPARATOR}${count}` }
        return receiptOf(await sendUntil(sender, command, signal), transaction, account.address)
      }, 'transaction'),
  }
}

/** The signal is only listened to while something is sent, and closes the sender for good. */
async function sendUntil(sender: Sender, command: SendCommand, signal: AbortSignal | undefined): Promise<SendOutcome> {
  const close = (): void => void sender.close()
  if (signal?.aborted === true) close()
  signal?.addEventListener('abort', close, { once: true })
  try {
    return await sender.send(command)
  } finally {
    signal?.removeEventListener('abort', close)
  }
}

async function openSender(account: LocalAccount, options: SendingOptions): Promise<Sender> {
  const { request, chainId, confirmations, pollingMs, onSent, onWaiting } = options
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })
  const client = createClient({
    account,
    chain,
    cacheTime: 0,
    transport: custom({ request: request as never }, { retryCount: 0 }),
  })
  // Loaded when somebody sends: a browser with a wallet never does.
  const { createSender } = await import('@iexec/chain/send')
  const price = hexToBigInt((await request({ method: 'eth_gasPrice' })) as Hex)
  return createSender({
    client,
    maxFeePerGas: price * CAP_FACTOR,
    confirmations,
    pollingMs,
    onEvent: (event) => {
      if (event.type === 'sign' || event.type === 'replace') {
        onSent?.({ txHash: event.hash, label: nameOf(event) })
        return
      }
      const reason = reasonToWait(event)
      if (reason !== undefined) onWaiting?.(reason)
    },
  })
}

function nameOf({ label }: { readonly label: string | undefined }): string {
  return label?.split(SEPARATOR)[0] ?? 'make room for the next'
}

function reasonToWait(event: SenderEvent): string | undefined {
  switch (event.type) {
    case 'capReached':
      return `${nameOf(event)}: gas costs more than ${CAP_FACTOR} times what it did; it waits until that falls.`
    case 'rejected':
      return `${nameOf(event)}: the node does not take it now, and is asked again: ${event.words}`
    case 'nonceLost':
      return `${nameOf(event)}: another program sent with this key at the same time; it is signed again.`
    case 'unreachable':
      return `The node does not answer, and is asked again in ${Math.ceil(event.waitMs / 1_000)} s: ${event.words}`
    default:
      return undefined
  }
}

/** Who has nothing is told so before anything is signed: a hash would look as if something were on its way. */
async function requireCoins({ label, value = 0n }: Transaction, address: Address, request: Request): Promise<void> {
  const answers = await Promise.all([
    request({ method: 'eth_getBalance', params: [address, 'pending'] }) as Promise<Hex>,
    request({ method: 'eth_gasPrice' }) as Promise<Hex>,
    // The sender asks more patiently, and says why it waits.
  ]).catch(() => undefined)
  if (answers === undefined) return
  const coins = hexToBigInt(answers[0])
  const least = value + hexToBigInt(answers[1]) * LEAST_GAS
  if (coins >= least) return
  const sentence = `${capital(label)} failed: the account has ${formatCoin(coins)}, which does not pay for gas.`
  throw new IexecError('InsufficientFunds', sentence, {
    hints: [`Send coins of the chain to ${address}.`],
    details: { account: address, available: coins, least },
  })
}

function receiptOf(outcome: SendOutcome, { label, to }: Transaction, address: Address): TransactionReceipt {
  if (outcome.kind === 'mined') return outcome.receipt
  if (outcome.kind === 'left') {
    const { hashes, nonce } = outcome.inFlight
    const which = hashes.join(' or ')
    throw new IexecError('NotMined', `It is not known yet what becomes of the transaction "${label}", ${which}.`, {
      hints: ['Look for it before you do it again.'],
      details: { label, hashes, nonce },
    })
  }
  const { refusal, hash } = outcome
  if (refusal.kind === 'closed') {
    throw new IexecError('Aborted', `It was ended before "${label}": nothing was sent.`, { details: { label } })
  }
  const isPoor = refusal.kind === 'node' && refusal.name === 'InsufficientFunds'
  const hint = isPoor ? `Send coins of the chain to ${address}.` : refusal.hint
  throw new IexecError(isPoor ? 'InsufficientFunds' : 'Refused', `${capital(label)} failed: ${refusal.sentence}.`, {
    hints: hint === undefined ? [] : [hint],
    details: { label, to, name: refusal.name, args: refusal.args, txHash: hash },
  })
}

function capital(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1)
}
