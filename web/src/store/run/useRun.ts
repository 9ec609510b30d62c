// A run that was bought, by its deal: found on chain as soon as it is there, and followed block by block until it has ended.
import type { Run, RunState } from '@iexec/sdk'
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Hex } from 'viem'
import { useChain } from '../../site/chain.tsx'
import { useReader } from '../../wallet/useWallet.ts'

/** A deal that is not there yet is looked for so often. */
const AGAIN_MS = 4_000

/** The run of a deal. An error with the code `NotFound` while there is no such deal; each new deal lets it look again. */
export function useRun(deal: Hex): UseQueryResult<Run> {
  const { slug } = useChain()
  const cache = useQueryClient()
  const openReader = useReader()
  const queryKey = [slug, 'deals', 'run', deal]
  return useQuery({
    queryKey,
    // A deal stays what it is: the same object again keeps whoever follows it.
    queryFn: async () => cache.getQueryData<Run>(queryKey) ?? (await openReader()).resume(deal),
    structuralSharing: false,
    retry: false,
    // News may be paused.
    refetchInterval: ({ state }) => (state.data === undefined ? AGAIN_MS : false),
  })
}

/** Where a run stands, and why it cannot be followed. */
export type Following = {
  readonly state: RunState | undefined
  readonly error: Error | undefined
  readonly again: () => void
}

/** Follows a run until it has ended. */
export function useRunState(run: Run | undefined): Following {
  const [state, setState] = useState<RunState>()
  const [error, setError] = useState<Error>()
  const isFollowed = error === undefined
  useEffect(() => {
    if (run === undefined || !isFollowed) return undefined
    const leaving = new AbortController()
    const follow = async (): Promise<void> => {
      try {
        for await (const seen of run.progress({ signal: leaving.signal })) setState(seen)
      } catch (fault) {
        if (!leaving.signal.aborted) setError(fault instanceof Error ? fault : new Error(String(fault)))
      }
    }
    void follow()
    return () => {
      leaving.abort()
    }
  }, [run, isFollowed])
  return {
    state,
    error,
    again: () => {
      setError(undefined)
    },
  }
}
