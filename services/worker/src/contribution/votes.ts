// The transactions of a place: a vote, its reveal, and both with the result in one.
import type { SendCommand, Sender, SendOutcome } from '@iexec/chain'
import { encodeResultLink, ipfsLink, sealVote, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Place } from '@iexec/wire/work'
import { encodeFunctionData, type Address, type Hex } from 'viem'
import type { StoredVote } from '../place/state.ts'

/** What became of a transaction: mined, not possible (with the reason in a sentence), or left at the end of the process. */
export type VoteOutcome =
  | { readonly kind: 'mined' }
  /** `isOfNode`: the chain was not asked for its opinion; later it may go. */
  | { readonly kind: 'refused'; readonly sentence: string; readonly isOfNode: boolean }
  | { readonly kind: 'left' }

/** Sends the votes of one worker. */
export type Voter = {
  readonly contribute: (place: Place, vote: StoredVote) => Promise<VoteOutcome>
  readonly reveal: (place: Place, vote: StoredVote) => Promise<VoteOutcome>
  /** Votes and finalizes at once; initializes the task before, in the same transaction, when nobody has. */
  readonly finalize: (place: Place, vote: StoredVote, link: FinalizeLink) => Promise<VoteOutcome>
}

/** Where the result is, and whether the task has to be initialized first. */
export type FinalizeLink = { readonly cid: string; readonly mustInitialize: boolean }

/** By whom, through what, and on which hub. */
export type VoterOptions = { readonly sender: Sender; readonly hub: Address; readonly worker: Address }

/**
 * Makes the voter of a worker. Two equal votes at the same time are one transaction.
 *
 * @example
 * const voter = createVoter({ sender, hub, worker })
 * await voter.contribute(place, vote) // { kind: 'mined' }
 */
export function createVoter({ sender, hub, worker }: VoterOptions): Voter {
  const send = async (data: Hex, label: string): Promise<VoteOutcome> => {
    const command: SendCommand = { to: hub, data, label }
    return outcomeOf(await sender.send(command))
  }
  return {
    contribute: async (place, vote) => send(contributeData(place, vote, worker), `contribute ${place.taskId}`),
    reveal: async ({ taskId }, { digest }) =>
      send(encodeFunctionData({ abi: hubAbi, functionName: 'reveal', args: [taskId, digest] }), `reveal ${taskId}`),
    finalize: async (place, vote, link) => {
      const label = `finalize ${place.taskId}${link.mustInitialize ? ' from its beginning' : ''}`
      return send(finalizeData(place, vote, link), label)
    },
  }
}

function contributeData(
  { taskId, enclaveChallenge, authorization }: Place,
  { digest }: StoredVote,
  worker: Address,
): Hex {
  const { resultHash, resultSeal } = sealVote(worker, taskId as TaskId, digest)
  const args = [taskId, resultHash, resultSeal, enclaveChallenge, '0x', authorization] as const
  return encodeFunctionData({ abi: hubAbi, functionName: 'contribute', args })
}

function finalizeData(place: Place, { digest, callbackData = '0x' }: StoredVote, link: FinalizeLink): Hex {
  const { taskId, dealId, index, enclaveChallenge, authorization } = place
  const results = encodeResultLink(ipfsLink(link.cid))
  const args = [taskId, digest, results, callbackData, enclaveChallenge, '0x', authorization] as const
  const finalize = encodeFunctionData({ abi: hubAbi, functionName: 'contributeAndFinalize', args })
  if (!link.mustInitialize) return finalize
  const initialize = encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [dealId, BigInt(index)] })
  return encodeFunctionData({ abi: hubAbi, functionName: 'multicall', args: [[initialize, finalize]] })
}

function outcomeOf(outcome: SendOutcome): VoteOutcome {
  switch (outcome.kind) {
    case 'mined':
      return { kind: 'mined' }
    case 'left':
      return { kind: 'left' }
    case 'refused': {
      const { kind, sentence } = outcome.refusal
      if (kind === 'closed') return { kind: 'left' }
      return { kind: 'refused', sentence, isOfNode: kind === 'node' }
    }
  }
}
