// Who is who on a network: everybody has a random key of his own, in a file of the folder.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { STATE } from '../chain/state.ts'
import { NetworkFault } from './fault.ts'
import { writeWholeText } from './wholeFile.ts'

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
 * @throws NetworkFault when a key cannot be read, or the one is missing to which the chain of this folder belongs
 * @example
 * openAccounts(folder, 3).find(({ role }) => role === 'requester')?.address
 */
export function openAccounts(folder: string, workers: number): readonly Account[] {
  mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  return rolesOf(workers).map((role) => {
    const file = keyFile(folder, role)
    if (!existsSync(file)) makeKey(folder, role)
    const privateKey = readKey(file)
    return { role, address: privateKeyToAddress(privateKey), privateKey }
  })
}

/** With another faucet, a chain would get a second market, and all that is on the first one would seem to be gone. */
function makeKey(folder: string, role: Role): void {
  const file = keyFile(folder, role)
  if (role === 'faucet' && existsSync(join(folder, 'chain', STATE))) {
    throw new NetworkFault(
      `${file} is missing, the key to which the chain of this network belongs: put it back, or begin anew with iexec network reset.`,
    )
  }
  writeWholeText(file, generatePrivateKey())
}

/** @throws NetworkFault when there is no key in it */
function readKey(file: string): Hex {
  const text = readFileSync(file, 'utf8').trim()
  if (/^0x[\da-f]{64}$/iu.test(text) && isKey(text as Hex)) return text as Hex
  throw new NetworkFault(
    `${file} holds no private key (64 hexadecimal digits behind 0x): put it back as it was, or begin anew with iexec network reset.`,
  )
}

/** Not every number is one. */
function isKey(text: Hex): boolean {
  try {
    privateKeyToAddress(text)
    return true
  } catch {
    return false
  }
}

/** The file that holds the key of somebody. */
export function keyFile(folder: string, role: Role): string {
  return join(folder, 'keys', role)
}
