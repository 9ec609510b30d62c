// A run that was bought, by its deal: found on chain as soon as it is there, and followed block by block until it has ended.
import type { Iexec, Run, RunState } from '@iexec/sdk'
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Address, Hex } from 'viem'
import { useChain } from '../../site/chain.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { isOneOf, type FoundDeal } from './foundRun.ts'

/** A deal that is not there yet is looked for so often. */
const AGAIN_MS = 4_000

/** What stands behind the id of a run in a link. */
export type FoundRun = {
  readonly deal: FoundDeal
  /** `undefined` when it is no run that this page shows: of another app, or a bag of tasks. */
  readonly run: Run | undefined
}

/** The run of an app. An error with the code `NotFound` while there is no such deal; each new deal lets it look again. */
export function useRun(app: Address, deal: Hex | undefined): UseQueryResult<FoundRun> {
  const { slug } = useChain()
  const cache = useQueryClient()
  const openReader = useReader()
  const queryKey = [slug, 'deals', 'run', app, deal]
  return useQuery({
    queryKey,
    // A deal stays what it is: the same object again keeps whoever follows it.
    queryFn: async () =>
      cache.getQueryData<FoundRun>(queryKey) ?? findRun(await openReader(), { app, deal: deal ?? '0x' }),
    enabled: deal !== undefined,
    structuralSharing: false,
    retry: false,
    // News may be paused.
    refetchInterval: ({ state }) => (state.data === undefined ? AGAIN_MS : false),
  })
}

type Wanted = { readonly app: Address; readonly deal: Hex }

/** Anybody may have written the link: what is not of this app is not shown as if it were. */
async function findRun(iexec: Iexec, { app, deal }: Wanted): Promise<FoundRun> {
  const shown = await iexec.deals.show(deal)
  const found = { app: shown.app.pointer, requester: shown.requester, size: shown.botSize }
  return { deal: found, run: isOneOf(app, found) ? await iexec.resume(deal) : undefined }
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
