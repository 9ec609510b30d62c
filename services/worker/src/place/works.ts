// What is done for a place: each work asks the chain first, does one thing, and says what happened.
import { statfs } from 'node:fs/promises'
import { authorizationMessageHash, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { pause } from '@iexec/service'
import type { Place, WorkerProfile } from '@iexec/wire/work'
import type { Address, Client, Hex } from 'viem'
import { getBalance, getBlock, getGasPrice, readContract } from 'viem/actions'
import type { Voter, VoteOutcome } from '../contribution/votes.ts'
import { factsOfTask, type DealReader, type KnownDeal } from '../deal/readDeal.ts'
import { bringResult, type BringOptions } from '../result/bring.ts'
import { archiveOf, computeTask, type ComputeOptions } from '../run/compute.ts'
import { openLogStream, type LogPiece } from '../run/logStream.ts'
import type { DoWork, WorkContext } from './actor.ts'
import type { Desk } from './desk.ts'
import { judgePlace, needsOf, termsOf, type Judgement, type PlaceQuestion } from './judge.ts'
import { GAS_OF_PATH, type KnownPlace, type PlaceWork, type RunNeeds, type StoredVote } from './state.ts'
import type { PlaceEvent } from './step.ts'

/** What the works of a worker share. */
export type WorksOptions = {
  readonly client: Client
  readonly hub: Address
  readonly worker: Address
  readonly workerpool: Address
  /** The most that a vote may lock, in nRLC. */
  readonly maxStake: bigint | undefined
  readonly deals: Pick<DealReader, 'read'>
  readonly voter: Voter
  readonly profile: () => WorkerProfile
  readonly compute: ComputeOptions
  readonly bring: Omit<BringOptions, 'signal' | 'onTrouble' | 'isOver'>
  readonly onTrouble: (taskId: Hex, why: string) => void
  readonly sendLog: (piece: LogPiece) => void
  /** Known only when all are made: the works look at their neighbours. */
  readonly desk: () => Pick<Desk, 'countBusy' | 'sumStakeAhead' | 'sumNeeds' | 'sumGasAhead' | 'countStakeMoves'>
  readonly isDraining: () => boolean
}

/** A node that is a moment behind does not know a new deal: it is asked so often. */
const DEAL_ATTEMPTS = 6
const DEAL_PAUSE_MS = 500
/** A finished task's result is offered for so long after the end of its deal, in seconds. */
const LATE_DELIVERY_SECONDS = 86_400

/**
 * The works of a worker.
 *
 * @example
 * const desk = createDesk({ works: createWorks(options), … })
 */
export function createWorks(options: WorksOptions): Readonly<Record<PlaceWork, DoWork>> {
  // Taken, and not stored yet: what two places judge at the same moment counts for both.
  const promised = new Map<Hex, Promised>()
  return {
    verify: async ({ place }, context) => {
      const judgement = await verify(place, { options, context }, promised)
      if (!judgement.ok) return [{ type: 'refused', cause: judgement.cause, message: judgement.message }]
      await context.tell({ type: 'accepted', terms: termsOf(judgement.known, judgement.plan) })
      promised.delete(place.taskId)
      return []
    },
    compute: async (known, context) => compute(known, options, context),
    contribute: async ({ place, vote }, context) => {
      const outcome = await options.voter.contribute(place, requireVote(vote))
      return afterVote(outcome, context)
    },
    finalize: async ({ place, vote, cid, sight }, context) => {
      if (cid === undefined) return []
      const mustInitialize = (sight ?? (await context.look())).status === 'unset'
      const outcome = await options.voter.finalize(place, requireVote(vote), { cid, mustInitialize })
      if (outcome.kind !== 'refused') return afterVote(outcome, context)
      // Somebody may have initialized it in the meantime, or the block with that may be gone.
      const again = await options.voter.finalize(place, requireVote(vote), { cid, mustInitialize: !mustInitialize })
      return afterVote(again.kind === 'refused' ? outcome : again, context)
    },
    reveal: async ({ place, vote }, context) => {
      const outcome = await options.voter.reveal(place, requireVote(vote))
      if (outcome.kind === 'left') return []
      await context.look()
      // A reveal is never given up: when it is not possible any more, the chain says so.
      if (outcome.kind === 'refused' && !context.signal.aborted) throw new Error(outcome.sentence)
      return []
    },
    upload: async (known, context) => upload(known, options, context),
  }
}

/** In the midst of a work. */
type At = { readonly options: WorksOptions; readonly context: WorkContext }

/** What a place takes of wallet and machine. */
type Promised = { readonly stake: bigint; readonly gas: bigint; readonly needs: RunNeeds }

async function verify(place: Place, { options, context }: At, promised: Map<Hex, Promised>): Promise<Judgement> {
  const known = await findDeal(place.dealId as DealId, options)
  for (;;) {
    const moves = options.desk().countStakeMoves()
    const found = await askChain(place, known, { options, context })
    // A vote that was mined meanwhile is locked now: what was read as free may count twice.
    if (moves !== options.desk().countStakeMoves()) continue
    const { desk, isDraining, profile, workerpool, maxStake } = options
    const ahead = [...promised].flatMap(([taskId, one]) => (taskId === place.taskId ? [] : one))
    const { taskId } = place
    const needs = desk().sumNeeds(taskId)
    const gas = ahead.reduce((sum, one) => sum + one.gas, desk().sumGasAhead(taskId))
    const judgement = judgePlace({
      ...found,
      coinsNeeded: found.gasPrice * GAS_OF_PATH[place.path],
      coinsAhead: found.gasPrice * gas,
      place,
      known,
      workerpool,
      maxStake,
      stakeAhead: ahead.reduce((sum, { stake }) => sum + stake, desk().sumStakeAhead(taskId)),
      busy: desk().countBusy(taskId) + ahead.length,
      reserved: {
        memoryBytes: ahead.reduce((sum, one) => sum + one.needs.memoryBytes, needs.memoryBytes),
        diskBytes: ahead.reduce((sum, one) => sum + one.needs.diskBytes, needs.diskBytes),
      },
      profile: profile(),
      isDraining: isDraining(),
    })
    if (judgement.ok) {
      const stake = place.path === 'commit' ? judgement.known.deal.workerStake : 0n
      promised.set(taskId, { stake, gas: GAS_OF_PATH[place.path], needs: needsOf(judgement.plan) })
    }
    return judgement
  }
}

async function findDeal(id: DealId, { deals }: WorksOptions): Promise<KnownDeal | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await deals.read(id)
    if (known !== undefined || attempt === DEAL_ATTEMPTS) return known
    await pause(DEAL_PAUSE_MS, new AbortController().signal)
  }
}

type FoundOnChain = Pick<PlaceQuestion, 'sight' | 'isAuthorized' | 'freeStake' | 'coins' | 'freeDisk' | 'now'> & {
  readonly gasPrice: bigint
}

/** Everything in one request, as of the same moment. */
async function askChain(place: Place, known: KnownDeal | undefined, { options, context }: At): Promise<FoundOnChain> {
  const { client, hub, worker } = options
  const [sight, isAuthorized, account, coins, price, block, freeDisk] = await Promise.all([
    context.look(),
    known === undefined ? false : isAuthorizedBy(known.deal.workerpool.owner, place, options),
    readContract(client, { address: hub, abi: hubAbi, functionName: 'viewAccount', args: [worker] }),
    getBalance(client, { address: worker }),
    getGasPrice(client),
    getBlock(client),
    freeDiskOf(options.compute.folder),
  ])
  return {
    sight,
    isAuthorized,
    freeStake: account.stake,
    coins,
    gasPrice: price,
    freeDisk,
    now: Number(block.timestamp),
  }
}

/** The hub itself judges the signature, as it will at the vote: of a key, or of a contract. */
async function isAuthorizedBy(owner: Address, place: Place, { client, hub, worker }: WorksOptions): Promise<boolean> {
  const hash = authorizationMessageHash(worker, place.taskId as TaskId, place.enclaveChallenge)
  const args = [owner, hash, place.authorization] as const
  return readContract(client, { address: hub, abi: hubAbi, functionName: 'verifySignature', args })
}

/** Bytes that are free for tasks. */
export async function freeDiskOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

async function compute(known: KnownPlace, options: WorksOptions, context: WorkContext): Promise<readonly PlaceEvent[]> {
  const { place } = known
  const deal = await options.deals.read(place.dealId as DealId)
  if (deal === undefined) throw new Error('The node does not know the deal any more.')
  const logs = openLogStream(place.taskId, options.sendLog)
  const event = await computeTask(factsOfTask(deal, place.index), options.compute, {
    signal: context.signal,
    onStage: (type) => void context.tell({ type }),
    onLog: logs.write,
  })
  logs.end()
  return event === undefined ? [] : [event]
}

async function afterVote(outcome: VoteOutcome, context: WorkContext): Promise<readonly PlaceEvent[]> {
  if (outcome.kind === 'left') return []
  await context.look()
  // When the chain has other news, such as a consensus, the work is not wanted any more.
  if (outcome.kind === 'mined' || context.signal.aborted) return []
  const cause = outcome.isOfNode ? 'GAS_TOO_LOW' : 'CONTRIBUTE_REVERTED'
  return [{ type: 'failed', cause, message: outcome.sentence }]
}

async function upload(known: KnownPlace, options: WorksOptions, context: WorkContext): Promise<readonly PlaceEvent[]> {
  const { place, terms } = known
  const vote = requireVote(known.vote)
  const isLate = known.ending !== undefined
  const end = (terms?.finalDeadline ?? 0) + (isLate ? LATE_DELIVERY_SECONDS : 0)
  const file = archiveOf(options.compute.folder, place.taskId, vote)
  const cid = await bringResult(
    { place, digest: vote.digest, file },
    {
      ...options.bring,
      isOver: () => options.bring.now() / 1000 >= end,
      onTrouble: (why) => {
        options.onTrouble(place.taskId, why)
      },
      signal: context.signal,
    },
  )
  if (cid !== undefined) return [{ type: 'uploaded', cid }]
  return context.signal.aborted ? [] : [{ type: 'undeliverable' }]
}

function requireVote(vote: StoredVote | undefined): StoredVote {
  if (vote === undefined) throw new Error('There is no vote.')
  return vote
}
