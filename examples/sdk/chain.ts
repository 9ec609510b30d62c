// Where the market is and who acts: what every program here needs first.
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { isHex, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

/** The file that `iexec network start` writes; NETWORK names another one, and one of this shape can be written for any chain. */
const NETWORK = process.env['NETWORK'] ?? join(homedir(), '.iexec/networks/local/network.json')

type Role = 'app-owner' | 'requester' | 'pool-owner'

type NetworkFile = Omit<ChainSettings, 'name' | 'rpcUrls'> & {
  readonly rpcUrl: string
  readonly accounts?: readonly { readonly role: string; readonly privateKey: Hex }[]
}

/**
 * The client of a market for whoever's key is in PRIVATE_KEY; without one, for a role on the network of this machine.
 *
 * @example
 * const iexec = await openIexec('requester')
 */
export async function openIexec(role: Role): Promise<Iexec> {
  if (!existsSync(NETWORK)) throw new Error(`There is no ${NETWORK}: start a network, or name its file in NETWORK.`)
  const network = JSON.parse(readFileSync(NETWORK, 'utf8')) as NetworkFile
  const key = process.env['PRIVATE_KEY'] ?? network.accounts?.find((account) => account.role === role)?.privateKey
  if (!isHex(key)) throw new Error(`Set PRIVATE_KEY to 0x and 64 hex digits: ${NETWORK} has no ${role}.`)
  const { chainId, hub, rpcUrl, marketUrl, storageUrl, ipfsApiUrl } = network
  return createIexec({
    chain: { name: 'example', chainId, hub, rpcUrls: [rpcUrl], marketUrl, storageUrl, ipfsApiUrl },
    account: privateKeyToAccount(key),
  })
}

/** What was typed behind the program's name. */
export function typed(place: number, what: string): string {
  const word = process.argv[2 + place]
  if (word === undefined) throw new Error(`${what} is missing.`)
  return word
}
