// What an app costs: an amount, or the words for nothing.
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Amount } from '../show/Amount.tsx'

/** A price in nRLC: `null` is not for sale, `undefined` is not known yet. */
export function Price({ nRLC }: { readonly nRLC: number | bigint | null | undefined }): ReactElement {
  const { t } = useTranslation('store')
  if (nRLC === undefined) return <span className="skeleton inline-block h-4 w-16 align-middle" aria-hidden />
  if (nRLC === null) return <span className="text-muted">{t('notForSale')}</span>
  return BigInt(nRLC) === 0n ? <span>{t('free')}</span> : <Amount nRLC={nRLC} />
}
