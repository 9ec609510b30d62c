// Says when what is shown may be old: the market is behind its chain or does not answer, or this machine is offline.
import { useSyncExternalStore, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useMetrics } from '../read/useMetrics.ts'
import { useNews } from '../read/news.tsx'
import { findDoubt, type Doubt } from './doubt.ts'

/** A banner, while there is something to say. */
export function Lag(): ReactElement {
  const isOnline = useSyncExternalStore(watchLine, () => navigator.onLine)
  const { data, error } = useMetrics()
  const { state } = useNews()
  const words = useWords(
    findDoubt({ isOnline, isAnswering: error === null, isHeard: state !== 'lost', lag: data?.lag }),
  )
  // It is there before it says anything: only then is it heard, too.
  return (
    <output className="block">
      {words !== undefined && (
        <span className="block border-b border-warn px-4 py-2 text-center font-medium text-warn">{words}</span>
      )}
    </output>
  )
}

function useWords(doubt: Doubt | undefined): string | undefined {
  const { t } = useTranslation()
  if (doubt === undefined) return undefined
  return doubt.is === 'behind' ? t('lag', { count: doubt.blocks }) : t(`doubt.${doubt.is}`)
}

function watchLine(tell: () => void): () => void {
  window.addEventListener('online', tell)
  window.addEventListener('offline', tell)
  return () => {
    window.removeEventListener('online', tell)
    window.removeEventListener('offline', tell)
  }
}
