// Which addresses are assets of the registries: a restriction that names one means it, any other may be a group.
import { NO_ADDRESS } from '@iexec/protocol'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'

/** What the registries know of addresses; each is looked up once per wish, and before it is asked about. */
export type Registered = {
  readonly look: (addresses: Iterable<Address>) => Promise<void>
  readonly isAsset: (address: Address) => boolean
  readonly isWorkerpool: (address: Address) => boolean
}

/** Knows nothing yet, for one wish. */
export function newRegistered(reader: Reader): Registered {
  const looked = new Set<Address>([NO_ADDRESS])
  const assets = new Set<Address>()
  const workerpools = new Set<Address>()
  return {
    look: async (addresses) => {
      const unknown = new Set([...addresses].filter((address) => !looked.has(address)))
      if (unknown.size === 0) return
      const rows = await reader
        .selectFrom('asset')
        .select(['address', 'kind'])
        .where('address', 'in', [...unknown])
        .execute()
      for (const address of unknown) looked.add(address)
      for (const { address, kind } of rows) {
        assets.add(address)
        if (kind === 'workerpool') workerpools.add(address)
      }
    },
    isAsset: (address) => assets.has(address),
    isWorkerpool: (address) => workerpools.has(address),
  }
}
