// Who signed the orders of a request: keys are recovered here; the chain is asked only where it can say more, and not for long.
import { recoverSigner } from '@iexec/chain/recover'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address } from 'viem'
import { getCode } from 'viem/actions'
import type { Market } from '../market.ts'
import { askStranger } from '../stranger.ts'
import type { Candidate, Silence, Testimony } from './judge.ts'

/** How many orders of one request the contract of an account is asked about, and how many of them at the same time. */
const MAX_QUESTIONS = 25
const AT_ONCE = 4

const TOO_MANY: Silence = {
  silence: `The contract of the signer is asked about at most ${MAX_QUESTIONS} orders of a request. Publish this one with another request.`,
}

/** Finds out which orders of one request an account signed, and remembers it: orders that are judged again cost nothing. */
export type Witness = {
  /** What is known by now. */
  readonly testimonies: ReadonlyMap<Candidate, Testimony>
  /** Asks the account's contract, if there is one, about orders that none of its keys signed. A chain that fails is a `Silence`. */
  readonly ask: (candidates: readonly Candidate[]) => Promise<void>
}

/**
 * A witness for the orders of one request; it has recovered their keys.
 *
 * @param account in lower case
 * @example
 * const witness = openWitness(market, { candidates, account })
 * await witness.ask(candidates.filter((candidate) => witness.testimonies.get(candidate) !== 'signed'))
 */
export function openWitness(
  market: Pick<Market, 'client' | 'contracts'>,
  { candidates, account }: { readonly candidates: readonly Candidate[]; readonly account: Address },
): Witness {
  const testimonies = new Map<Candidate, Testimony>()
  for (const candidate of candidates) {
    const signer = recoverSigner(candidate.hash, candidate.entry.order.sign)
    testimonies.set(candidate, signer === account ? 'signed' : 'not signed')
  }
  const asked = new Set<Candidate>()
  return {
    testimonies,
    ask: async (wanted) => {
      const open = wanted.filter((candidate) => testimonies.get(candidate) === 'not signed' && !asked.has(candidate))
      if (open.length === 0) return
      const rest = MAX_QUESTIONS - asked.size
      for (const candidate of open) asked.add(candidate)
      const answers = await askContract(market, { candidates: open, account, limit: Math.max(0, rest) })
      for (const [candidate, testimony] of answers) testimonies.set(candidate, testimony)
    },
  }
}

type Questions = { readonly candidates: readonly Candidate[]; readonly account: Address; readonly limit: number }

/** Without code, an account has nothing to say: it signs by key, or in advance on chain, which the index knows. */
async function askContract(
  market: Pick<Market, 'client' | 'contracts'>,
  { candidates, account, limit }: Questions,
): Promise<ReadonlyMap<Candidate, Testimony>> {
  const code = await orSilence(getCode(market.client, { address: account }))
  if (code === undefined) return new Map()
  if (typeof code !== 'string') return new Map(candidates.map((candidate) => [candidate, code]))

  const answers = new Map<Candidate, Testimony>(candidates.map((candidate) => [candidate, TOO_MANY]))
  const waiting = candidates.slice(0, limit)
  // Who gets no answer asks no more: a node that is gone costs a few waits, and one order that it cannot judge spoils no other.
  const askInTurn = async (): Promise<Silence | undefined> => {
    for (let candidate = waiting.shift(); candidate !== undefined; candidate = waiting.shift()) {
      const answer = await orSilence(isSignedOnChain(market, candidate, account))
      if (typeof answer !== 'boolean') {
        answers.set(candidate, answer)
        return answer
      }
      answers.set(candidate, answer ? 'signed' : 'not signed')
    }
    return undefined
  }
  const [silence = TOO_MANY] = await Promise.all(Array.from({ length: AT_ONCE }, askInTurn))
  for (const candidate of waiting) answers.set(candidate, silence)
  return answers
}

async function orSilence<Answer>(question: Promise<Answer>): Promise<Answer | Silence> {
  return question.catch((cause: unknown) => ({
    silence: 'The chain could not be asked whether this order is signed. Trying again later may help.',
    cause,
  }))
}

/**
 * Asks the hub whether an account signed the order: in advance on chain, or as a contract (ERC-1271).
 *
 * @throws the node's error when there is no answer
 */
async function isSignedOnChain(
  { client, contracts }: Pick<Market, 'client' | 'contracts'>,
  { hash, entry }: Candidate,
  account: Address,
): Promise<boolean> {
  const functionName = 'verifyPresignatureOrSignature'
  const data = encodeFunctionData({ abi: hubAbi, functionName, args: [account, hash, entry.order.sign] })
  // The hub itself refuses what cannot be a signature at all, and a contract may refuse, or never come to an end.
  const answer = await askStranger(client, { to: contracts.hub, data })
  return answer !== undefined && decodeFunctionResult({ abi: hubAbi, functionName, data: answer })
}
