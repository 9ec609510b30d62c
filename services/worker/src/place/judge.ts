// Whether a worker takes a place: pure. The scheduler can ask, not order, so everything that it says is checked here.
import { contributionDeadline, decodeTag, finalDeadline, taskId, type TagName } from '@iexec/protocol'
import { describeRun, type RunPlan, type RunRefusal } from '@iexec/runtime'
import type { Place, PlaceCause, WorkerProfile } from '@iexec/wire/work'
import { isAddressEqual, zeroAddress, type Address } from 'viem'
import { factsOfTask, type KnownDeal } from '../deal/readDeal.ts'
import type { PlaceTerms, RunNeeds, TaskSight } from './state.ts'

/** Everything that the judgement needs, as it was found at one moment. */
export type PlaceQuestion = {
  readonly place: Place
  readonly workerpool: Address
  /** `undefined` when the node does not know the deal. */
  readonly known: KnownDeal | undefined
  readonly sight: TaskSight
  /** Whether the pool's owner of the deal has signed the authorisation for this worker. */
  readonly isAuthorized: boolean
  /** In nRLC: free on the chain, and of it what other places will take. */
  readonly freeStake: bigint
  readonly stakeAhead: bigint
  /** The most that the owner lets a vote lock, in nRLC. */
  readonly maxStake: bigint | undefined
  /** In wei: what the wallet has, what the transactions of this place may cost, and those that other places still have to send. */
  readonly coins: bigint
  readonly coinsNeeded: bigint
  readonly coinsAhead: bigint
  /** Bytes. */
  readonly freeDisk: number
  /** Seconds since 1970, by the newest block. */
  readonly now: number
  readonly profile: Pick<WorkerProfile, 'engines' | 'gpu' | 'network' | 'memoryBytes' | 'places'>
  /** Places that compute, without this one. */
  readonly busy: number
  /** What they may take together. */
  readonly reserved: RunNeeds
  readonly isDraining: boolean
}

/** Why not, in the words of the wire and of people. */
export type PlaceRefusal = { readonly cause: PlaceCause; readonly message: string }

/** A place that is taken: what is run for it, or why nobody can run it, which is voted for. */
export type Judgement =
  | { readonly ok: true; readonly plan: RunPlan | RunRefusal; readonly known: KnownDeal }
  | ({ readonly ok: false } & PlaceRefusal)

/** Room that stays free on the disk, in bytes. */
const DISK_RESERVE = 500_000_000

/**
 * Takes or refuses a place, before anything is computed.
 *
 * @example
 * judgePlace(question) // { ok: false, cause: 'STAKE_TOO_LOW', message: '…' }
 */
export function judgePlace(question: PlaceQuestion): Judgement {
  const { known } = question
  const early = whyNotNow(question) ?? whyNotThisTask(question)
  if (early !== undefined) return { ok: false, ...early }
  if (known === undefined) return { ok: false, cause: 'DEAL_NOT_FOUND', message: 'The chain has no such deal.' }
  const plan = describeRun(factsOfTask(known, question.place.index))
  const late =
    whyNotThisTag(question, known) ??
    whyNotVotable(plan, known) ??
    whyNotThisMachine(question, plan, known) ??
    whyNotAffordable(question, known) ??
    whyNotBesideOthers(question, plan)
  return late === undefined ? { ok: true, plan, known } : { ok: false, ...late }
}

function whyNotNow({ isDraining, busy, profile }: PlaceQuestion): PlaceRefusal | undefined {
  if (isDraining) return refuse('DRAINING', 'This worker is about to stop and takes nothing new.')
  if (busy >= profile.places) return refuse('BUSY', `All ${profile.places} places of this worker are taken.`)
  return undefined
}

/** What is wrong with the offer itself. */
function whyNotThisTask({ place, workerpool, known, sight, isAuthorized }: PlaceQuestion): PlaceRefusal | undefined {
  if (known === undefined) return refuse('DEAL_NOT_FOUND', `The chain has no deal ${place.dealId}.`)
  const { deal } = known
  if (taskId(known.id, BigInt(place.index)) !== place.taskId) {
    return refuse('AUTHORIZATION_WRONG', `The task ${place.taskId} is not number ${place.index} of deal ${known.id}.`)
  }
  if (BigInt(place.index) < deal.botFirst || BigInt(place.index) >= deal.botFirst + deal.botSize) {
    return refuse('DEAL_NOT_FOUND', `The deal has no task ${place.index}.`)
  }
  if (!isAddressEqual(deal.workerpool.pointer, workerpool)) {
    return refuse(
      'AUTHORIZATION_WRONG',
      `The deal is of the workerpool ${deal.workerpool.pointer}, not of ${workerpool}.`,
    )
  }
  if (!isAuthorized) {
    return refuse('AUTHORIZATION_WRONG', `The owner of the workerpool, ${deal.workerpool.owner}, has not signed this.`)
  }
  if (sight.status !== 'unset' && sight.status !== 'active') {
    return refuse('TASK_NOT_ACTIVE', `The task is ${sight.status}.`)
  }
  if (sight.mine !== 'none') return refuse('TASK_NOT_ACTIVE', 'This worker has voted on the task already.')
  if (place.path === 'finalize' && deal.trust > 1n) {
    return refuse('AUTHORIZATION_WRONG', `One transaction is for trust 1, and the deal has trust ${deal.trust}.`)
  }
  return undefined
}

/** What the tag asks for comes first: nobody votes on a deal of an enclave without one, whatever else is wrong with it. */
function whyNotThisTag({ place, profile }: PlaceQuestion, { deal }: KnownDeal): PlaceRefusal | undefined {
  const missing = missingTags(decodeTag(deal.tag).names, profile)
  if (missing.includes('network')) {
    return refuse('NETWORK_NOT_ALLOWED', 'The app wants the internet, which the owner of this worker does not allow.')
  }
  if (missing.length > 0)
    return refuse('ENGINE_MISSING', `The deal wants ${missing.join(', ')}; this machine has none.`)
  const [unknownBit] = decodeTag(deal.tag).unknownBits
  if (unknownBit !== undefined) {
    return refuse('ENGINE_MISSING', `The deal's tag has bit ${unknownBit}, which this worker does not know.`)
  }
  if (place.enclaveChallenge !== zeroAddress) {
    return refuse('ENGINE_MISSING', 'The place is for an enclave, and this machine has none.')
  }
  return undefined
}

/** The hub would deliver the digest of a failure to the contract that is called back, as if it were a result. */
function whyNotVotable(plan: RunPlan | RunRefusal, { deal }: KnownDeal): PlaceRefusal | undefined {
  if (plan.ok || (plan.cause !== undefined && deal.callback === zeroAddress)) return undefined
  return refuse(plan.cause === 'APP_IMAGE_REFUSED' ? 'APP_TYPE_WRONG' : 'PARAMS_WRONG', plan.message)
}

function whyNotThisMachine(
  { profile, freeDisk, now }: PlaceQuestion,
  plan: RunPlan | RunRefusal,
  { deal, categorySeconds }: KnownDeal,
): PlaceRefusal | undefined {
  if (plan.ok && !profile.engines.includes(plan.job.app.type)) {
    return refuse('ENGINE_MISSING', `This worker runs ${profile.engines.join(' and ')}, not ${plan.job.app.type}.`)
  }
  const { memoryBytes, diskBytes } = needsOf(plan)
  if (memoryBytes > profile.memoryBytes) {
    return refuse(
      'ENGINE_MISSING',
      `The task may take ${memoryBytes} bytes of memory; this machine has ${profile.memoryBytes}.`,
    )
  }
  const diskNeeded = diskBytes + DISK_RESERVE
  if (freeDisk < diskNeeded) {
    return refuse('DISK_TOO_SMALL', `The task may need ${diskNeeded} bytes of disk, and ${freeDisk} are free.`)
  }
  const deadline = Number(contributionDeadline({ startTime: deal.startTime, timeref: BigInt(categorySeconds) }))
  const seconds = plan.ok ? categorySeconds : 0
  if (now + seconds >= deadline) {
    return refuse(
      'DEAL_TOO_LATE',
      `The task may run ${seconds} s, and its votes end in ${Math.max(0, deadline - now)} s.`,
    )
  }
  return undefined
}

function whyNotAffordable(question: PlaceQuestion, { deal }: KnownDeal): PlaceRefusal | undefined {
  const { place, freeStake, stakeAhead, maxStake, coins, coinsNeeded } = question
  if (place.path === 'commit' && maxStake !== undefined && deal.workerStake > maxStake) {
    return refuse('STAKE_TOO_LOW', `The task locks ${deal.workerStake} nRLC, and the owner allows ${maxStake}.`)
  }
  const free = freeStake - stakeAhead
  if (place.path === 'commit' && free < deal.workerStake) {
    return refuse('STAKE_TOO_LOW', `The task locks ${deal.workerStake} nRLC, and ${free < 0n ? 0n : free} are free.`)
  }
  if (coins < coinsNeeded) {
    return refuse('GAS_TOO_LOW', `Its transactions may cost ${coinsNeeded} wei, and the wallet has ${coins}.`)
  }
  return undefined
}

/** What would go alone waits until other places are through: nobody is to blame for that. */
function whyNotBesideOthers(
  { profile, freeDisk, reserved, coins, coinsNeeded, coinsAhead }: PlaceQuestion,
  plan: RunPlan | RunRefusal,
): PlaceRefusal | undefined {
  const { memoryBytes, diskBytes } = needsOf(plan)
  const memory = memoryBytes + reserved.memoryBytes
  if (reserved.memoryBytes > 0 && memory > profile.memoryBytes) {
    return refuse('BUSY', `With the other places it may take ${memory} bytes of memory, of ${profile.memoryBytes}.`)
  }
  const disk = diskBytes + reserved.diskBytes + DISK_RESERVE
  if (reserved.diskBytes > 0 && disk > freeDisk) {
    return refuse('BUSY', `With the other places it may need ${disk} bytes of disk, and ${freeDisk} are free.`)
  }
  const cost = coinsNeeded + coinsAhead
  if (coins < cost) {
    return refuse('BUSY', `With the other places' transactions it may cost ${cost} wei, and the wallet has ${coins}.`)
  }
  return undefined
}

/** Demands of a tag that this machine does not meet. A TEE is none that this worker has yet. */
function missingTags(
  names: readonly TagName[],
  { gpu, network }: Pick<WorkerProfile, 'gpu' | 'network'>,
): readonly TagName[] {
  const offered: Partial<Record<TagName, boolean>> = { gpu, network }
  return names.filter((name) => offered[name] !== true)
}

function refuse(cause: PlaceCause, message: string): PlaceRefusal {
  return { cause, message }
}

/** What a run may take: outputs and their archive, and all that is fetched; nothing when nobody can run it. */
export function needsOf(plan: RunPlan | RunRefusal): RunNeeds {
  if (!plan.ok) return { memoryBytes: 0, diskBytes: 0 }
  const { job, fetch, datasets, inputs } = plan
  const fetched = (datasets.length > 0 ? fetch.bytes : 0) + (inputs.length > 0 ? fetch.bytes : 0)
  return { memoryBytes: job.limits.memoryBytes, diskBytes: 2 * job.limits.outputBytes + fetched }
}

/** The deadlines, the stake and the needs of a place, as they are kept. */
export function termsOf({ deal, categorySeconds }: KnownDeal, plan: RunPlan | RunRefusal): PlaceTerms {
  const clock = { startTime: deal.startTime, timeref: BigInt(categorySeconds) }
  return {
    workerStake: String(deal.workerStake),
    startTime: Number(deal.startTime),
    contributionDeadline: capped(contributionDeadline(clock)),
    finalDeadline: capped(finalDeadline(clock)),
    needs: needsOf(plan),
  }
}

/** A category without end has deadlines beyond all numbers. */
function capped(moment: bigint): number {
  return moment > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(moment)
}
