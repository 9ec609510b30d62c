// Finds the contracts of a market: everything follows from the address of its hub.
import { isOtherAnswer, requireHub } from '@iexec/service'
import { isAddressEqual, parseAbi, zeroAddress, type Address, type Client } from 'viem'
import { readContract } from 'viem/actions'
import type { MarketContracts } from './market.ts'

const registryAbi = parseAbi(['function previous() view returns (address)'])

/** More registries in a row than anybody will ever have; a circle would be longer. */
const MAX_REGISTRIES = 16

/**
 * Asks a hub for its registries, and each registry for the one that it continues.
 *
 * @throws Error with one sentence when there is no hub at the address; viem's errors when the chain does not answer
 * @example
 * await findContracts(client, '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0')
 */
export async function findContracts(client: Client, hub: Address): Promise<MarketContracts> {
  const newest = await requireHub(client, hub)
  try {
    const [app, dataset, workerpool] = await Promise.all([
      listRegistries(client, newest.app),
      listRegistries(client, newest.dataset),
      listRegistries(client, newest.workerpool),
    ])
    return { hub: lower(hub), registries: { app, dataset, workerpool } }
  } catch (cause) {
    if (!isOtherAnswer(cause)) throw cause
    throw new Error(`The contract at ${hub} is no hub of a market: its registries do not answer.`, { cause })
  }
}

/** A registry and those before it, the newest first. */
async function listRegistries(client: Client, newest: Address): Promise<readonly Address[]> {
  const found: Address[] = []
  for (let next = newest; !isAddressEqual(next, zeroAddress) && found.length < MAX_REGISTRIES;) {
    found.push(lower(next))
    next = await readContract(client, { address: next, abi: registryAbi, functionName: 'previous' })
  }
  return found
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address
}
