// The pages of a list; which one is shown stands in the address.
import { Link } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'

/** Rows of a page. */
export const PAGE_SIZE = 20

/** What is known of a list's length. */
export type PagerProps = {
  /** From 1. */
  readonly page: number
  /** Of all rows, where they are counted. */
  readonly count?: number | undefined
  /** Whether there are more, where they are not. */
  readonly hasMore?: boolean
}

/** Which rows of how many are shown, with links to the pages beside. */
export function Pager({ page, count, hasMore = false }: PagerProps): ReactElement | null {
  const { t, language } = useTranslation()
  const pages = count === undefined ? undefined : Math.max(1, Math.ceil(count / PAGE_SIZE))
  const hasNext = pages === undefined ? hasMore : page < pages
  // Beyond the end there is still a way back.
  if (page === 1 && !hasNext && (count === undefined || count === 0)) return null
  const write = (number: number): string => number.toLocaleString(language)
  const from = (page - 1) * PAGE_SIZE + 1
  return (
    <nav
      className="flex items-center justify-end gap-2 border-t border-line px-3 py-2 text-muted"
      aria-label={pages === undefined ? t('pageAlone', { page }) : t('page', { page, pages })}
    >
      <span className="tabular-nums">
        {count === undefined
          ? t('pageAlone', { page: write(page) })
          : from <= count &&
            t('rows', { from: write(from), to: write(Math.min(count, page * PAGE_SIZE)), total: write(count) })}
      </span>
      <Step to={Math.min(page - 1, pages ?? page)} isThere={page > 1} label={t('previous')}>
        <ChevronLeft aria-hidden size={16} className="rtl:-scale-x-100" />
      </Step>
      <Step to={page + 1} isThere={hasNext} label={t('next')}>
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

/** At the end it is still there, though it leads nowhere: else whoever came to it by keyboard would lose his place. */
function Step({ to, isThere, label, children }: StepProps): ReactElement {
  return (
    <Link
      to="."
      search={(before: object) => ({ ...before, page: to === 1 ? undefined : to })}
      className="button px-2 aria-disabled:cursor-not-allowed aria-disabled:opacity-40"
      aria-label={label}
      disabled={!isThere}
      {...(isThere ? {} : { tabIndex: -1 })}
      resetScroll={false}
    >
      {children}
    </Link>
  )
}
