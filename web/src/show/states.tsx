// What stands where there is nothing to show yet, or ever.
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
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

/** There is nothing, and what one may do about it. */
export function Empty({ children }: { readonly children?: ReactNode }): ReactElement {
  const { t } = useTranslation()
  return <div className="p-8 text-center text-muted">{children ?? t('nothing')}</div>
}
