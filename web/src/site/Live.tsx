// Whether news come in, and a button that stops them.
import { Pause, Play, Unplug } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useNews } from '../read/news.tsx'

const LOOKS = {
  live: { Icon: Pause, className: 'text-good' },
  paused: { Icon: Play, className: 'text-muted' },
  lost: { Icon: Unplug, className: 'text-warn' },
} as const

/** Says in a word whether what is shown renews itself; pressed, it stops that or goes on. */
export function Live(): ReactElement {
  const { t } = useTranslation()
  const { state, pause } = useNews()
  const { Icon, className } = LOOKS[state]
  const isPaused = state === 'paused'
  const action = isPaused ? t('live.resume') : t('live.pause')
  return (
    <button
      type="button"
      className={`button px-2 ${className}`}
      aria-label={`${t(`live.${state}`)}: ${action}`}
      title={action}
      onClick={() => {
        pause(!isPaused)
      }}
    >
      <Icon aria-hidden size={14} />
      <span className="hidden sm:inline">{t(`live.${state}`)}</span>
    </button>
  )
}
