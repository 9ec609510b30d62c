// The clock of the chain, which is the only one that counts for deadlines.
import { useQuery } from '@tanstack/react-query'
import type { Hex } from 'viem'
import { askNode } from '../../read/askNode.ts'
import { useNow } from '../../show/Moment.tsx'
import { useChain } from '../../site/chain.tsx'

/**
 * Now, in seconds since 1970: by the clock of this machine, which ticks, unless the chain is ahead of it.
 *
 * @example
 * const isOver = useChainClock() >= deal.finalDeadline
 */
export function useChainClock(): number {
  const chain = useChain()
  const now = useNow()
  const { data: ahead = 0 } = useQuery({
    queryKey: [chain.slug, 'blocks', 'clock'],
    queryFn: async ({ signal }) => {
      const question = { method: 'eth_getBlockByNumber', params: ['latest', false], signal }
      const block = await askNode<{ readonly timestamp: Hex } | null>(chain, question)
      // A block that is older than now says nothing: the next one will not be.
      return Math.max(0, Number(block?.timestamp ?? 0) - Math.ceil(Date.now() / 1_000))
    },
    staleTime: 5_000,
  })
  return Math.floor(now / 1_000) + ahead
}
