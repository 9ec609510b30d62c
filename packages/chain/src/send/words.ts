// What nodes mean when they do not take a transaction. There is no standard: only the words of each kind of node.
import { BaseError, RpcRequestError, type Hex } from 'viem'
import { isUnreachable, reasonOf } from '../deploy/deployError.ts'
import type { SendRefusal } from './command.ts'

/**
 * What became of the bytes that were given to a node. `taken`: it has them. `nonceUsed`: the nonce is in a block already.
 * `occupied`: it holds another transaction at this nonce, for which these fees are too low. `underpriced`: it wants higher
 * fees. `unfunded`: the account cannot pay. `unreachable`: no usable answer of a node, so it may have them or not. `refused`:
 * anything else that it said.
 */
export type Delivery = {
  readonly state: 'taken' | 'nonceUsed' | 'occupied' | 'underpriced' | 'unfunded' | 'unreachable' | 'refused'
  readonly words: string
}

// Of geth, reth, erigon and anvil; then of nethermind; then of besu and openethereum. The first that fits counts.
const MEANINGS: readonly (readonly [Delivery['state'], RegExp])[] = [
  ['taken', /already known|alreadyknown|already imported|known transaction/iu],
  ['nonceUsed', /nonce (is )?too low|oldnonce|ownnoncealreadyused|nonce below/iu],
  [
    'occupied',
    /replacement|feetoolowtocompete|another transaction with same nonce|existing transaction had higher priority/iu,
  ],
  ['unreachable', /pool is full|poolisfull|transaction limit|too many requests|rate limit|request limit|timed? ?out/iu],
  [
    'unfunded',
    /insufficient ?(funds|balance)|upfront cost exceeds|exceeds transaction sender account balance|overdraft/iu,
  ],
  ['underpriced', /underpriced|fee ?too ?low|less than block base fee|gas ?price .*(low|below)|tip .*(low|below)/iu],
]

// Of JSON-RPC providers: limits of requests, and resources that are away for a moment.
const BUSY_CODES: readonly unknown[] = [429, -32_002, -32_005, -32_007]
const INTERNAL_ERROR = -32_603
/** viem's own, for what it does not know, and those of a provider that has lost its nodes (EIP-1193). */
const SILENT_CODES: readonly number[] = [-1, 4_900, 4_901]
const REVERTED = 3
/** Of nethermind and openethereum: `VM execution error.`, whatever the contract did. */
const EXECUTION_ERROR = -32_015

/** What nodes call it when a contract takes everything back. Whole words: a node may also point to its pages on the web. */
const REVERT = /\brevert(ed)?\b/iu

/** How the machine ends a call that the contract did not bring to an end: of all kinds of nodes. */
const CALL_FAILED =
  /\bout ?of ?gas\b|\boog\b|gas required exceeds|gas uint64 overflow|execution halted|vm execution error|\b(invalid|bad|undefined|unknown)\w* ?(opcode|instruction|jump)|\bopcode ?not ?found|\bstack ?(under|over)flow\b(?!\.)|stack limit|write protection|return ?data out of bounds|call depth/iu

/**
 * Reads why a node did not take a transaction.
 *
 * @example
 * readDelivery(error) // { state: 'nonceUsed', words: 'nonce too low' }
 */
export function readDelivery(cause: unknown): Delivery {
  const words = reasonOf(cause)
  if (isBusy(cause)) return { state: 'unreachable', words }
  const meaning = MEANINGS.find(([, pattern]) => pattern.test(words))
  if (meaning !== undefined) return { state: meaning[0], words }
  return { state: isSaid(cause) ? 'refused' : 'unreachable', words }
}

/** Whether a node said it, and not what lies between: a closed socket, say, tells nothing of the transaction. */
function isSaid(cause: unknown): boolean {
  // A node that failed itself may have passed the transaction on before.
  if (!(cause instanceof BaseError) || hasCode(cause, [INTERNAL_ERROR])) return false
  return cause.walk((error) => error instanceof RpcRequestError || hasNodeCode(error)) !== null
}

/**
 * Whether the node said nothing of the matter: it was not reached, too slow, or has too much to do.
 *
 * @example
 * isBusy(error) // true for HTTP status 429
 */
export function isBusy(cause: unknown): boolean {
  return isUnreachable(cause) || hasCode(cause, BUSY_CODES)
}

/**
 * The data with which a call reverted; `undefined` when it did not revert.
 *
 * @example
 * revertDataOf(error) // '0x08c379a0…', or '0x' when the contract said nothing
 */
export function revertDataOf(cause: unknown): Hex | undefined {
  if (!(cause instanceof BaseError)) return undefined
  const carrier = cause.walk((error) => dataOf(error) !== undefined)
  if (carrier !== null) return dataOf(carrier)
  return hasCode(cause, [REVERTED]) || REVERT.test(reasonOf(cause)) ? '0x' : undefined
}

/**
 * Whether the contract, and not the node or the network, said no to a call: it reverted, it broke a rule of the machine, or it
 * used up all gas.
 *
 * @example
 * isRevert(error) // true for -32015 'VM execution error.' with the data 'Reverted 0x'
 */
export function isRevert(cause: unknown): boolean {
  if (!(cause instanceof BaseError) || isBusy(cause)) return false
  return hasCode(cause, [EXECUTION_ERROR]) || CALL_FAILED.test(reasonOf(cause)) || revertDataOf(cause) !== undefined
}

/** The refusal that is a node's own and no contract's. */
export function refusalByNode(name: 'InsufficientFunds' | 'NotAccepted', words: string): SendRefusal {
  const args = { words }
  if (name === 'NotAccepted') {
    return { kind: 'node', name, args, sentence: `the node does not take this transaction: ${words}` }
  }
  return {
    kind: 'node',
    name,
    args,
    sentence: `the account cannot pay for this transaction: ${words}`,
    hint: 'Send coins to the account.',
  }
}

/** The refusal of everything that a closed sender has not sent. */
export const CLOSED: SendRefusal = {
  kind: 'closed',
  name: 'SenderClosed',
  args: {},
  sentence: 'the sender was closed before it sent this transaction',
}

function hasCode(cause: unknown, codes: readonly unknown[]): boolean {
  if (!(cause instanceof BaseError)) return false
  const isOne = (error: unknown): boolean =>
    typeof error === 'object' && error !== null && 'code' in error && codes.includes(error.code)
  return cause.walk(isOne) !== null
}

function hasNodeCode(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return typeof error.code === 'number' && !SILENT_CODES.includes(error.code)
}

/** Some nodes give the bytes, some an object around them, some put `Reverted ` before them. */
function dataOf(error: unknown): Hex | undefined {
  if (typeof error !== 'object' || error === null || !('data' in error)) return undefined
  const { data } = error
  if (typeof data === 'object') return dataOf(data)
  const bytes = typeof data === 'string' ? /^(?:Reverted )?(0x(?:[\da-f]{2})*)$/iu.exec(data)?.[1] : undefined
  return bytes as Hex | undefined
}
