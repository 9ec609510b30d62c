// Takes a request with one of one's own workerpools.
import type { AssetItem, OrderItem } from '@iexec/wire'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { zeroAddress, type Address } from 'viem'
import { useMarket } from '../read/useMarket.ts'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { DealMade } from './DealMade.tsx'
import { sellTo, type Sale } from './fill.ts'

/** Which of one's pools; then the wallet signs. */
export function SellForm({ item }: { readonly item: OrderItem<'requestorder'> }): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const { data } = useMarket<{ readonly workerpools: readonly AssetItem[] }>({
    path: '/workerpools',
    query: { owner: wallet?.address, pageSize: 100 },
    news: 'blocks',
    isAsked: wallet !== undefined,
  })
  const { workerpool } = item.order
  const pools = (data?.workerpools ?? []).filter(
    ({ address }) => workerpool === zeroAddress || address.toLowerCase() === workerpool.toLowerCase(),
  )
  const [chosen, choose] = useState<Address>()
  const pool = chosen ?? pools[0]?.address
  const selling = useAction(async (iexec, sale: Sale) => sellTo(iexec, sale))
  return (
    <form
      className="card grid gap-3 p-4"
      aria-label={t('takeRequest')}
      onSubmit={(event) => {
        event.preventDefault()
        if (pool !== undefined) selling.mutate({ orderHash: item.orderHash, workerpool: pool })
      }}
    >
      <h2 className="font-semibold">{t('takeRequest')}</h2>
      <p className="text-muted">{t('takeAbout')}</p>
      {wallet === undefined && <p>{t('connectFirst')}</p>}
      {wallet !== undefined && data !== undefined && pools.length === 0 && <p>{t('noPool')}</p>}
      {pools.length > 0 && (
        <label className="grid gap-1">
          {t('field.workerpool')}
          <select
            className="field"
            value={pool}
            onChange={({ target }) => {
              choose(target.value as Address)
            }}
          >
            {pools.map(({ address, name }) => (
              <option key={address} value={address}>
                {name === '' ? address : `${name} (${address})`}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          className="button button-main"
          disabled={pool === undefined || item.status !== 'open' || selling.isPending || selling.isSuccess}
        >
          {t('sell')}
        </button>
        <span aria-live="polite">{selling.isPending && t('confirm')}</span>
      </div>
      <ActionFailure error={selling.error} />
      {selling.data !== undefined && <DealMade dealId={selling.data} />}
    </form>
  )
}
