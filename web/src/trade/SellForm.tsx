// Takes a request with one of one's own workerpools: what it brings and what is held for it are shown before.
import type { AssetItem, OrderItem } from '@iexec/wire'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { zeroAddress, type Address } from 'viem'
import { useMarket } from '../read/useMarket.ts'
import { Amount } from '../show/Amount.tsx'
import { Facts } from '../show/Facts.tsx'
import { Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { Fee } from '../wallet/Cost.tsx'
import { UNTIL_ANSWERED } from '../wallet/untilAnswered.ts'
import { usePurse } from '../wallet/price.ts'
import { useReader, useWallet } from '../wallet/useWallet.ts'
import { DealFailure } from './DealFailure.tsx'
import { offerFor, sellOffer, type Offer, type Sale } from './fill.ts'
import { useDealing } from './useDealing.ts'

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
  const pool = pools.find(({ address }) => address === chosen)?.address ?? pools[0]?.address
  const isOpen = item.status === 'open'
  const offer = useOffer(
    pool === undefined || wallet === undefined || !isOpen
      ? undefined
      : { orderHash: item.orderHash, workerpool: pool, owner: wallet.address },
  )
  const purse = usePurse()
  const { acting, deals } = useDealing(sellOffer)
  const shown = offer.error === null ? offer.data : undefined
  const isPledged = shown !== undefined && purse !== undefined && shown.missing <= purse.outside
  return (
    <form
      className="card grid gap-3 p-4"
      aria-label={t('takeRequest')}
      onSubmit={(event) => {
        event.preventDefault()
        if (shown !== undefined) acting.mutate(shown)
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
      {pool !== undefined && isOpen && <Brings offer={shown} error={offer.error} />}
      {shown !== undefined && purse !== undefined && !isPledged && <p role="alert">{t('offer.tooLittle')}</p>}
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          className="button button-main"
          disabled={!isOpen || !isPledged || acting.isPending || deals.length > 0}
        >
          {t('sell')}
        </button>
        <span aria-live="polite">{acting.isPending && t('confirm')}</span>
      </div>
      <DealFailure error={acting.error} />
    </form>
  )
}

function useOffer(sale: Sale | undefined): { readonly data: Offer | undefined; readonly error: Error | null } {
  const { slug } = useChain()
  const openReader = useReader()
  const { data, error, failureReason } = useQuery({
    queryKey: [slug, 'orders', 'offer', sale],
    queryFn: async () => (sale === undefined ? undefined : offerFor(await openReader(), sale)),
    enabled: sale !== undefined,
    ...UNTIL_ANSWERED,
  })
  return { data, error: error ?? failureReason }
}

function Brings({ offer, error }: { readonly offer: Offer | undefined; readonly error: Error | null }): ReactElement {
  const { t } = useTranslation('trade')
  if (error !== null) return <ActionFailure error={error} />
  if (offer === undefined) return <Skeleton lines={3} />
  const { volume, price, pledge, missing, feeWei } = offer
  return (
    <Facts
      facts={[
        [t('tasks'), String(volume)],
        [t('price'), <Amount key="price" nRLC={price} />],
        [t('offer.total'), <Amount key="total" nRLC={price * volume} />],
        [t('offer.pledge'), <Amount key="pledge" nRLC={pledge} />],
        [t('offer.missing'), missing > 0n ? <Amount key="missing" nRLC={missing} /> : undefined],
        [t('offer.gas'), <Fee key="gas" wei={feeWei} />],
      ]}
    />
  )
}
