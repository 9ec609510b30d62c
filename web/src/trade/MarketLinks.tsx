// The ways that every page of the market offers: place an order, see one's own.
import { Link } from '@tanstack/react-router'
import { ListChecks, Plus } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChain } from '../site/chain.tsx'

/** Links to one's own orders and to a new one. */
export function MarketLinks(): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  return (
    <div className="flex flex-wrap gap-2">
      <Link to={`/${slug}/market/mine`} className="button">
        <ListChecks aria-hidden size={16} />
        {t('mine')}
      </Link>
      <Link to={`/${slug}/market/new`} className="button button-main">
        <Plus aria-hidden size={16} />
        {t('place')}
      </Link>
    </div>
  )
}
