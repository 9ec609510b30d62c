// Why the hub refuses a step of a task.
import type { Hex } from 'viem'
import type { Explanation, Explanations } from './contractError.ts'
import { contributionStatus, deadlinePhrase, moment, tagPhrase, taskStatus } from './phrases.ts'

type TaskErrorName =
  | 'DealNotFound'
  | 'IndexOutOfDeal'
  | 'TaskAlreadyInitialized'
  | `TaskNot${'Active' | 'Revealing' | 'Claimable' | 'Completed'}`
  | `${'Contribution' | 'Reveal' | 'Final'}DeadlineReached`
  | `${'Reveal' | 'Final'}DeadlineNotReached`
  | 'AlreadyContributed'
  | 'TooManyContributors'
  | 'GroupWeightOutOfRange'
  | 'ContributorsPresent'
  | 'TrustNotOne'
  | 'EnclaveChallengeRequired'
  | 'ContributionNotAuthorized'
  | 'EnclaveSignatureInvalid'
  | 'ContributionNotRevealable'
  | 'NotInConsensus'
  | 'DigestHashMismatch'
  | 'DigestSealMismatch'
  | 'NotTheScheduler'
  | 'RevealsPresent'
  | 'RevealsMissing'
  | 'CallbackDigestMismatch'
  | 'CallbackGasTooLow'

/** What people are told when a task cannot take this step. */
export const taskErrors: Explanations<TaskErrorName> = {
  DealNotFound: ({ dealid }) => ({
    sentence: `there is no deal ${dealid} on this hub`,
    hint: 'Check the deal id and the chain.',
  }),
  IndexOutOfDeal: ({ index, first, size }) => ({
    sentence: `the deal has no task ${index}: its ${size} tasks start at ${first}`,
    hint: size > 0n ? `Give an index from ${first} to ${first + size - 1n}.` : 'Check the deal id.',
  }),
  TaskAlreadyInitialized: ({ taskid }) => ({
    sentence: `the task ${taskid} is initialized already`,
    hint: 'Go on with the next step: somebody else was first.',
  }),
  TaskNotActive: (values) => wrongStatus('active', values, 'Workers can contribute only while the task is active.'),
  TaskNotRevealing: (values) =>
    wrongStatus('revealing', values, 'The contributions have to agree on a result first, and only once.'),
  TaskNotClaimable: (values) =>
    wrongStatus('active or revealing', values, 'Initialize it first; a completed or failed task has paid everybody.'),
  TaskNotCompleted: (values) => wrongStatus('completed', values, 'Wait until its result is finalized.'),
  ContributionDeadlineReached: ({ time, deadline }) => ({
    sentence: `the contribution deadline was ${deadlinePhrase(time, deadline)}`,
    hint: 'Without a result in time the task can be claimed after its final deadline.',
  }),
  RevealDeadlineReached: ({ time, deadline }) => ({
    sentence: `the reveal deadline was ${deadlinePhrase(time, deadline)}`,
    hint: 'Who has not revealed loses his stake if others did. If nobody did, the scheduler can reopen the task.',
  }),
  FinalDeadlineReached: ({ time, deadline }) => ({
    sentence: `the final deadline was ${deadlinePhrase(time, deadline)}`,
    hint: 'Claim the task: the price and all stakes of workers go back.',
  }),
  RevealDeadlineNotReached: ({ time, deadline }) => ({
    sentence: `the reveal deadline is ${deadlinePhrase(time, deadline)}`,
    hint: 'Wait until then: workers may still reveal.',
  }),
  FinalDeadlineNotReached: ({ time, deadline }) => ({
    sentence: `the final deadline is ${deadlinePhrase(time, deadline)}`,
    hint: 'Wait until then: the task can still be completed.',
  }),
  AlreadyContributed: ({ worker, status }) => ({
    sentence: `the worker ${worker} has voted on this task already, and the vote is ${contributionStatus(status)}`,
    hint: 'A worker votes once on a task, even if it is reopened.',
  }),
  TooManyContributors: ({ count, max }) => ({
    sentence: `the task has ${count} contributors, the most is ${max}`,
    hint: 'Reveal, or claim the task after its final deadline.',
  }),
  GroupWeightOutOfRange: ({ weight, max }) => ({
    sentence: `the votes for this result would weigh ${weight}, the most is ${max}`,
    hint: 'No number of votes reaches the trust of this deal: claim the task after its final deadline.',
  }),
  ContributorsPresent: ({ count }) => ({
    sentence: `the task has ${count} ${count === 1n ? 'contributor' : 'contributors'} already, so one worker cannot finish it alone`,
    hint: 'Contribute, and reveal once there is a consensus.',
  }),
  TrustNotOne: ({ trust }) => ({
    sentence: `the deal wants trust ${trust}, one worker alone can finish a task only with trust 1`,
    hint: 'Contribute, and reveal once there is a consensus.',
  }),
  EnclaveChallengeRequired: ({ tag }) => ({
    sentence: `the deal needs ${tagPhrase(tag)}, and the contribution names no enclave`,
    hint: 'Ask for an authorisation with an enclave, and let the enclave sign the result.',
  }),
  ContributionNotAuthorized: ({ signer, hash }) => ({
    sentence: `the authorisation ${hash} of this contribution is not signed by ${signer}`,
    hint: 'Ask the scheduler for a new one: it holds for one worker, one task and one enclave.',
  }),
  EnclaveSignatureInvalid: ({ challenge, hash }) => ({
    sentence: `the message ${hash} about this result is not signed by the enclave ${challenge}`,
    hint: 'The enclave has to sign the result hash and seal of this very worker and task.',
  }),
  ContributionNotRevealable: ({ worker, status }) => ({
    sentence: `the contribution of ${worker} is ${contributionStatus(status)}, only one that is contributed can be revealed`,
    hint: status === 0 ? 'Only who contributed can reveal.' : 'There is nothing left to reveal.',
  }),
  NotInConsensus: ({ contributed, consensus }) => ({
    sentence: `this worker voted for ${contributed}, the consensus is ${consensus}`,
    hint: 'Only who voted for the consensus reveals; the stake of this vote is lost if the task is finalized.',
  }),
  DigestHashMismatch: ({ contributed, revealed }) => digestMismatch('hash', contributed, revealed),
  DigestSealMismatch: ({ contributed, revealed }) => digestMismatch('seal', contributed, revealed),
  NotTheScheduler: ({ caller, owner }) => ({
    sentence: `${caller} is not the scheduler of this deal, that is ${owner}`,
    hint: 'Call it from the account that owned the workerpool when the deal was made.',
  }),
  RevealsPresent: ({ count }) => ({
    sentence: `${count} ${count === 1n ? 'worker has' : 'workers have'} revealed, so the task cannot be reopened`,
    hint: 'Finalize it.',
  }),
  RevealsMissing: ({ reveals, winners, revealDeadline }) => ({
    sentence: `${reveals} of ${winners} workers have revealed, and their time ends at ${moment(revealDeadline)}`,
    hint: 'Wait for the others or for that time; if nobody has revealed then, reopen the task.',
  }),
  CallbackDigestMismatch: ({ digest, dataHash }) => ({
    sentence: `the workers agreed on the digest ${digest}, the callback data have the hash ${dataHash}`,
    hint: 'Give the callback data that the app made; without a callback, give none.',
  }),
  CallbackGasTooLow: ({ left, required }) => ({
    sentence: `${left} gas was left after the callback, it must be more than ${required}`,
    hint: 'Send the transaction with a higher gas limit.',
  }),
}

function wrongStatus(
  wanted: string,
  { taskid, status }: { readonly taskid: Hex; readonly status: number },
  hint: string,
): Explanation {
  return { sentence: `the task ${taskid} is ${taskStatus(status)}, it has to be ${wanted}`, hint }
}

function digestMismatch(what: string, contributed: Hex, revealed: Hex): Explanation {
  return {
    sentence: `this digest has the ${what} ${revealed}, this worker voted with ${contributed}`,
    hint: 'Reveal the digest of the result that was computed for the vote, from the same account.',
  }
}
