// A registry may be told once which registry came before it. In a new market there is none, and nobody shall add one later.
import { NO_ADDRESS } from '@iexec/protocol'
import { appRegistryAbi } from '@iexec/protocol/abi'
import type { Address } from 'viem'
import { readContract, writeContract } from 'viem/actions'
import { isAddressEqual } from 'viem/utils'
import { waitForReceipt } from '../waitForReceipt.ts'
import type { PredictedMarket, RegistryPart } from './addresses.ts'
import { DeployError } from './deployError.ts'
import type { DeployClient, DeployProgress } from './progress.ts'

/** The three registries, in the order in which they are deployed. */
const REGISTRIES: readonly RegistryPart[] = ['appregistry', 'datasetregistry', 'workerpoolregistry']

type Initialization = {
  readonly client: DeployClient
  readonly addresses: PredictedMarket
  readonly owner: Address
  readonly onProgress: (progress: DeployProgress) => void
}

/**
 * Initializes the registries that are not yet, if the client's account is their owner; says which ones are left to him if not.
 *
 * @example
 * await initializeRegistries({ client, addresses: predictMarket(terms), owner, onProgress })
 */
export async function initializeRegistries({ client, addresses, owner, onProgress }: Initialization): Promise<void> {
  for (const registry of REGISTRIES) {
    const contract = { address: addresses[registry], abi: appRegistryAbi } as const
    if (await readContract(client, { ...contract, functionName: 'initialized' })) continue
    if (!isAddressEqual(client.account.address, owner)) {
      onProgress({ step: 'leaveToOwner', registry, owner })
      continue
    }
    const call = { ...contract, functionName: 'initialize', args: [NO_ADDRESS], chain: null } as const
    const hash = await writeContract(client, { ...call, account: client.account })
    const { gasUsed, status } = await waitForReceipt(client, hash)
    if (status !== 'success')
      throw new DeployError('StepFailed', `The ${registry} refused to be initialized in ${hash}.`)
    onProgress({ step: 'initialize', registry, gasUsed })
  }
}
