// Puts a contract on a chain that owns a workerpool, and gives the workerpool to it.
import { hubAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import type { Address, Client, Hash, Hex } from 'viem'
import { getCode, readContract, sendTransaction, writeContract } from 'viem/actions'
import { getAddress, isAddressEqual } from 'viem/utils'
import { waitForReceipt } from '../waitForReceipt.ts'
import { poolOperatorCode } from './bytecode.ts'
import { hasCode } from './code.ts'
import { DeployError, isUnreachable, reasonOf } from './deployError.ts'
import { poolOperatorCreation, type PoolOperatorTerms } from './poolOperatorCreation.ts'
import type { DeployClient } from './progress.ts'

/** A contract that was deployed. */
export type DeployedPoolOperator = {
  readonly address: Address
  readonly hash: Hash
  /** Whether the workerpool is the contract's: it is given to it when it is the client's. */
  readonly ownsWorkerpool: boolean
}

/**
 * Deploys a `PoolOperator` contract for a workerpool, and gives the workerpool to it when the client's account owns it. Every
 * call makes a new contract.
 *
 * Deals that were made before stay with the former owner, who finalizes their tasks himself.
 *
 * @throws DeployError `StepFailed` when the chain refuses a step
 * @example
 * const { address } = await deployPoolOperator({ client, hub, workerpool, owner: cold, operators: [hot], limits })
 */
export async function deployPoolOperator(
  options: PoolOperatorTerms & { readonly client: DeployClient },
): Promise<DeployedPoolOperator> {
  const { client, hub, workerpool } = options
  const hash = await sendCreation(client, poolOperatorCreation(options))
  const { status, contractAddress } = await waitForReceipt(client, hash)
  if (status !== 'success' || contractAddress === null || contractAddress === undefined) {
    throw new DeployError('StepFailed', `The chain executed ${hash}, but it left no contract.`)
  }
  const address = getAddress(contractAddress)
  const registry = await readContract(client, { address: hub, abi: hubAbi, functionName: 'workerpoolregistry' })
  const token = { address: registry, abi: workerpoolRegistryAbi, args: [BigInt(workerpool)] } as const
  const owner = await readContract(client, { ...token, functionName: 'ownerOf' })
  const isOurs = isAddressEqual(owner, client.account.address)
  if (isOurs) await giveWorkerpool(client, { registry, workerpool, to: address })
  return { address, hash, ownsWorkerpool: isOurs || isAddressEqual(owner, address) }
}

/**
 * Whether a `PoolOperator` contract of this code stands at an address.
 *
 * @example
 * await isPoolOperator(client, owner) // false for an account with a key
 */
export async function isPoolOperator(client: Client, address: Address): Promise<boolean> {
  const code = await getCode(client, { address })
  return code !== undefined && hasCode(code, poolOperatorCode)
}

async function sendCreation(client: DeployClient, data: Hex): Promise<Hash> {
  return sendTransaction(client, { chain: null, data }).catch((cause: unknown) => {
    if (isUnreachable(cause)) throw cause
    const sentence = `The chain refuses to create the contract that owns the workerpool: ${reasonOf(cause)}.`
    throw new DeployError('StepFailed', sentence, { cause })
  })
}

type Gift = { readonly registry: Address; readonly workerpool: Address; readonly to: Address }

async function giveWorkerpool(client: DeployClient, { registry, workerpool, to }: Gift): Promise<void> {
  const { account } = client
  const args = [account.address, to, BigInt(workerpool)] as const
  const call = { address: registry, abi: workerpoolRegistryAbi, functionName: 'transferFrom', args } as const
  const hash = await writeContract(client, { ...call, account, chain: null })
  const { status } = await waitForReceipt(client, hash)
  if (status !== 'success') {
    throw new DeployError('StepFailed', `The workerpool ${workerpool} was not given to ${to} in ${hash}.`)
  }
}
