// Who signs: the key of an account, or a wallet.
import type { Address, Hex, TransactionReceipt } from 'viem'
import type { Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'

/** Typed data as JSON, ready for `eth_signTypedData_v4`. */
export type TypedDataJson = {
  readonly domain: Readonly<Record<string, unknown>>
  readonly types: Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>
  readonly primaryType: string
  readonly message: Readonly<Record<string, unknown>>
}

/** One transaction that somebody wants. */
export type Transaction = {
  readonly to: Address
  readonly data?: Hex
  /** In wei. */
  readonly value?: bigint
  /** What it is for, in a few words: shown while it is waited for. */
  readonly label: string
}

/** An account that can sign. */
export type Signer = {
  readonly address: Address
  readonly signTypedData: (data: TypedDataJson) => Promise<Hex>
  /** Signs bytes under the prefix of EIP-191. */
  readonly signMessage: (bytes: Hex) => Promise<Hex>
  /**
   * Sends a transaction and returns when it counts.
   *
   * @throws IexecError `Refused` with the words of the contract, `InsufficientFunds`, `RejectedByUser`, `NotMined`, `Aborted`
   * when the signal ended it before anything was sent
   */
  readonly send: (transaction: Transaction) => Promise<TransactionReceipt>
  /** Of a key that is shared among processes: stands around transactions already, and has to stand around logins. */
  readonly inTurn?: InTurn
}

/** Does the work when it is its turn: no other of the same kind is done with this key then, by whatever process. */
export type InTurn = <Answer>(work: () => Promise<Answer>, what: 'transaction' | 'login') => Promise<Answer>

/** How transactions are sent. */
export type SendingOptions = {
  readonly request: Request
  readonly chainId: number
  /** In how many blocks a transaction has to be buried, its own included. */
  readonly confirmations: number
  readonly pollingMs: number
  /** Hears of each transaction once it is on its way, so that a person can look it up while he waits. */
  readonly onSent?: ((sent: { readonly txHash: Hex; readonly label: string }) => void) | undefined
  /** Of an account with a key: hears in a sentence why a transaction waits, or is signed again. */
  readonly onWaiting?: ((sentence: string) => void) | undefined
  /**
   * Of an account with a key: does the work when it is its turn. One transaction after the other is sent then, each when the
   * one before it counts; one login after the other is used.
   */
  readonly inTurn?: InTurn | undefined
  /** Of an account with a key: ends its waiting, and nothing else is sent. What is on its way already is not taken back. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The signer of a context.
 *
 * @throws IexecError `NoSigner`
 */
export function requireSigner(context: { readonly signer: Signer | undefined }): Signer {
  if (context.signer !== undefined) return context.signer
  throw new IexecError('NoSigner', 'This has to be signed, and there is nobody who signs.', {
    hints: ['Give an account with a key (`account`), or the provider of a wallet (`provider`).'],
  })
}
