// Listings with what the market says of them: how often each is used, and of those in sight also what they cost and how they did.
import { useMemo } from 'react'
import { useGraph } from '../../read/useGraph.ts'
import { useChain } from '../../site/chain.tsx'
import type { Listed } from '../registries.ts'
import type { Shelved } from '../shelf.ts'

/** A listing of the page's chain. */
export type OnShelf = Shelved & { readonly listed: Listed }

const USAGE = `query ($apps: [ID!]) { apps(first: 1000, where: { id_in: $apps }) { id usageCount } }`

/** What is listed, as it stands on the shelf of the page's chain; without prices and records. */
export function useShelf(listed: readonly Listed[]): readonly OnShelf[] {
  const { chainId } = useChain()
  const apps = useMemo(
    () => [...new Set(listed.flatMap(({ listing }) => keyOf(listing.addresses[chainId]) ?? []))].toSorted(),
    [listed, chainId],
  )
  const usage = useGraph<{ readonly apps: readonly { readonly id: string; readonly usageCount: string }[] }>({
    graph: USAGE,
    variables: { apps },
    news: 'deals',
    isAsked: apps.length > 0,
  }).data
  return useMemo(() => {
    const usages = new Map(usage?.apps.map(({ id, usageCount }) => [id.toLowerCase(), Number(usageCount)]))
    return listed.map((one) => {
      const address = one.listing.addresses[chainId]
      return {
        listed: one,
        listing: one.listing,
        source: one.source,
        address,
        price: undefined,
        usage: usages.get(keyOf(address) ?? ''),
        record: undefined,
      }
    })
  }, [listed, chainId, usage])
}

/** By what an app is asked for. */
export function keyOf(address: string | undefined): string | undefined {
  return address?.toLowerCase()
}
