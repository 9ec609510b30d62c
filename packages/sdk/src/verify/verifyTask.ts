// Verifies a task from its orders to its result: reads what a chain tells of it, downloads its result, and computes all of it again.
import { KITTY_ADDRESS, isSameAddress, nextScore } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import { isHash, pad, type Abi, type Hex } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { downloadResult } from '../result/downloadResult.ts'
import { verifyResult } from '../result/verifyResult.ts'
import { showTask, type ShownTask } from '../task/showTask.ts'
import { checkTask, type TaskCheck } from './checkTask.ts'
import type { Happening, Permission, ResultEvidence, TaskEvidence } from './evidence.ts'
import { readCalls } from './readCalls.ts'
import {
  decodeLog,
  findBlock,
  happeningsOf,
  isBefore,
  readBlock,
  readLogs,
  topicOf,
  type HubEvent,
  type RpcLog,
} from './readLogs.ts'
import { findContracts, readMatch } from './readMatch.ts'

const ACCURATE = topicOf('AccurateContribution')

/** A task that was computed again. */
export type VerifiedTask = {
  readonly task: ShownTask
  /** In the order of the market: orders, deal, task, votes, agreement, payments, result. */
  readonly checks: readonly TaskCheck[]
  /** Whether nothing differs. What could not be computed is `open`, and does not count as a difference. */
  readonly isRight: boolean
  /** What it was computed from. */
  readonly evidence: TaskEvidence
}

/** How a task is verified. */
export type VerifyOptions = {
  /** Its result, when it is at hand, decrypted; downloaded when left out. */
  readonly result?: Blob | Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Computes a task again from what the chain and the storage have, and compares: ids, hashes of orders, terms of the deal, votes and
 * seals, signatures, owners, weights and agreement, every payment, and the digest of the result. No wallet is needed, and nobody is
 * believed but the node of the chain, which has to give events of old blocks.
 *
 * @throws IexecError `InvalidInput`; `NotFound` when nobody has begun the task; `BadAnswer` when the result that is given is no
 * archive; `ChainUnreachable`, also when the node does not look so far back
 * @example
 * const { isRight, checks } = await verifyTask(context, '0x…')
 * checks.filter(({ verdict }) => verdict === 'different') // []
 */
export async function verifyTask(context: Context, taskid: Hex, options: VerifyOptions = {}): Promise<VerifiedTask> {
  const { task, happenings, from } = await readStory(context, taskid)
  const { record, deal, contributions } = task
  if (record.status === 'unset') throw new IexecError('NotFound', `Nobody has begun the task ${task.id}.`)
  const [matched, permissions, scores, kittyLocked, result] = await Promise.all([
    readMatch(context, task, from),
    readPermissions(context, task.id, happenings),
    readScores(context, happenings),
    readKitty(context, task.id, happenings),
    findResult(context, task, options),
  ])
  const enclaves = await findContracts(
    context,
    permissions.map(({ enclaveChallenge }) => enclaveChallenge),
  )
  const evidence: TaskEvidence = {
    id: task.id,
    domain: context.domain,
    deal,
    record,
    contributions,
    matched: { ...matched, contracts: [...matched.contracts, ...enclaves] },
    happenings,
    permissions,
    scores,
    kittyLocked,
    result,
  }
  const checks = checkTask(evidence)
  return { task, checks, isRight: checks.every(({ verdict }) => verdict !== 'different'), evidence }
}

type Story = {
  readonly task: ShownTask
  readonly happenings: readonly Happening[]
  /** The first block of the second in which its deal was made. */
  readonly from: bigint
}

/** What the hub keeps of a task, and all that happened to it: read again where something happened in between. */
async function readStory(context: Context, taskid: Hex): Promise<Story> {
  const before = await showTask(context, taskid)
  const from = await findBlock(context, before.deal.startTime)
  const logs = await readLogs(context, { from, to: 'latest', topics: [null, before.id] })
  const transactions = [...new Set(logs.map(({ transactionHash }) => transactionHash))]
  const happenings = await Promise.all(transactions.map(async (hash) => readTransaction(context, hash, before.id)))
  const task = await showTask(context, taskid)
  if (marksOf(task) !== marksOf(before)) return readStory(context, taskid)
  return { task, happenings: happenings.flat(), from }
}

function marksOf({ record, contributions }: ShownTask): string {
  return [record.status, ...contributions.map(({ worker, status }) => `${worker} ${status}`)].join(' ')
}

async function readTransaction(context: Context, hash: Hex, task: Hex): Promise<readonly Happening[]> {
  const receipt = await ask<{ readonly logs: readonly RpcLog[] } | null>(context.request, 'eth_getTransactionReceipt', [
    hash,
  ])
  const logs = (receipt?.logs ?? []).filter(({ address }) => isSameAddress(address, context.contracts.hub))
  const [first] = logs
  if (first === undefined) throw new IexecError('BadAnswer', `The node has no receipt of ${hash}, and its events.`)
  const { at } = await readBlock(context, BigInt(first.blockNumber))
  return happeningsOf(logs, task, at)
}

const VOTE_ABI: Abi = [...hubItems.contribute, ...hubItems.contributeAndFinalize]

/** What let each worker vote, out of his transaction. */
async function readPermissions(
  context: Context,
  task: Hex,
  happenings: readonly Happening[],
): Promise<readonly Permission[]> {
  const votes = happenings.filter(({ event }) => event === 'TaskContribute')
  const found = await Promise.all(
    votes.map(async ({ txHash, worker }): Promise<readonly Permission[]> => {
      const { from, calls } = await readCalls(context, txHash, VOTE_ABI)
      const call = calls.find(({ args: [of] }) => of === task)
      if (call === undefined || worker === undefined || !isSameAddress(from, worker)) return []
      // The last three of either function.
      const [enclaveChallenge = '0x', enclaveSign = '0x', authorizationSign = '0x'] = call.args.slice(
        -3,
      ) as readonly Hex[]
      return [{ worker, enclaveChallenge, enclaveSign, authorizationSign }]
    }),
  )
  return found.flat()
}

/** The score of each worker when he voted: what his tasks before had said of him. */
async function readScores(context: Context, happenings: readonly Happening[]): Promise<ReadonlyMap<string, bigint>> {
  const votes = happenings.filter(({ event }) => event === 'TaskContribute')
  const to = votes.at(-1)?.block
  if (to === undefined) return new Map()
  const workers = votes.flatMap(({ worker }) => (worker === undefined ? [] : [pad(worker)]))
  const logs = await readLogs(context, { from: 0n, to, topics: [[ACCURATE, topicOf('FaultyContribution')], workers] })
  return new Map(
    votes.map((vote) => {
      const worker = vote.worker?.toLowerCase() ?? ''
      const earlier = logs.filter((log) => log.topics[1]?.endsWith(worker.slice(2)) === true && isBefore(log, vote))
      const score = earlier.reduce(
        (sum, { topics }) => nextScore(sum, topics[0] === ACCURATE ? 'accurate' : 'faulty'),
        0n,
      )
      return [worker, score]
    }),
  )
}

/** What the kitty had when it paid; nothing is read when it did not. */
async function readKitty(context: Context, task: Hex, happenings: readonly Happening[]): Promise<bigint> {
  const kitty = KITTY_ADDRESS.toLowerCase()
  const paid = happenings.find(({ lines }) =>
    lines.some(({ event, account }) => event === 'Seize' && account === kitty),
  )
  if (paid === undefined) return 0n
  const logs = await readLogs(context, { from: 0n, to: paid.block, topics: [[topicOf('Lock'), topicOf('Seize')]] })
  return logs.filter((log) => isBefore(log, paid)).reduce((sum, log) => sum + kittyMove(decodeLog(log), task), 0n)
}

/** By how much an event fills or empties the kitty; what the task itself took is not counted. */
function kittyMove(event: HubEvent | undefined, task: Hex): bigint {
  if (event === undefined || !isSameAddress(event.owner, KITTY_ADDRESS)) return 0n
  if (event.name === 'Lock') return event.amount
  return event.word('ref') === task ? 0n : -event.amount
}

/** Only what could not be fetched is missing: what came and is no result at all is one that is wrong. */
async function findResult(context: Context, task: ShownTask, options: VerifyOptions): Promise<ResultEvidence> {
  if (task.failure !== undefined) return { missing: `there is none: ${task.reason}` }
  const zip = options.result ?? (await download(context, task.id, options))
  if ('missing' in zip) return zip
  try {
    return await verifyResult(context, task.id, zip)
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    const { actual } = error.details
    if (error.code === 'ResultMismatch') {
      return typeof actual === 'string' && isHash(actual) ? { digest: actual, covers: [] } : { refused: error.message }
    }
    if (error.code === 'ResultEncrypted' || error.code === 'ResultMissing') return { missing: error.message }
    // Whoever has a result at hand wants to know what it is worth.
    if (error.code !== 'BadAnswer' || options.result !== undefined) throw error
    return { refused: error.message }
  }
}

async function download(
  context: Context,
  taskid: Hex,
  { signal }: VerifyOptions,
): Promise<Blob | { readonly missing: string }> {
  try {
    return await downloadResult(context, taskid, { signal })
  } catch (error) {
    if (!(error instanceof IexecError) || error.code === 'Aborted') throw error
    return { missing: error.message }
  }
}
