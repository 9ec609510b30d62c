// What stands where there is nothing to show yet, or ever.
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { FailureWords } from './failure/FailureWords.tsx'

/** Grey lines while something is read. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }): ReactElement {
  const { t } = useTranslation()
  return (
    <output aria-label={t('loading')} className="grid gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="skeleton h-4" />
      ))}
    </output>
  )
}

/** Why something could not be read, and a button that tries again. */
export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => void }): ReactElement {
  const { t } = useTranslation()
  return (
    <div role="alert" className="grid justify-items-start gap-2 p-4">
      <p className="font-medium text-bad">{t('failed')}</p>
      <FailureWords error={error} />
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </div>
  )
}

/**
 * Says that what is shown could not be renewed, and since when; nothing while all is well.
 *
 * @example
 * <Outdated query={query} />
 */
export function Outdated({
  query: { data, error, dataUpdatedAt, refetch },
}: {
  readonly query: UseQueryResult
}): ReactElement {
  const { t, language } = useTranslation()
  const time = new Date(dataUpdatedAt).toLocaleTimeString(language)
  return (
    <output className="block">
      {data !== undefined && error !== null && (
        <span className="flex flex-wrap items-center gap-3 px-4 py-2 font-medium text-warn">
          {t('outdated', { time })}
          <button type="button" className="button" onClick={() => void refetch()}>
            {t('retry')}
          </button>
        </span>
      )}
    </output>
  )
}

/** There is nothing, and what one may do about it. */
export function Empty({ children }: { readonly children?: ReactNode }): ReactElement {
  const { t } = useTranslation()
  return <div className="p-8 text-center text-muted">{children ?? t('nothing')}</div>
}
