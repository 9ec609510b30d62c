// Names of apps, datasets and workerpools by their addresses: those that a page asks for at once are one question.
import { useQuery } from '@tanstack/react-query'
import type { Address, Hex } from 'viem'
import { useChain } from '../site/chain.tsx'
import type { Chain } from '../site/config.ts'
import { askGraph } from './ask.ts'

const GATHER_MS = 10

const QUERY = `query ($ids: [ID!]) {
  apps(first: 1000, where: { id_in: $ids }) { id name }
  datasets(first: 1000, where: { id_in: $ids }) { id name }
  workerpools(first: 1000, where: { id_in: $ids }) { id name: description }
}`

type Named = { readonly id: string; readonly name: string }
type Names = ReadonlyMap<string, string>

/** What waits to be asked, by chain. */
const waiting = new Map<string, { readonly ids: Set<string>; readonly names: Promise<Names> }>()

/**
 * What its owner calls an asset. Names are text of strangers, and several assets may have the same.
 *
 * @param address `undefined` asks nothing
 * @returns `undefined` while it is not known, and where there is none
 */
export function useAssetName(address: Hex | undefined): string | undefined {
  const chain = useChain()
  const id = address?.toLowerCase() ?? ''
  const { data } = useQuery({
    queryKey: [chain.slug, 'never', 'name', id],
    queryFn: async () => (await gather(chain, id)).get(id) ?? '',
    staleTime: Number.POSITIVE_INFINITY,
    enabled: address !== undefined && id !== NOBODY,
  })
  return address === undefined || data === '' ? undefined : data
}

const NOBODY: Address = '0x0000000000000000000000000000000000000000'

async function gather(chain: Chain, id: string): Promise<Names> {
  const open = waiting.get(chain.slug)
  if (open !== undefined) {
    open.ids.add(id)
    return open.names
  }
  const ids = new Set([id])
  const names = new Promise<void>((resolve) => {
    setTimeout(resolve, GATHER_MS)
  }).then(async () => {
    waiting.delete(chain.slug)
    return readNames(chain, [...ids])
  })
  waiting.set(chain.slug, { ids, names })
  return names
}

async function readNames(chain: Chain, ids: readonly string[]): Promise<Names> {
  const found = await askGraph<Readonly<Record<string, readonly Named[]>>>(chain, { query: QUERY, variables: { ids } })
  return new Map(
    Object.values(found)
      .flat()
      .map(({ id, name }) => [id, name.trim()]),
  )
}
