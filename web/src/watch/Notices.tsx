// What happened to things that are watched: told once to everybody, and there until it is put away.
import { X } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { useLayoutEffect, useRef, type ReactElement, type RefObject } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Id } from '../show/Id.tsx'
import { useChain } from '../site/chain.tsx'
import type { Happening } from './happened.ts'
import type { Watched } from './watched.ts'

/** Something that happened. */
export type Notice = Pick<Watched, 'kind' | 'id'> & {
  readonly key: string
  readonly happening: Happening
  /** What a stranger calls it; `''` for nothing. */
  readonly name: string
}

/** So many are on the page at a time; how many wait behind them is said. */
const MOST_SHOWN = 5

/** The first of all notices; the place is there before they are, as only then they are heard, too. */
export function Notices({
  notices,
  dismiss,
}: {
  readonly notices: readonly Notice[]
  readonly dismiss: (notice: Notice) => void
}): ReactElement {
  const { t } = useTranslation('watch')
  const { slug } = useChain()
  const waiting = notices.length - MOST_SHOWN
  const place = useRef<HTMLElement>(null)
  useRoomBelow(place)
  return (
    <section
      ref={place}
      aria-label={notices.length > 0 ? t('notices') : undefined}
      className="sticky bottom-0 z-40 ms-auto max-h-[50dvh] w-fit max-w-full overflow-y-auto px-4"
    >
      <ul aria-live="polite" className="grid justify-items-end gap-2 not-empty:pb-4">
        {notices.slice(0, MOST_SHOWN).map((notice) => (
          <li key={notice.key} className="card flex max-w-full flex-wrap items-center gap-2 p-2 ps-4 shadow-lg">
            <span className="font-medium">{t(`told.${notice.happening}`)}</span>
            <Id id={notice.id} kind={notice.kind} />
            <button
              type="button"
              className="button border-transparent px-2"
              aria-label={t('dismiss', { what: t(`told.${notice.happening}`) })}
              onClick={({ currentTarget }) => {
                focusBeside(currentTarget)
                dismiss(notice)
              }}
            >
              <X aria-hidden size={16} />
            </button>
          </li>
        ))}
        {waiting > 0 && (
          <li className="card p-2 px-4 shadow-lg">
            <Link to="/$chain/watching" params={{ chain: slug }} className="link">
              {t('more', { count: waiting })}
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}

/** The keyboard goes on at the next notice; after the last one at the page. */
function focusBeside(button: HTMLElement): void {
  const notice = button.closest('li')
  const next = [notice?.nextElementSibling, notice?.previousElementSibling]
    .map((beside) => beside?.querySelector<HTMLElement>(':scope > button'))
    .find((found) => found !== null && found !== undefined)
  const goal = next ?? document.querySelector<HTMLElement>('main')
  goal?.focus({ preventScroll: true })
}

/** Whatever has the focus is scrolled to where no notice lies over it. */
function useRoomBelow(place: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const { current } = place
    if (current === null) return undefined
    const { style } = document.documentElement
    const observer = new ResizeObserver(() => {
      style.scrollPaddingBottom = `${current.offsetHeight}px`
    })
    observer.observe(current)
    return () => {
      observer.disconnect()
      style.scrollPaddingBottom = ''
    }
  }, [place])
}
