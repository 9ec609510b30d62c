// What a run has really reached: so that two sides which only agree on refusing everything do not pass.
import { KITTY_ADDRESS, NO_ADDRESS, hashOrder, isSameAddress, requiresTee, taskOf } from '@iexec/protocol'
import type { MarketAction, Instant, MarketEffect, MarketState, Task } from '@iexec/protocol'
import { CLUB, LISTENER, SAFE } from './actors.ts'
import type { TimedMove, Turn } from './duel.ts'
import { actionsOf } from './move.ts'
import { RLC } from './world.ts'

/** How often each outcome and each refusal occurred. */
export type Outcomes = Map<string, number>

/** A turn with what was before it. */
export type WitnessedTurn = { readonly before: MarketState; readonly move: TimedMove; readonly turn: Turn }

/** Notes what a turn reached. */
export function noteOutcomes(seen: Outcomes, { before, move: timed, turn }: WitnessedTurn): void {
  const { move, at } = timed
  const { step } = turn
  const { form } = move
  const names = step.ok
    ? [
        'accepted',
        ...(form === 'one' ? [] : [`form: ${form}`]),
        ...actionsOf(move).flatMap((action) => outcomesOfAction(before, action)),
        ...step.effects.flatMap(outcomesOfEffect),
        ...[...step.state.tasks]
          .filter(([id, task]) => before.tasks.get(id) !== task)
          .flatMap(([id, task]) => outcomesOfTask({ before: taskOf(before, id), after: task, at })),
      ]
    : ['refused', `refused: ${step.refusal.reason}`]
  for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1)
}

// The names of those that are true.
function holding(claims: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(claims).filter((name) => claims[name] === true)
}

function outcomesOfAction(before: MarketState, action: MarketAction): readonly string[] {
  switch (action.do) {
    case 'matchOrders':
    case 'sponsorMatchOrders':
      return [action.do, ...outcomesOfMatch(before, action)]
    case 'contribute':
    case 'contributeAndFinalize':
      return [action.do, ...holding({ 'vote of an enclave': !isSameAddress(action.enclaveChallenge, NO_ADDRESS) })]
    case 'manageOrder': {
      const { operation, order, signedBy = action.caller } = action
      return [
        `${operation} ${order.kind} order`,
        ...holding({ 'order managed by signature': !isSameAddress(signedBy, action.caller) }),
      ]
    }
    default:
      return [action.do]
  }
}

type MatchAction = Extract<MarketAction, { readonly do: 'matchOrders' | 'sponsorMatchOrders' }>

function outcomesOfMatch(before: MarketState, { orders, signers }: MatchAction): readonly string[] {
  const { app, dataset, workerpool, request } = orders
  const restrictions = [
    app.requesterrestrict,
    dataset.apprestrict,
    workerpool.apprestrict,
    workerpool.requesterrestrict,
  ]
  return holding({
    'match with a dataset': !isSameAddress(dataset.dataset, NO_ADDRESS),
    'match of a group member': restrictions.includes(CLUB),
    'match signed by a contract': isSameAddress(request.requester, SAFE),
    'match of a presigned order': Object.values(signers).includes(undefined),
    'match of what was left of a request': (before.consumed.get(hashOrder(request, before.domain)) ?? 0n) > 0n,
    'match with a TEE': requiresTee(app.tag),
  })
}

function outcomesOfEffect(effect: MarketEffect): readonly string[] {
  switch (effect.do) {
    case 'callBack':
      return [isSameAddress(effect.callback, LISTENER) ? 'callback heard' : 'callback to nobody who listens']
    case 'judge':
      return [`${effect.verdict} worker`]
    case 'fillKitty':
      return holding({ 'kitty filled': effect.amount > 0n })
    case 'seize':
      return isSameAddress(effect.account, KITTY_ADDRESS) ? [kittyPayment(effect.amount)] : []
    default:
      return []
  }
}

function kittyPayment(amount: bigint): string {
  if (amount === RLC) return 'kitty paid its least'
  return amount > RLC ? 'kitty paid a tenth' : 'kitty paid all it had'
}

type TaskChange = { readonly before: Task; readonly after: Task; readonly at: Instant }

function outcomesOfTask({ before, after, at }: TaskChange): readonly string[] {
  switch (after.status) {
    case 'active':
      return before.status === 'revealing'
        ? ['task reopened', ...holding({ 'reopened at the very second': at === before.consensus.revealDeadline })]
        : []
    case 'revealing':
      return before.status === 'active' ? outcomesOfConsensus(after) : []
    case 'completed':
      return before.status === 'revealing' ? outcomesOfCompletion(after, at) : ['task completed in one transaction']
    case 'failed':
      return [
        'task failed',
        ...holding({
          'failed with workers': after.contributions.length > 0,
          'failed after a consensus': after.consensus !== undefined,
          'claimed at the very second': at === after.finalDeadline,
        }),
      ]
    default:
      return []
  }
}

function outcomesOfConsensus(task: Extract<Task, { readonly status: 'revealing' }>): readonly string[] {
  const groups = [...task.votes.groups.values()].filter((weight) => weight > 0n)
  return [
    'consensus',
    ...holding({
      'consensus of several': task.consensus.winners > 1,
      'consensus against a minority': groups.length > 1,
      'consensus after a reopening': task.contributions.some(({ status }) => status === 'rejected'),
      'consensus with different weights': new Set(task.contributions.map(({ weight }) => weight)).size > 1,
    }),
  ]
}

function outcomesOfCompletion(task: Extract<Task, { readonly status: 'completed' }>, at: Instant): readonly string[] {
  const { contributions, consensus } = task
  return [
    'task completed',
    ...holding({
      'completed by several': contributions.length > 1,
      'completed with a loser': contributions.some(({ status }) => status === 'contributed'),
      'completed with a rejected worker': contributions.some(({ status }) => status === 'rejected'),
      'completed without all reveals': consensus.reveals < consensus.winners,
      'finalized at the very second': at === consensus.revealDeadline,
    }),
  ]
}

/** What the usual run has to reach. */
export const EXPECTED_OUTCOMES: readonly string[] = [
  'accurate worker',
  'callback heard',
  'callback to nobody who listens',
  'changePolicy',
  'claim',
  'claimed at the very second',
  'close app order',
  'close dataset order',
  'close request order',
  'close workerpool order',
  'completed by several',
  'completed with a loser',
  'completed with a rejected worker',
  'completed without all reveals',
  'consensus',
  'consensus after a reopening',
  'consensus against a minority',
  'consensus of several',
  'consensus with different weights',
  'contribute',
  'contributeAndFinalize',
  'createAsset',
  'deposit',
  'failed after a consensus',
  'failed with workers',
  'faulty worker',
  'finalize',
  'finalized at the very second',
  'form: approveAndCall',
  'form: claimArray',
  'form: depositForArray',
  'form: initializeAndClaimArray',
  'form: initializeArray',
  'form: multicall',
  'form: setTeeBroker',
  'initialize',
  'kitty filled',
  'kitty paid a tenth',
  'kitty paid all it had',
  'kitty paid its least',
  'match of a group member',
  'match of a presigned order',
  'match of what was left of a request',
  'match signed by a contract',
  'match with a TEE',
  'match with a dataset',
  'matchOrders',
  'order managed by signature',
  'reopen',
  'reopened at the very second',
  'reveal',
  'sign app order',
  'sign dataset order',
  'sign request order',
  'sign workerpool order',
  'sponsorMatchOrders',
  'task completed',
  'task completed in one transaction',
  'task failed',
  'task reopened',
  'transfer',
  'transferAsset',
  'vote of an enclave',
  'withdraw',
]

/**
 * With which reasons the usual run has to be refused. The others that the hub knows are limits out of reach of these
 * actors (255 contributors, a group of 176, a supply of 96 bits), or faults of a call that a client cannot make by type.
 */
export const EXPECTED_REFUSALS: readonly string[] = [
  'AlreadyContributed',
  'AppLacksTee',
  'AppMismatch',
  'AppNotRegistered',
  'AppOrderNotSigned',
  'AppPriceOutOfRange',
  'AppPriceTooHigh',
  'AppRefusedByDataset',
  'AppRefusedByWorkerpool',
  'AssetUnreadable',
  'CallbackDigestMismatch',
  'CallerIsNotTheOwner',
  'CategoryMismatch',
  'ContributionDeadlineReached',
  'ContributionNotAuthorized',
  'ContributionNotRevealable',
  'ContributorsPresent',
  'DatasetMismatch',
  'DatasetNotRegistered',
  'DatasetOrderNotSigned',
  'DatasetPriceOutOfRange',
  'DatasetPriceTooHigh',
  'DatasetRefusedByApp',
  'DatasetRefusedByWorkerpool',
  'DigestHashMismatch',
  'DigestSealMismatch',
  'ERC20InsufficientBalance',
  'ERC20InvalidReceiver',
  'ERC721InsufficientApproval',
  'ERC721InvalidReceiver',
  'ERC721NonexistentToken',
  'EnclaveChallengeRequired',
  'EnclaveSignatureInvalid',
  'EntryAlreadyExists',
  'FinalDeadlineNotReached',
  'FinalDeadlineReached',
  'IndexOutOfDeal',
  'InsufficientStake',
  'NotInConsensus',
  'NotTheOrderSigner',
  'NotTheScheduler',
  'NothingLeftToMatch',
  'RequestOrderNotSigned',
  'RequesterRefusedByApp',
  'RequesterRefusedByDataset',
  'RequesterRefusedByWorkerpool',
  'RevealDeadlineNotReached',
  'RevealDeadlineReached',
  'RevealsMissing',
  'RevealsPresent',
  'RewardRatioTooHigh',
  'StakeRatioTooHigh',
  'TaskAlreadyInitialized',
  'TaskNotActive',
  'TaskNotClaimable',
  'TaskNotRevealing',
  'TrustNotOne',
  'TrustOutOfRange',
  'TrustTooLow',
  'UnknownCategory',
  'VolumeOutOfRange',
  'WorkerStakeOutOfRange',
  'WorkerpoolLacksTag',
  'WorkerpoolNotRegistered',
  'WorkerpoolOrderNotSigned',
  'WorkerpoolPriceOutOfRange',
  'WorkerpoolPriceTooHigh',
  'WorkerpoolRefusedByApp',
  'WorkerpoolRefusedByDataset',
  'WorkerpoolRefusedByRequest',
]
