// What a scheduler may do for a task. Plain data: deciding makes it, the shell carries it out.
import type { VotePath } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'

/** Gives a worker a place. */
export type OfferCommand = {
  readonly do: 'offer'
  readonly key: string
  readonly task: Hex
  readonly worker: Address
  readonly path: VotePath
  /** How often this worker was asked for this task, this time included. */
  readonly attempt: number
  /** Seconds since 1970 after which the pool counts on somebody else. */
  readonly wantedUntil: number
}

/** Takes a place back that nobody needs any more. */
export type WithdrawCommand = {
  readonly do: 'withdraw'
  readonly key: string
  readonly task: Hex
  readonly worker: Address
  readonly message: string
}

/** Asks a winner to bring the result to a storage. */
export type DeliverCommand = {
  readonly do: 'deliver'
  readonly key: string
  readonly task: Hex
  readonly worker: Address
}

/** Publishes the result, and pays everybody. */
export type FinalizeCommand = {
  readonly do: 'finalize'
  readonly key: string
  readonly task: Hex
  /** Content identifier of the result; undefined when only a contract gets it. */
  readonly cid: string | undefined
  readonly callbackData: Hex
}

/** Begins a task, begins its vote again, or ends it after its time. */
export type StepCommand = {
  readonly do: 'initialize' | 'reopen' | 'claim'
  readonly key: string
  readonly task: Hex
}

/** What is said to a worker. */
export type TalkCommand = OfferCommand | WithdrawCommand | DeliverCommand

/** What is sent to the chain. */
export type ChainCommand = StepCommand | FinalizeCommand

/** One thing to do. Its key is the same whenever the same thing is decided again. */
export type Command = TalkCommand | ChainCommand

/** Whether a command is a transaction. */
export function isForChain(command: Command): command is ChainCommand {
  return command.do !== 'offer' && command.do !== 'withdraw' && command.do !== 'deliver'
}
