// By what right this process speaks for the pool: its key owns the workerpool, or is an operator of the contract that does.
import { NO_CHALLENGE, asTaskId, authorizationHash, authorizationMessageHash } from '@iexec/protocol'
import { concatHex, type Address, type Client, type Hex, type LocalAccount } from 'viem'
import { getCode, readContract } from 'viem/actions'

/** The pool's voice. */
export type Authority = {
  readonly kind: 'owner' | 'operator'
  readonly key: LocalAccount
  /** Of the workerpool, lower case. */
  readonly owner: Address
  /** Where finalizing and reopening are sent. */
  readonly ownerDoor: Address
  /** Lets a worker contribute to a task without an enclave. */
  readonly authorize: (worker: Address, task: Hex) => Promise<Hex>
}

const OWNER_ABI = [
  { type: 'function', name: 'owner', inputs: [], outputs: [{ type: 'address' }], stateMutability: 'view' },
] as const
const OPERATOR_ABI = [
  {
    type: 'function',
    name: 'isOperator',
    inputs: [{ type: 'address' }],
    outputs: [{ type: 'bool' }],
    stateMutability: 'view',
  },
] as const

/** What a key may say that does not own the pool. */
export class NoAuthority extends Error {
  override readonly name = 'NoAuthority'
}

/**
 * Finds out by what right a key speaks for a workerpool.
 *
 * @throws NoAuthority in one sentence when it has none
 */
export async function findAuthority(
  client: Client,
  { hub, workerpool, key }: { readonly hub: Address; readonly workerpool: Address; readonly key: LocalAccount },
): Promise<Authority> {
  const owner = await askOwner(client, workerpool)
  if (owner === key.address.toLowerCase()) {
    return { kind: 'owner', key, owner, ownerDoor: hub, authorize: async (worker, task) => sign(key, worker, task) }
  }
  const code = await getCode(client, { address: owner })
  if (code === undefined || code === '0x') {
    throw new NoAuthority(
      `The workerpool ${workerpool} is of ${owner}, not of this key's ${key.address}: use the owner's key, or let a PoolOperator own the pool.`,
    )
  }
  const isOperator = await readContract(client, {
    address: owner,
    abi: OPERATOR_ABI,
    functionName: 'isOperator',
    args: [key.address],
  }).catch(() => false)
  if (!isOperator) {
    throw new NoAuthority(
      `The contract ${owner}, which owns the workerpool ${workerpool}, does not know ${key.address} as an operator: let its owner add it.`,
    )
  }
  const authorize = async (worker: Address, task: Hex): Promise<Hex> =>
    concatHex(['0x01', worker, task, NO_CHALLENGE, await signAsOperator(key, worker, task)])
  return { kind: 'operator', key, owner, ownerDoor: owner, authorize }
}

async function askOwner(client: Client, workerpool: Address): Promise<Address> {
  try {
    const owner = await readContract(client, { address: workerpool, abi: OWNER_ABI, functionName: 'owner' })
    return owner.toLowerCase() as Address
  } catch (cause) {
    throw new NoAuthority(`There is no workerpool at ${workerpool} on this chain.`, { cause })
  }
}

async function sign(key: LocalAccount, worker: Address, task: Hex): Promise<Hex> {
  return key.signMessage({ message: { raw: authorizationHash(worker, asTaskId(task), NO_CHALLENGE) } })
}

async function signAsOperator(key: LocalAccount, worker: Address, task: Hex): Promise<Hex> {
  const hash = authorizationMessageHash(worker, asTaskId(task), NO_CHALLENGE)
  if (key.sign === undefined) throw new Error('This kind of key cannot sign a bare hash.')
  return key.sign({ hash })
}
