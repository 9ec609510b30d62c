// Whether the addresses that an operator gave are what he takes them for: the hub of a market, and a workerpool of it.
import { hubAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  type Address,
  type Client,
} from 'viem'
import { getCode, readContract } from 'viem/actions'

/** The registries of a market, the newest of each kind. */
export type Registries = { readonly app: Address; readonly dataset: Address; readonly workerpool: Address }

/**
 * Asks a hub for its registries: a contract that names none is no hub.
 *
 * @throws Error in one sentence when there is no hub at the address; viem's errors when the chain does not answer
 * @example
 * const { workerpool } = await requireHub(client, '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0')
 */
export async function requireHub(client: Client, hub: Address): Promise<Registries> {
  await requireCode(client, hub, `There is no contract at ${hub} on this chain (${chainOf(client)}).`)
  const ask = async (functionName: 'appregistry' | 'datasetregistry' | 'workerpoolregistry'): Promise<Address> =>
    readContract(client, { address: hub, abi: hubAbi, functionName })
  try {
    const [app, dataset, workerpool] = await Promise.all([
      ask('appregistry'),
      ask('datasetregistry'),
      ask('workerpoolregistry'),
    ])
    return { app, dataset, workerpool }
  } catch (cause) {
    if (!isOtherAnswer(cause)) throw cause
    throw new Error(`The contract at ${hub} is no hub of a market: it does not name its registries.`, { cause })
  }
}

/**
 * Asks the registry of a market whether an address is a workerpool's: any contract may have an owner.
 *
 * @throws Error in one sentence when it is none, or there is no hub; viem's errors when the chain does not answer
 * @example
 * await requireWorkerpool(client, { hub, workerpool })
 */
export async function requireWorkerpool(
  client: Client,
  { hub, workerpool }: { readonly hub: Address; readonly workerpool: Address },
): Promise<void> {
  const { workerpool: registry } = await requireHub(client, hub)
  const remedy = 'look at the address of --pool'
  const absent = `There is no workerpool at ${workerpool} on this chain (${chainOf(client)}): ${remedy}.`
  await requireCode(client, workerpool, absent)
  const asked = { address: registry, abi: workerpoolRegistryAbi, functionName: 'isRegistered' } as const
  if (await readContract(client, { ...asked, args: [workerpool] })) return
  throw new Error(`The contract at ${workerpool} is no workerpool of the hub ${hub}: ${remedy}.`)
}

/**
 * Whether a contract answered, with something else than was asked: it is another one than was thought.
 *
 * @example
 * await ask().catch((error) => { if (!isOtherAnswer(error)) throw error })
 */
export function isOtherAnswer(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  const answer = error.walk(
    (inner) =>
      inner instanceof ContractFunctionRevertedError ||
      inner instanceof ContractFunctionZeroDataError ||
      (inner instanceof Error && /^AbiDecoding|^InvalidAddress|^PositionOutOfBounds/u.test(inner.name)),
  )
  return answer !== null
}

async function requireCode(client: Client, address: Address, sentence: string): Promise<void> {
  if ((await getCode(client, { address })) === undefined) throw new Error(sentence)
}

function chainOf({ chain }: Client): string {
  return String(chain?.id ?? 'unknown')
}
