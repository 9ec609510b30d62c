// What happened to things that are watched: told once to everybody, and there until it is put away.
import { X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Id } from '../show/Id.tsx'
import type { Happening } from './happened.ts'
import type { Watched } from './watched.ts'

/** Something that happened. */
export type Notice = Pick<Watched, 'kind' | 'id'> & {
  readonly key: string
  readonly happening: Happening
  /** What a stranger calls it; `''` for nothing. */
  readonly name: string
}

/** All notices; the place is there before they are, as only then they are heard, too. */
export function Notices({
  notices,
  dismiss,
}: {
  readonly notices: readonly Notice[]
  readonly dismiss: (notice: Notice) => void
}): ReactElement {
  const { t } = useTranslation('watch')
  return (
    <section aria-label={t('notices')} className="fixed end-4 bottom-4 z-40 max-w-[calc(100vw-2rem)]">
      <ul aria-live="polite" className="grid justify-items-end gap-2">
        {notices.map((notice) => (
          <li key={notice.key} className="card flex max-w-full flex-wrap items-center gap-2 p-2 ps-4 shadow-lg">
            <span className="font-medium">{t(`told.${notice.happening}`)}</span>
            <Id id={notice.id} kind={notice.kind} />
            <button
              type="button"
              className="button border-transparent px-2"
              aria-label={t('dismiss', { what: t(`told.${notice.happening}`) })}
              onClick={() => {
                dismiss(notice)
                // The keyboard goes on where there is something.
                document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true })
              }}
            >
              <X aria-hidden size={16} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
