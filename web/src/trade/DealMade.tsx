// Says that a deal was made, and leads to it.
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Hex } from 'viem'
import { Id } from '../show/Id.tsx'

/** The deal that was made. */
export function DealMade({ dealId }: { readonly dealId: Hex }): ReactElement {
  const { t } = useTranslation('trade')
  return (
    <output className="flex flex-wrap items-center gap-2 text-good">
      {t('dealMade')} <Id id={dealId} kind="deal" />
    </output>
  )
}
