// By what right this process speaks for the pool: its key owns the workerpool, or is an operator of the contract that does.
import {
  NO_CHALLENGE,
  asTaskId,
  authorizationHash,
  hashOrder,
  operatorAuthorization,
  operatorEndpointSignature,
  operatorLoginSignature,
  operatorOrderSignature,
  orderDomain,
  type Order,
  type Signed,
} from '@iexec/protocol'
import { poolOperatorAbi, workerpoolAbi } from '@iexec/protocol/abi'
import { hashChallenge, hashPoolEndpoint, type Challenge, type PoolEndpoint } from '@iexec/wire'
import type { Address, Client, Hex, LocalAccount } from 'viem'
import { getCode, readContract } from 'viem/actions'

/** How an owner of the pool is spoken for. */
export type Voice = {
  readonly kind: 'owner' | 'operator'
  /** The owner, lower case. */
  readonly owner: Address
  /** Where finalizing and reopening are sent: the hub, or the contract that passes it on. */
  readonly door: Address
  /** Lets a worker contribute to a task without an enclave. */
  readonly authorize: (worker: Address, task: Hex) => Promise<Hex>
  readonly signOrder: (order: Order<'workerpool'>) => Promise<Signed<'workerpool'>>
  readonly signEndpoint: (endpoint: PoolEndpoint) => Promise<Hex>
  readonly signLogin: (challenge: Challenge) => Promise<Hex>
}

/** The pool's voice. */
export type Authority = Voice & {
  readonly key: LocalAccount
  /**
   * Who speaks for a deal: tasks stay with whoever owned the pool when the deal was made.
   *
   * @returns undefined when this key has nothing to say there
   */
  readonly voiceOf: (owner: Address) => Voice | undefined
}

/** What a key may say that does not speak for the pool. */
class NoAuthority extends Error {
  override readonly name = 'NoAuthority'
}

/** Whose pool, on which market. */
export type AuthorityQuestion = {
  readonly hub: Address
  readonly chainId: number
  readonly workerpool: Address
  readonly key: LocalAccount
}

/**
 * Finds out by what right a key speaks for a workerpool, which has to be one (`requireWorkerpool`).
 *
 * @throws NoAuthority in one sentence when it has none; the node's error when it does not answer
 */
export async function findAuthority(client: Client, question: AuthorityQuestion): Promise<Authority> {
  const { workerpool, key } = question
  const own = ownVoice(question)
  const owner = await askOwner(client, workerpool)
  if (owner === own.owner) return { ...own, key, voiceOf: (other) => (other === own.owner ? own : undefined) }
  const code = await getCode(client, { address: owner })
  if (code === undefined || code === '0x') {
    throw new NoAuthority(
      `The workerpool ${workerpool} is of ${owner}, not of this key's ${key.address}: use the owner's key, or let a PoolOperator own the pool.`,
    )
  }
  if (!(await askIsOperator(client, owner, key.address))) {
    throw new NoAuthority(
      `The contract ${owner}, which owns the workerpool ${workerpool}, does not know ${key.address} as an operator: let its owner add it.`,
    )
  }
  const operator = operatorVoice(question, owner)
  // Deals that were made before the contract had the pool are still the key's, if it owned the pool then.
  const voices = new Map([own, operator].map((voice) => [voice.owner, voice]))
  return { ...operator, key, voiceOf: (other) => voices.get(other) }
}

async function askOwner(client: Client, workerpool: Address): Promise<Address> {
  const owner = await readContract(client, { address: workerpool, abi: workerpoolAbi, functionName: 'owner' })
  return owner.toLowerCase() as Address
}

async function askIsOperator(client: Client, contract: Address, account: Address): Promise<boolean> {
  const asked = { address: contract, abi: poolOperatorAbi, functionName: 'isOperator', args: [account] } as const
  // A contract without this function refuses, or answers nothing.
  return readContract(client, asked).catch(() => false)
}

/** The key's own word: as the owner of a pool. */
function ownVoice({ hub, chainId, key }: AuthorityQuestion): Voice {
  const domain = orderDomain(chainId, hub)
  return {
    kind: 'owner',
    owner: key.address.toLowerCase() as Address,
    door: hub,
    authorize: async (worker, task) =>
      key.signMessage({ message: { raw: authorizationHash(worker, asTaskId(task), NO_CHALLENGE) } }),
    signOrder: async (order) => ({ ...order, sign: await signHash(key, hashOrder(order, domain)) }),
    signEndpoint: async (endpoint) => signHash(key, hashPoolEndpoint(endpoint, chainId)),
    signLogin: async (challenge) => signHash(key, hashChallenge(challenge)),
  }
}

/** The same words, in the forms that the contract reads back (ERC-1271). */
function operatorVoice(question: AuthorityQuestion, owner: Address): Voice {
  const own = ownVoice(question)
  return {
    ...own,
    kind: 'operator',
    owner,
    door: owner,
    authorize: async (worker, task) => {
      const signature = await own.authorize(worker, task)
      return operatorAuthorization({ worker, task: asTaskId(task), enclaveChallenge: NO_CHALLENGE, signature })
    },
    signOrder: async (order) => {
      const { sign } = await own.signOrder(order)
      return { ...order, sign: operatorOrderSignature(order, sign) }
    },
    signEndpoint: async (endpoint) => operatorEndpointSignature(endpoint, await own.signEndpoint(endpoint)),
    signLogin: async (challenge) => operatorLoginSignature(challenge.message.challenge, await own.signLogin(challenge)),
  }
}

async function signHash(key: LocalAccount, hash: Hex): Promise<Hex> {
  if (key.sign === undefined) throw new Error('This kind of key cannot sign a bare hash.')
  return key.sign({ hash })
}
