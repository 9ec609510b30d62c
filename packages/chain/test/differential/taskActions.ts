// Actions on tasks: honest, lying, repeated, unauthorised, early, late.
import {
  NO_ADDRESS,
  authorizationSigner,
  callbackDigest,
  contributionOf,
  isVoteFor,
  isPendingContribution,
  isSameAddress,
  requiresTee,
  sealVote,
} from '@iexec/protocol'
import type { MarketAction, ContributionSignatures, Deal, Task, TaskId } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { keccak256, stringToHex } from 'viem/utils'
import { ACTORS, CALLERS, WORKERS } from './actors.ts'
import type { Choices } from './choices.ts'
import type { Game, KnownTask } from './game.ts'
import type { ActionOf } from './move.ts'

/** What a task can come to, as callback data; the digest of each is its keccak256. */
const OUTCOMES: readonly Hex[] = ['the right result', 'a wrong result', 'another wrong result'].map((text) =>
  stringToHex(text),
)
const [RIGHT = '0x', ...WRONG] = OUTCOMES

/** A vote of somebody who has none yet, or mostly so. A third of them lies. */
export function contribution(game: Game, { task, terms }: KnownTask): MarketAction {
  const { choices } = game
  const fresh = WORKERS.filter((worker) => contributionOf(task, worker) === undefined)
  const caller = choices.oneIn(10) || fresh.length === 0 ? choices.pick([...WORKERS, ACTORS.eve]) : choices.pick(fresh)
  const digest = callbackDigest(choices.oneIn(3) ? choices.pick(WRONG) : RIGHT)
  const word = sealVote(caller, task.id, digest)
  // Who copies a vote has the hash, but not what his own seal is made of.
  const resultSeal = choices.oneIn(12) ? sealVote(ACTORS.eve, task.id, digest).resultSeal : word.resultSeal
  const resultHash = choices.oneIn(25) ? digest : word.resultHash
  return { do: 'contribute', caller, task: task.id, resultHash, resultSeal, ...signatures(game, terms, caller) }
}

/** A whole task in one transaction, mostly one for which this is possible. */
export function contributionWithResult(game: Game, { task, terms }: KnownTask): ActionOf<'contributeAndFinalize'> {
  const { choices } = game
  const caller = choices.pick(WORKERS)
  const data = choices.oneIn(5) ? choices.pick(WRONG) : RIGHT
  return {
    do: 'contributeAndFinalize',
    caller,
    task: task.id,
    resultDigest: callbackDigest(data),
    results: choices.pick<Hex>(['0x', '0x123456', stringToHex('{"storage":"ipfs"}')]),
    resultsCallback: delivered(game, terms, data),
    ...signatures(game, terms, caller),
  }
}

// Callback data where they are due, sometimes where they are not, or wrong ones.
function delivered({ choices }: Game, terms: Deal, data: Hex): Hex {
  const isDue = !isSameAddress(terms.callback, NO_ADDRESS)
  return choices.oneIn(6) ? choices.pick<Hex>(['0x', '0x1234', data]) : isDue ? data : '0x'
}

function signatures({ choices }: Game, terms: Deal, worker: Address): ContributionSignatures {
  const isUsual = !choices.oneIn(15)
  const enclaveChallenge = requiresTee(terms.tag) === isUsual ? ACTORS.enclave : NO_ADDRESS
  const signer = authorizationSigner(terms, enclaveChallenge)
  const authorizedBy = choices.oneIn(20) ? choices.pick([ACTORS.eve, worker, undefined]) : signer
  const enclaveSignedBy = choices.oneIn(12) ? choices.pick([ACTORS.eve, undefined]) : ACTORS.enclave
  const hasEnclave = enclaveChallenge !== NO_ADDRESS
  return { enclaveChallenge, authorizedBy, enclaveSignedBy: hasEnclave ? enclaveSignedBy : undefined }
}

/** A revelation: mostly by somebody who can, mostly of what he voted for. */
export function revelation({ choices }: Game, { task }: KnownTask): MarketAction {
  const caller = revealer(choices, task)
  const honest = digestBehind(task.id, contributionOf(task, caller)?.resultHash)
  const digests = OUTCOMES.map((data) => callbackDigest(data))
  return {
    do: 'reveal',
    caller,
    task: task.id,
    resultDigest: choices.oneIn(12) ? choices.pick(digests) : (honest ?? choices.pick(digests)),
  }
}

function revealer(choices: Choices, task: Task): Address {
  if (task.status !== 'revealing' || choices.oneIn(12)) return choices.pick([...WORKERS, ACTORS.eve])
  const { value } = task.consensus
  const winners = task.contributions.filter((one) => isPendingContribution(one) && isVoteFor(one, value))
  const losers = task.contributions.filter((one) => isPendingContribution(one) && !isVoteFor(one, value))
  const chosen = losers.length > 0 && choices.oneIn(3) ? losers : winners
  return choices.pickAny(chosen)?.worker ?? choices.pick(WORKERS)
}

function digestBehind(task: TaskId, resultHash: Hex | undefined): Hex | undefined {
  return OUTCOMES.map((data) => callbackDigest(data)).find(
    (digest) => resultHash !== undefined && sealVote(ACTORS.eve, task, digest).resultHash === resultHash,
  )
}

/** A finalization, mostly by the scheduler and with the data behind the digest. */
export function finalization(game: Game, { task, terms }: KnownTask): MarketAction {
  const { choices } = game
  const digest = 'consensus' in task ? task.consensus?.resultDigest : undefined
  const data = OUTCOMES.find((outcome) => keccak256(outcome) === digest) ?? RIGHT
  return {
    do: 'finalize',
    caller: scheduler(game, terms),
    task: task.id,
    results: choices.pick<Hex>(['0x', '0xabcdef', stringToHex('{"location":"/ipfs/Qm"}')]),
    resultsCallback: delivered(game, terms, data),
  }
}

export function reopening(game: Game, { task, terms }: KnownTask): MarketAction {
  return { do: 'reopen', caller: scheduler(game, terms), task: task.id }
}

export function claimOf({ choices }: Game, { task }: KnownTask): ActionOf<'claim'> {
  return { do: 'claim', caller: choices.pick(CALLERS), task: task.id }
}

/** The beginning of a task; sometimes of one that the deal does not have. */
export function initialization({ choices }: Game, { deal, terms, index }: KnownTask): ActionOf<'initialize'> {
  const outside = choices.pick([terms.botFirst + terms.botSize, terms.botFirst - 1n, 2n ** 255n])
  const isInside = !choices.oneIn(20) || outside < 0n
  return { do: 'initialize', caller: choices.pick(CALLERS), deal, index: isInside ? index : outside }
}

// Only who owned the workerpool at the match may; sometimes somebody else tries.
function scheduler({ choices }: Game, terms: Deal): Address {
  const { owner } = terms.workerpool
  const canCall = CALLERS.includes(owner)
  return choices.oneIn(15) || !canCall ? choices.pick([ACTORS.paula, ACTORS.peter, ACTORS.eve]) : owner
}
