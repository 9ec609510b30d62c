// What an app costs: an amount, or the words for nothing. The workerpool's price comes on top, and is not known before it is asked for.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Amount } from '../show/Amount.tsx'

/** What is shown. */
export type PriceProps = {
  /** In nRLC: `null` is not for sale, `undefined` is not known. */
  readonly nRLC: number | bigint | null | undefined
  /** Whether it will not be known: the market does not say. */
  readonly isUnknown?: boolean
}

/** The price of an app alone. */
export function Price({ nRLC, isUnknown = false }: PriceProps): ReactElement {
  const { t } = useTranslation('store')
  if (nRLC === undefined) {
    if (isUnknown) return <span className="text-muted">{t('unknownPrice')}</span>
    return <span className="skeleton inline-block h-4 w-16 align-middle" aria-hidden />
  }
  if (nRLC === null) return <span className="text-muted">{t('notForSale')}</span>
  return (
    <span>
      {BigInt(nRLC) === 0n ? t('free') : <Amount nRLC={nRLC} />}{' '}
      <span className="text-xs font-normal text-muted">{t('plusPool')}</span>
    </span>
  )
}
