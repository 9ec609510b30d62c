// One's own orders of all kinds, and one's own deals.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Page } from '../show/Page.tsx'
import { Empty } from '../show/states.tsx'
import { Tabs } from '../show/Tabs.tsx'
import { useChain } from '../site/chain.tsx'
import { readListSearch, useSearchOf } from '../site/search.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { MarketLinks } from './MarketLinks.tsx'
import { MyDeals } from './MyDeals.tsx'
import { MyOrders } from './MyOrders.tsx'
import { readMineSearch } from './search.ts'
import { ORDER_KINDS } from './terms.ts'

/** Everything of the connected wallet on the market. */
export function MinePage(): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const wallet = useWallet()
  const { page = 1 } = useSearchOf(readListSearch)
  const { tab, all = false, as = 'requester' } = useSearchOf(readMineSearch)
  const kind = ORDER_KINDS.find((one) => one === tab) ?? ORDER_KINDS[0]
  const isDeals = tab === 'deals'
  // What was read of one account is never shown of another one.
  const key = `${slug} ${wallet?.address ?? ''} ${isDeals ? as : kind}`
  return (
    <Page title={t('mine')} beside={<MarketLinks />}>
      <Tabs
        label={t('mine')}
        chosen={isDeals ? 'deals' : kind}
        tabs={[
          ...ORDER_KINDS.map((one) => ({ key: one as string, title: t(`kinds.${one}`) })),
          { key: 'deals', title: t('deals') },
        ]}
      />
      {wallet === undefined && <Empty>{t('connectFirst')}</Empty>}
      {wallet !== undefined && isDeals && <MyDeals key={key} me={wallet.address} role={as} page={page} />}
      {wallet !== undefined && !isDeals && (
        <MyOrders key={key} kind={kind} me={wallet.address} page={page} areAll={all} />
      )}
    </Page>
  )
}
