// Networks that `iexec network start` started on this machine: each says in network.json where it is, and what its pool is.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { address } from '@iexec/wire'
import type { Address } from 'viem'
import { z } from 'zod'

/** What a worker has to know of a network. */
export type LocalNetwork = {
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly hub: Address
  readonly marketUrl: string
  readonly workerpool: Address
}

/** The one that is taken when no chain is named. */
export const LOCAL = 'local'

const file = z.object({
  rpcUrl: z.string(),
  wsUrl: z.string(),
  hub: address,
  marketUrl: z.string(),
  workerpool: address,
})

/** As `iexec network start --name` takes it, so that no name leads anywhere else. */
const NAME = /^[a-z\d][a-z\d-]{0,30}$/u

/**
 * A network of this machine by its name; `undefined` when there is none.
 *
 * @throws Error in one sentence when its file cannot be read
 * @example
 * findNetwork('local')?.rpcUrl // 'http://127.0.0.1:8545'
 */
export function findNetwork(name: string): LocalNetwork | undefined {
  if (!NAME.test(name)) return undefined
  const path = join(homedir(), '.iexec/networks', name, 'network.json')
  const text = readIfThere(path)
  if (text === undefined) return undefined
  try {
    return file.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${path} cannot be read: iexec network stop and start write it anew.`, { cause })
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
