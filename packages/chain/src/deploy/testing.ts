// What the tests of a deployment share: a chain of their own, and what a deployment told.
import { workerpoolRegistryAbi } from '@iexec/protocol/abi'
import type { Address } from 'viem'
import { type Anvil, type AnvilClient, accountOf, startAnvil } from '../../test/anvil.ts'
import type { MarketPart } from './addresses.ts'
import { type MarketAddresses, deployMarket } from './deployMarket.ts'
import type { DeployProgress } from './progress.ts'
import { waitForReceipt } from '../waitForReceipt.ts'
import type { MarketTerms } from './terms.ts'

/** Every part of a market, in the order in which they are sent. */
export const ALL: readonly MarketPart[] = [
  'token',
  'appregistry',
  'datasetregistry',
  'workerpoolregistry',
  'hubExtension',
  'hub',
]

/** Whose markets are. */
export const OWNER: Address = accountOf(0).address

/** Runs a test on a chain of its own. */
export async function onNewChain(args: readonly string[], run: (anvil: Anvil) => Promise<void>): Promise<void> {
  const anvil = await startAnvil({ args })
  try {
    await run(anvil)
  } finally {
    await anvil.stop()
  }
}

/** A market, and what its deployment told. */
export type Deployed = { readonly market: MarketAddresses; readonly heard: readonly DeployProgress[] }

/** Deploys a market, and listens. */
export async function deploy(client: AnvilClient, terms: Partial<MarketTerms> = {}): Promise<Deployed> {
  const heard: DeployProgress[] = []
  const market = await deployMarket({
    client,
    owner: client.account.address,
    ...terms,
    onProgress: (progress) => heard.push(progress),
  })
  return { market, heard }
}

/** The parts of which a deployment told this. */
export function partsOf(heard: readonly DeployProgress[], step: DeployProgress['step']): readonly string[] {
  return heard.flatMap((progress) => {
    if (progress.step !== step) return []
    if ('part' in progress) return [progress.part]
    return 'registry' in progress ? [progress.registry] : [progress.step]
  })
}

let pools = 0

/** A new workerpool of the client's account. */
export async function createWorkerpool(client: AnvilClient, registry: Address): Promise<Address> {
  const { account } = client
  pools += 1
  const { request, result } = await client.simulateContract({
    address: registry,
    abi: workerpoolRegistryAbi,
    functionName: 'createWorkerpool',
    args: [account.address, `pool ${pools}`],
    account,
  })
  await waitForReceipt(client, await client.writeContract(request))
  return result
}
