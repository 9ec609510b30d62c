// Whether a listing tells the truth about its app: its owner and its address are compared with the chain.
import type { RegisteredApp } from '@iexec/sdk'
import type { Listing } from '@iexec/wire/listing'
import { BadgeCheck, TriangleAlert } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Id } from '../../show/Id.tsx'
import { FailureWords } from '../../show/failure/FailureWords.tsx'
import { Skeleton } from '../../show/states.tsx'
import { mismatchOf } from './mismatch.ts'

/** What is compared. */
export type TrustProps = {
  readonly listing: Listing
  readonly app: RegisteredApp | undefined
  readonly error: Error | null
}

/** One line when all is well, a clear warning when not. */
export function Trust({ listing, app, error }: TrustProps): ReactElement {
  const { t } = useTranslation('store')
  if (app === undefined) {
    if (error === null) return <Skeleton lines={1} />
    return (
      <Warning title={codeOf(error) === 'NotFound' ? t('trust.noApp') : t('trust.unread')}>
        <FailureWords error={error} />
      </Warning>
    )
  }
  const mismatch = mismatchOf(listing, app)
  if (mismatch === undefined) {
    return (
      <p className="flex items-center gap-2 text-good">
        <BadgeCheck aria-hidden size={16} />
        {t('trust.well')}
      </p>
    )
  }
  return (
    <Warning title={t(`trust.${mismatch}`)}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1 text-ink">
        <dt>{t('trust.says')}</dt>
        <dd>{mismatch === 'owner' ? <Id id={listing.owner} kind="address" /> : <bdi>{listing.title}</bdi>}</dd>
        <dt>{t('trust.isReally')}</dt>
        <dd>{mismatch === 'owner' ? <Id id={app.owner} kind="address" /> : <bdi>{app.name}</bdi>}</dd>
      </dl>
    </Warning>
  )
}

function Warning({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <div role="alert" className="card grid gap-2 border-bad p-4">
      <p className="flex items-start gap-2 font-medium text-bad">
        <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
        {title}
      </p>
      {children}
    </div>
  )
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined
}
