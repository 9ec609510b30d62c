// Says when what is shown may be old: the market is behind its chain, or this machine is offline.
import type { MetricsItem } from '@iexec/wire'
import { useSyncExternalStore, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useMarket } from '../read/useMarket.ts'

/** A chain is a few blocks ahead at any moment. */
const USUAL_LAG = 5

/** A banner, while there is something to say. */
export function Lag(): ReactElement | null {
  const { t } = useTranslation()
  const isOnline = useSyncExternalStore(watchLine, () => navigator.onLine)
  const { data } = useMarket<MetricsItem>({ path: '/metrics', news: 'blocks' })
  const lag = data?.lag ?? 0
  const words = isOnline ? (lag > USUAL_LAG ? t('lag', { count: lag }) : undefined) : t('offline')
  if (words === undefined) return null
  return <output className="block border-b border-warn px-4 py-2 text-center font-medium text-warn">{words}</output>
}

function watchLine(tell: () => void): () => void {
  window.addEventListener('online', tell)
  window.addEventListener('offline', tell)
  return () => {
    window.removeEventListener('online', tell)
    window.removeEventListener('offline', tell)
  }
}
