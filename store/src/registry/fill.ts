// Where listings are on a network of this machine: such a network is new, so its addresses stand in no file. Its market is asked.
import type { ListingKind } from '@iexec/wire/listing'
import type { Address } from 'viem'
import { z } from 'zod'
import type { LocalNetwork } from '../chain/chains.ts'
import { StoreFault } from '../fault.ts'

/** Where something that is listed is, and whose it is. */
export type Placed = { readonly chainId: number; readonly address: Address; readonly owner: Address }

/** What is looked for: by what its listing calls it. */
export type Wanted = { readonly kind: ListingKind; readonly name: string; readonly type?: string | undefined }

/** Says where something is; `undefined` when it is not on the network. */
export type Finder = (wanted: Wanted) => Promise<Placed | undefined>

const address = z.custom<Address>((value) => /^0x[\da-f]{40}$/iu.test(String(value)))
const answer = z.object({
  assets: z.array(
    z.object({ address, owner: address, name: z.string(), type: z.string().nullish(), blockNumber: z.number() }),
  ),
})

/**
 * Looks on a network of this machine for what has the name and the type of a listing. Of several, the seller of its first sale has
 * the first claim, then the youngest.
 *
 * @example
 * await findOn(findNetwork('local'))({ kind: 'app', name: 'ray-tracer', type: 'WASM' })
 */
export function findOn({ chain, appOwner }: LocalNetwork): Finder {
  return async ({ kind, name, type }) => {
    const url = new URL(`${chain.marketUrl ?? ''}/${kind}s`)
    url.search = new URLSearchParams({ chainId: String(chain.chainId), name, pageSize: '1000' }).toString()
    const found = (await askMarket(url, kind)).filter(
      (one) => one.name === name && (type === undefined || one.type === type),
    )
    const ofSeller = found.filter(({ owner }) => owner.toLowerCase() === appOwner?.toLowerCase())
    const [best] = (ofSeller.length > 0 ? ofSeller : found).toSorted(
      (one, other) => other.blockNumber - one.blockNumber,
    )
    return best === undefined ? undefined : { chainId: chain.chainId, address: best.address, owner: best.owner }
  }
}

async function askMarket(url: URL, kind: ListingKind): Promise<z.infer<typeof answer>['assets']> {
  try {
    const given = (await (await fetch(url)).json()) as Readonly<Record<string, unknown>>
    return answer.parse({ assets: given[`${kind}s`] }).assets
  } catch (cause) {
    throw new StoreFault(`The market of the network at ${url.origin} does not answer. iexec network start starts it.`, {
      cause,
    })
  }
}
