// Watches something, or lets go of it.
import { Star as StarIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Hex } from 'viem'
import { useTranslation } from '../language/useTranslation.ts'
import { useWatched } from './useWatched.ts'
import { MOST_WATCHED, type Watched, type WatchKind } from './watched.ts'

/** What is watched. */
export type StarProps = { readonly kind: WatchKind; readonly id: Hex }

/** A star: full where it is watched. */
export function Star({ kind, id }: StarProps): ReactElement {
  const { t } = useTranslation('watch')
  const { watched, watch, letGo } = useWatched()
  const one: Watched = { kind, id: `0x${id.slice(2).toLowerCase()}` }
  const isWatched = watched.some((other) => other.kind === kind && other.id === one.id)
  const isFull = !isWatched && watched.length >= MOST_WATCHED
  return (
    <button
      type="button"
      className="button px-2"
      aria-pressed={isWatched}
      disabled={isFull}
      title={isFull ? t('full', { most: MOST_WATCHED }) : undefined}
      onClick={() => {
        if (isWatched) letGo(one)
        else watch(one)
      }}
    >
      <StarIcon aria-hidden size={14} fill={isWatched ? 'currentColor' : 'none'} />
      {t('watch')}
    </button>
  )
}
