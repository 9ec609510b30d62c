// What a call on a task answers: the task after it with everything that an observer of the chain sees, or why not.
import type { Address, Hex } from 'viem'
import type { ContributionStatus } from '../contribution/contribution.ts'
import type { ScoreChange } from '../contribution/score.ts'
import type { LedgerEntry, LedgerRefusal } from '../escrow/ledger.ts'
import type { DealId, Instant, TaskId } from '../ids.ts'
import type { Task, TaskStatus } from './task.ts'

/** An event of the hub about a task, with the names of its arguments. */
export type TaskEvent =
  | { readonly event: 'TaskInitialize'; readonly taskid: TaskId; readonly workerpool: Address }
  | { readonly event: 'TaskContribute'; readonly taskid: TaskId; readonly worker: Address; readonly hash: Hex }
  | { readonly event: 'TaskConsensus'; readonly taskid: TaskId; readonly consensus: Hex }
  | { readonly event: 'TaskReveal'; readonly taskid: TaskId; readonly worker: Address; readonly digest: Hex }
  | { readonly event: 'TaskReopen'; readonly taskid: TaskId }
  | { readonly event: 'TaskFinalize'; readonly taskid: TaskId; readonly results: Hex }
  | { readonly event: 'TaskClaimed'; readonly taskid: TaskId }

/** What a call causes besides the task's own state, in the order in which the chain shows it. */
export type TaskEffect =
  | LedgerEntry
  | ScoreChange
  | ({ readonly do: 'announce' } & TaskEvent)
  | { readonly do: 'callBack'; readonly callback: Address; readonly task: TaskId; readonly data: Hex }

/** Why the hub refuses a call on a task: `reason` is the name of its error, the values are the model's own; `refusalError` has them as in the ABI. */
export type TaskRefusal =
  | { readonly reason: 'DealNotFound'; readonly deal: DealId }
  | { readonly reason: 'IndexOutOfDeal'; readonly index: bigint; readonly first: bigint; readonly size: bigint }
  | { readonly reason: 'TaskAlreadyInitialized'; readonly task: TaskId }
  | {
      readonly reason: 'TaskNotActive' | 'TaskNotRevealing' | 'TaskNotClaimable'
      readonly task: TaskId
      readonly status: TaskStatus
    }
  | {
      readonly reason:
        | 'ContributionDeadlineReached'
        | 'RevealDeadlineReached'
        | 'RevealDeadlineNotReached'
        | 'FinalDeadlineReached'
        | 'FinalDeadlineNotReached'
      readonly time: Instant
      readonly deadline: Instant
    }
  | { readonly reason: 'AlreadyContributed'; readonly worker: Address; readonly status: ContributionStatus }
  | { readonly reason: 'EnclaveChallengeRequired'; readonly tag: Hex }
  | { readonly reason: 'ContributionNotAuthorized'; readonly signer: Address; readonly hash: Hex }
  | { readonly reason: 'EnclaveSignatureInvalid'; readonly challenge: Address; readonly hash: Hex }
  | { readonly reason: 'TooManyContributors'; readonly count: number; readonly max: number }
  | { readonly reason: 'GroupWeightOutOfRange'; readonly weight: bigint; readonly max: bigint }
  | {
      readonly reason: 'ContributionNotRevealable'
      readonly worker: Address
      readonly status: ContributionStatus | 'unset'
    }
  | { readonly reason: 'NotInConsensus'; readonly contributed: Hex; readonly consensus: Hex }
  | { readonly reason: 'DigestHashMismatch' | 'DigestSealMismatch'; readonly contributed: Hex; readonly revealed: Hex }
  | { readonly reason: 'NotTheScheduler'; readonly caller: Address; readonly owner: Address }
  | { readonly reason: 'RevealsPresent'; readonly count: number }
  | {
      readonly reason: 'RevealsMissing'
      readonly reveals: number
      readonly winners: number
      readonly revealDeadline: Instant
    }
  | { readonly reason: 'CallbackDigestMismatch'; readonly digest: Hex; readonly dataHash: Hex }
  | { readonly reason: 'ContributorsPresent'; readonly count: number }
  | { readonly reason: 'TrustNotOne'; readonly trust: bigint }
  | LedgerRefusal

/** The task after the call and its effects, or why the hub refuses it. */
export type TaskStep<After extends Task = Task> =
  | { readonly ok: true; readonly task: After; readonly effects: readonly TaskEffect[] }
  | { readonly ok: false; readonly refusal: TaskRefusal }

/** A call that went through. */
export function done<After extends Task>(task: After, effects: readonly TaskEffect[]): TaskStep<After> {
  return { ok: true, task, effects }
}

/** A call that the hub refuses. */
export function refused(refusal: TaskRefusal): { readonly ok: false; readonly refusal: TaskRefusal } {
  return { ok: false, refusal }
}
