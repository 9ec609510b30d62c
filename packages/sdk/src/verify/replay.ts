// A task once more, by the rules of the protocol alone: what each of its transactions should have done.
import {
  KITTY_ADDRESS,
  NO_ADDRESS,
  authorizationSigner,
  claimTask,
  contributeAndFinalizeTask,
  contributeToTask,
  finalizeTask,
  initializeTask,
  isSameAddress,
  reopenTask,
  revealTask,
  unreachable,
  type Contribution,
  type Deal,
  type Task,
  type TaskEffect,
  type TaskStep,
} from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { Happening, Line, TaskEvidence } from './evidence.ts'

/** One transaction on a task: what the chain wrote, and what the rules say. */
export type Replayed = {
  readonly happening: Happening
  readonly read: readonly Line[]
  /** Or why the rules refuse it. */
  readonly computed: readonly Line[] | { readonly refused: string }
  /** The task after it, by the rules. */
  readonly task: Task
}

/**
 * Carries out again what happened to a task, until the rules refuse something.
 *
 * @example
 * replayTask(evidence).at(-1)?.task.status // 'completed'
 */
export function replayTask(evidence: TaskEvidence): readonly Replayed[] {
  const replayed: Replayed[] = []
  let task: Task = { status: 'unset', id: evidence.id }
  for (const acts of actsOf(evidence.happenings)) {
    const [happening] = acts
    const step = stepOf(task, acts, evidence)
    const read = acts.flatMap(({ lines }) => lines)
    if (!step.ok) return [...replayed, { happening, read, computed: { refused: step.refusal.reason }, task }]
    ;({ task } = step)
    replayed.push({ happening, read, computed: step.effects.flatMap(linesOf), task })
  }
  return replayed
}

type Act = readonly [Happening, ...Happening[]]

/** Events that one call wrote together: a vote with the agreement that it made, or all of the one-transaction path. */
function actsOf(happenings: readonly Happening[]): readonly Act[] {
  const acts: Act[] = []
  for (const happening of happenings) {
    const last = acts.at(-1)
    const before = last?.at(-1)
    if (last !== undefined && before !== undefined && isOneCall(before, happening)) {
      acts[acts.length - 1] = [...last, happening]
    } else acts.push([happening])
  }
  return acts
}

/** Their events follow one another without any money between them; whoever finalizes by himself moves money before. */
function isOneCall(before: Happening, next: Happening): boolean {
  const isNext = before.txHash === next.txHash && before.logIndex + 1 === next.logIndex
  if (!isNext || next.lines.length > 1) return false
  if (next.event === 'TaskConsensus') return true
  return next.event === 'TaskFinalize' || (before.event === 'TaskConsensus' && next.event === 'TaskReveal')
}

function stepOf(task: Task, acts: Act, evidence: TaskEvidence): TaskStep {
  const [{ event, at: now, worker = NO_ADDRESS, hash = '0x' }] = acts
  const { deal, record, kittyLocked } = evidence
  const terms: Deal = { ...deal, teeBroker: NO_ADDRESS }
  const caller = deal.workerpool.owner
  const results = 'results' in record ? record.results : '0x'
  const resultsCallback = 'resultsCallback' in record ? record.resultsCallback : '0x'
  switch (event) {
    case 'TaskInitialize':
      return initializeTask(task, { deal: record.deal, terms, index: record.index })
    case 'TaskContribute': {
      const signatures = signaturesOf(terms, contributionOf(evidence, worker))
      if (acts.at(-1)?.event === 'TaskFinalize') {
        const resultDigest = acts.find((act) => act.event === 'TaskReveal')?.hash ?? '0x'
        return contributeAndFinalizeTask(task, {
          ...signatures,
          worker,
          resultDigest,
          results,
          resultsCallback,
          kittyLocked,
          now,
        })
      }
      const resultSeal = contributionOf(evidence, worker)?.resultSeal ?? '0x'
      const score = evidence.scores.get(worker.toLowerCase()) ?? 0n
      // Whether he had the stake is what the hub saw; that it took it is compared.
      const freeStake = terms.workerStake
      return contributeToTask(task, { ...signatures, worker, resultHash: hash, resultSeal, score, freeStake, now })
    }
    case 'TaskReveal':
      return revealTask(task, { worker, resultDigest: hash, now })
    case 'TaskReopen':
      return reopenTask(task, { caller, now })
    case 'TaskFinalize':
      return finalizeTask(task, { caller, results, resultsCallback, kittyLocked, now })
    case 'TaskClaimed':
      return claimTask(task, now)
    case 'TaskConsensus':
      // Never without the vote that made it.
      return { ok: false, refusal: { reason: 'TaskNotActive', task: task.id, status: task.status } }
    default:
      return unreachable(event)
  }
}

function contributionOf({ contributions }: TaskEvidence, worker: Address): Contribution | undefined {
  return contributions.find((one) => isSameAddress(one.worker, worker))
}

/** As if they held: whether they do is checked beside this, vote by vote. */
function signaturesOf(
  terms: Deal,
  vote: Contribution | undefined,
): {
  readonly enclaveChallenge: Address
  readonly authorizedBy: Address
  readonly enclaveSignedBy: Address
} {
  const enclaveChallenge = vote?.enclaveChallenge ?? NO_ADDRESS
  return {
    enclaveChallenge,
    authorizedBy: authorizationSigner(terms, enclaveChallenge),
    enclaveSignedBy: enclaveChallenge,
  }
}

/** The events that an effect writes. Transfers of the token say the same once more, and are left out. */
function linesOf(effect: TaskEffect): readonly Line[] {
  switch (effect.do) {
    case 'lock':
      return [moneyLine('Lock', effect.account, effect.amount)]
    case 'unlock':
      return [moneyLine('Unlock', effect.account, effect.amount)]
    case 'reward':
      return [moneyLine('Reward', effect.account, effect.amount)]
    case 'seize':
      return [moneyLine('Seize', effect.account, effect.amount)]
    case 'fillKitty':
      return [moneyLine('Reward', KITTY_ADDRESS, effect.amount), moneyLine('Lock', KITTY_ADDRESS, effect.amount)]
    case 'judge':
      return [lineOf(effect.verdict === 'accurate' ? 'AccurateContribution' : 'FaultyContribution', effect.worker, '')]
    case 'announce':
      return [announcementOf(effect)]
    case 'mint':
    case 'burn':
    case 'transfer':
    case 'callBack':
      return []
    default:
      return unreachable(effect)
  }
}

function announcementOf(effect: Extract<TaskEffect, { readonly do: 'announce' }>): Line {
  switch (effect.event) {
    case 'TaskInitialize':
      return lineOf(effect.event, effect.workerpool, '')
    case 'TaskContribute':
      return lineOf(effect.event, effect.worker, effect.hash)
    case 'TaskConsensus':
      return lineOf(effect.event, undefined, effect.consensus)
    case 'TaskReveal':
      return lineOf(effect.event, effect.worker, effect.digest)
    case 'TaskFinalize':
      return lineOf(effect.event, undefined, effect.results)
    case 'TaskReopen':
    case 'TaskClaimed':
      return lineOf(effect.event, undefined, '')
    default:
      return unreachable(effect)
  }
}

/** Money of the task itself. */
export function moneyLine(event: string, account: Address, amount: bigint): Line {
  return lineOf(event, account, `${amount} nRLC`)
}

/** A line in the form in which lines are compared. */
export function lineOf(event: string, account: Address | undefined, value: Hex | string): Line {
  return {
    event,
    account: account?.toLowerCase() as Address | undefined,
    value: value.toLowerCase().replace('nrlc', 'nRLC'),
  }
}
