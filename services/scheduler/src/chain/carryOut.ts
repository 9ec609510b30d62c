// Sends what was decided to the chain: many in one transaction where the contracts allow it, and alone what spoils the others.
import { encodeResultLink, ipfsLink, type ResultLink } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { sayWhy } from '@iexec/service'
import type { Sender, SendOutcome } from '@iexec/chain'
import { encodeFunctionData, type Address, type Hash, type Hex } from 'viem'
import type { ChainCommand, FinalizeCommand } from '../decide/command.ts'

/** A command, with what the hub has to be told of its task. */
export type ChainJob = {
  readonly command: ChainCommand
  readonly deal: Hex
  readonly index: number
  /** Whether the task was initialized: a claim of one that was not has to do that, too. */
  readonly isBegun: boolean
  readonly callback: Address | undefined
  /** Who finalizes and reopens: the hub itself, or the contract that owned the pool and passes it on. */
  readonly door: Address
  /** How much the transaction does, counted in votes. */
  readonly votes: number
}

/** What became of a command. */
export type JobOutcome =
  | { readonly kind: 'mined'; readonly tx: Hash }
  | { readonly kind: 'refused'; readonly reason: string; readonly name: string }
  /** The scheduler ended meanwhile. */
  | { readonly kind: 'left' }

/** Where transactions go, and who sends them. */
export type Desk = {
  readonly sender: Pick<Sender, 'send'>
  readonly hub: Address
}

/** A transaction holds about so many votes: the gas of a block is shared with others. */
const VOTES_AT_ONCE = 60
const INITIALIZED_AT_ONCE = 50
const CLAIMED_AT_ONCE = 30

/**
 * Sends jobs of one moment. Each is answered on its own: when a transaction of several is refused, they are sent one by one.
 *
 * @example
 * await carryOut(desk, jobs, (job, outcome) => note(job.command.key, outcome))
 */
export async function carryOut(
  desk: Desk,
  jobs: readonly ChainJob[],
  onOutcome: (job: ChainJob, outcome: JobOutcome) => void,
): Promise<void> {
  await Promise.all(group(jobs).map(async (some) => sendGroup(desk, some, onOutcome)))
}

async function sendGroup(
  desk: Desk,
  jobs: readonly ChainJob[],
  onOutcome: (job: ChainJob, outcome: JobOutcome) => void,
): Promise<void> {
  const [first] = jobs
  if (first === undefined) return
  const label = jobs.length === 1 ? first.command.key : `${first.command.key} and ${jobs.length - 1} more`
  const outcome = await sendSafely(desk, jobs, label)
  if (outcome.kind === 'refused' && jobs.length > 1) {
    await Promise.all(jobs.map(async (job) => sendGroup(desk, [job], onOutcome)))
    return
  }
  for (const job of jobs) onOutcome(job, outcomeOf(outcome))
}

/** What cannot even be written, such as a result link made of a worker's words, is refused as if the chain had done so. */
async function sendSafely(desk: Desk, jobs: readonly ChainJob[], label: string): Promise<SendOutcome | Unwritable> {
  try {
    return await desk.sender.send({ ...callOf(desk, jobs), label })
  } catch (error) {
    return { kind: 'refused', refusal: { name: 'Unwritable', sentence: sayWhy(error) } }
  }
}

type Unwritable = { readonly kind: 'refused'; readonly refusal: { readonly name: string; readonly sentence: string } }

function outcomeOf(outcome: SendOutcome | Unwritable): JobOutcome {
  if (outcome.kind === 'mined') return { kind: 'mined', tx: outcome.receipt.transactionHash }
  if (outcome.kind === 'left') return { kind: 'left' }
  const { refusal } = outcome
  return { kind: 'refused', reason: refusal.sentence, name: refusal.name }
}

/** Which jobs travel together: those of one kind, as many as fit. */
function group(jobs: readonly ChainJob[]): readonly (readonly ChainJob[])[] {
  const kinds = Map.groupBy(jobs, ({ command, isBegun, door }) => {
    if (command.do === 'initialize') return 'initialize'
    return command.do === 'claim' ? `claim ${isBegun}` : `by the owner ${door}`
  })
  return [...kinds].flatMap(([kind, some]) => {
    if (kind === 'initialize') return cut(some, () => 1, INITIALIZED_AT_ONCE)
    if (kind.startsWith('by the owner')) return cut(some, ({ votes }) => votes + 2, VOTES_AT_ONCE)
    return cut(some, () => 1, CLAIMED_AT_ONCE)
  })
}

function cut(
  jobs: readonly ChainJob[],
  sizeOf: (job: ChainJob) => number,
  limit: number,
): readonly (readonly ChainJob[])[] {
  const groups: ChainJob[][] = []
  let size = Infinity
  for (const job of jobs) {
    size += sizeOf(job)
    if (size > limit) {
      groups.push([])
      size = sizeOf(job)
    }
    groups.at(-1)?.push(job)
  }
  return groups
}

function callOf({ hub }: Desk, jobs: readonly ChainJob[]): { readonly to: Address; readonly data: Hex } {
  const [first] = jobs
  const deals = jobs.map(({ deal }) => deal)
  const indexes = jobs.map(({ index }) => BigInt(index))
  const tasks = jobs.map(({ command }) => command.task)
  if (first?.command.do === 'initialize') {
    return {
      to: hub,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'initializeArray', args: [deals, indexes] }),
    }
  }
  if (first?.command.do === 'claim') {
    return first.isBegun
      ? { to: hub, data: encodeFunctionData({ abi: hubAbi, functionName: 'claimArray', args: [tasks] }) }
      : {
          to: hub,
          data: encodeFunctionData({ abi: hubAbi, functionName: 'initializeAndClaimArray', args: [deals, indexes] }),
        }
  }
  const calls = jobs.map(ownerCall)
  const [only = '0x'] = calls
  const to = first?.door ?? hub
  if (calls.length === 1) return { to, data: only }
  return { to, data: encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [calls] }) }
}

function ownerCall({ command, callback }: ChainJob): Hex {
  if (command.do !== 'finalize') {
    return encodeFunctionData({ abi: hubAbi, functionName: 'reopen', args: [command.task] })
  }
  const results = encodeResultLink(linkOf(command, callback))
  return encodeFunctionData({
    abi: hubAbi,
    functionName: 'finalize',
    args: [command.task, results, command.callbackData],
  })
}

/** Where the result is: in a storage, else at the contract that was called back. */
function linkOf({ cid }: FinalizeCommand, callback: Address | undefined): ResultLink {
  if (cid !== undefined) return ipfsLink(cid)
  return callback === undefined ? { storage: 'none' } : { storage: 'ethereum', location: callback }
}
