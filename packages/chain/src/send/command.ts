// What a sender is asked, what it answers, and what it tells on the way.
import type { RevertExplanation } from '@iexec/protocol/errors'
import type { Address, Chain, Client, Hash, Hex, LocalAccount, TransactionReceipt, Transport } from 'viem'
import type { Fees } from './fees.ts'

/**
 * A viem client whose account signs here, not in the node. A provider under viem's `custom` must not repeat broadcasts itself:
 * the last answer alone does not say whether an earlier one was lost.
 */
export type SendClient = Client<Transport, Chain | undefined, LocalAccount>

/** One transaction that somebody wants mined. */
export type SendCommand = {
  readonly to: Address
  readonly data?: Hex
  /** In wei. */
  readonly value?: bigint
  /** Limit of gas. Without it: what the node estimates, and a fifth more. */
  readonly gas?: bigint
  /** Two commands of the same label are one as long as the first has no answer. */
  readonly label?: string
}

/** Why nothing came of a command: the decoded error of a contract, or that no node takes it, or that the sender was closed. */
export type SendRefusal =
  | RevertExplanation
  | {
      readonly kind: 'node'
      readonly name: 'InsufficientFunds' | 'NotAccepted'
      /** What the node or the signer said, in its own words. */
      readonly args: { readonly words: string }
      readonly sentence: string
      readonly hint?: string
    }
  | {
      readonly kind: 'closed'
      readonly name: 'SenderClosed'
      readonly args: Readonly<Record<string, never>>
      readonly sentence: string
      readonly hint?: string
    }

/** A transaction that was signed, perhaps reached a node, and is in no block that counts. */
export type InFlight = {
  readonly nonce: number
  readonly label: string | undefined
  /** Of all its forms ever signed, the first one first: one of them is mined at most. */
  readonly hashes: readonly Hash[]
  /** The signed bytes of the last one that stands: a replacement that a node refused does not. */
  readonly raw: Hex
}

/**
 * What became of a command. `mined`: executed. `refused`: not executed; with a `receipt` it stands in a block and failed
 * there, without one it cost nothing. `left`: the sender was closed while it was in flight; it may still be mined.
 */
export type SendOutcome =
  | { readonly kind: 'mined'; readonly receipt: TransactionReceipt }
  | {
      readonly kind: 'refused'
      readonly refusal: SendRefusal
      readonly hash?: Hash
      readonly receipt?: TransactionReceipt
    }
  | { readonly kind: 'left'; readonly inFlight: InFlight }

/** What a sender tells while it works. `label` is undefined for the empty transactions that fill a gap. */
export type SenderEvent =
  | {
      /** Signed and on its way for the first time, or again with higher fees. */
      readonly type: 'sign' | 'replace'
      readonly nonce: number
      readonly label: string | undefined
      readonly hash: Hash
      readonly fees: Fees
    }
  /** The node did not have it any more, or did not answer: the same bytes are sent again. */
  | { readonly type: 'rebroadcast'; readonly nonce: number; readonly label: string | undefined; readonly hash: Hash }
  /** It should be replaced, and the cap does not allow it: it waits until fees fall. */
  | { readonly type: 'capReached'; readonly nonce: number; readonly label: string | undefined; readonly fees: Fees }
  /** The node does not take it, or not with higher fees, as when the account cannot pay: it waits, and is tried again. */
  | { readonly type: 'rejected'; readonly nonce: number; readonly label: string | undefined; readonly words: string }
  /** Somebody else used the key: the command gets another nonce. */
  | { readonly type: 'nonceLost'; readonly nonce: number; readonly label: string | undefined; readonly taker?: Hash }
  /** After a reorg, the nonce that was given up is the command's after all: its newer transaction makes room for an empty one. */
  | { readonly type: 'nonceRegained'; readonly nonce: number; readonly label: string | undefined; readonly hash: Hash }
  /** The node gave no usable answer; it is asked again after `waitMs`. */
  | { readonly type: 'unreachable'; readonly words: string; readonly waitMs: number }

/** How a sender works. */
export type SenderOptions = {
  readonly client: SendClient
  /** The most that a unit of gas may cost, in wei, tip included. On a chain without fees: 0n. */
  readonly maxFeePerGas: bigint
  /** How many nonces may be in use at once; more commands wait for their turn. Default: 32. */
  readonly maxInFlight?: number
  /** A transaction is replaced when the chain has not come to it for this long (default: 30,000) … */
  readonly stuckAfterMs?: number
  /** … and for this many blocks (default: 3): when no block comes, higher fees help nobody. */
  readonly stuckAfterBlocks?: number
  /** By how much a replacement pays more, at least. Default, and what nodes ask for: 12.5. */
  readonly bumpPercent?: number
  /** How often the chain is asked while something is in flight. Default: 1,000. */
  readonly pollingMs?: number
  /** In how many blocks a transaction has to be buried, its own included. Default: 1. */
  readonly confirmations?: number
  /**
   * In how many blocks somebody else's transaction has to be buried, its own included, before its nonce is given up and the
   * command is signed again: a reorg that drops it could let both be executed. Default: 12, or `confirmations` when that is
   * more …
   */
  readonly takerConfirmations?: number
  /**
   * … or for how long it has to stand in the same block (default: 180,000), for chains where a block comes only with a
   * transaction. On such a chain of one node, `takerConfirmations: 1` spares the wait.
   */
  readonly takerAfterMs?: number
  readonly onEvent?: (event: SenderEvent) => void
  /** Closes the sender when it is aborted. */
  readonly signal?: AbortSignal
}

/** Sends the transactions of one key. */
export type Sender = {
  /** Sends a transaction, and returns what became of it. Never rejects. */
  readonly send: (command: SendCommand) => Promise<SendOutcome>
  /** What is in flight now. */
  readonly inFlight: () => readonly InFlight[]
  /** Stops, answers every command, and says what may still be mined. */
  readonly close: () => Promise<readonly InFlight[]>
}
