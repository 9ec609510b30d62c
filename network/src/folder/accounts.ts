// Who is who on a network: everybody has a random key of his own, in a file of the folder.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'

/** What somebody does on a network. The faucet deployed the market, and holds all coin and RLC that nobody else has. */
export type Role = 'faucet' | 'app-owner' | 'requester' | 'pool-owner' | 'keeper' | `worker-${number}`

/** Somebody on a network. */
export type Account = { readonly role: Role; readonly address: Address; readonly privateKey: Hex }

/** Everybody on a network with so many workers. */
function rolesOf(workers: number): readonly Role[] {
  const numbered = Array.from({ length: workers }, (_, place): Role => `worker-${place + 1}`)
  return ['faucet', 'app-owner', 'requester', 'pool-owner', 'keeper', ...numbered]
}

/**
 * The accounts of a network; whoever has no key yet gets one.
 *
 * @example
 * openAccounts(folder, 3).find(({ role }) => role === 'requester')?.address
 */
export function openAccounts(folder: string, workers: number): readonly Account[] {
  mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  return rolesOf(workers).map((role) => {
    const file = keyFile(folder, role)
    if (!existsSync(file)) writeFileSync(file, `${generatePrivateKey()}\n`, { mode: 0o600, flush: true })
    const privateKey = readFileSync(file, 'utf8').trim() as Hex
    return { role, address: privateKeyToAddress(privateKey), privateKey }
  })
}

/** The file that holds the key of somebody. */
export function keyFile(folder: string, role: Role): string {
  return join(folder, 'keys', role)
}
