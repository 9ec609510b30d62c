// The pages of a list; which one is shown stands in the address.
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

/** Rows of a page. */
export const PAGE_SIZE = 20

/** Which rows of how many are shown, with links to the pages beside. Pages count from 1. */
export function Pager({ page, count }: { readonly page: number; readonly count: number }): ReactElement | null {
  const { t } = useTranslation()
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE))
  if (count === 0) return null
  const from = (page - 1) * PAGE_SIZE + 1
  return (
    <nav className="flex items-center justify-end gap-2 px-3 py-2 text-muted" aria-label={t('page', { page, pages })}>
      <span className="tabular-nums">{t('rows', { from, to: Math.min(count, page * PAGE_SIZE), count })}</span>
      <Step to={page - 1} isThere={page > 1} label={t('previous')}>
        <ChevronLeft aria-hidden size={16} className="rtl:-scale-x-100" />
      </Step>
      <Step to={page + 1} isThere={page < pages} label={t('next')}>
        <ChevronRight aria-hidden size={16} className="rtl:-scale-x-100" />
      </Step>
    </nav>
  )
}

type StepProps = {
  readonly to: number
  readonly isThere: boolean
  readonly label: string
  readonly children: ReactElement
}

function Step({ to, isThere, label, children }: StepProps): ReactElement {
  if (!isThere) {
    return (
      <span className="button px-2 opacity-40" aria-hidden>
        {children}
      </span>
    )
  }
  return (
    <Link
      to="."
      search={(before: object) => ({ ...before, page: to === 1 ? undefined : to })}
      className="button px-2"
      aria-label={label}
    >
      {children}
    </Link>
  )
}
