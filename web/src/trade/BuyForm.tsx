// Buys by an order of the book: a run of its app, with its dataset, or on its workerpool; the whole price is shown before.
import type { RunEstimate } from '@iexec/sdk'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Cost, missingOf } from '../wallet/Cost.tsx'
import { useEstimate, usePurse } from '../wallet/price.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { beginBuying, BUY_FIELDS, readBuying, type SaleItem, type SaleKind } from './buying.ts'
import { DealFailure } from './DealFailure.tsx'
import { buyShown } from './fill.ts'
import { OrderFields } from './OrderFields.tsx'
import type { Typed } from './terms.ts'
import { useDealing } from './useDealing.ts'

/** What is bought; the price is that of all orders together, and nothing dearer is signed. */
export function BuyForm({ kind, item }: { readonly kind: SaleKind; readonly item: SaleItem }): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const [typed, setTyped] = useState<Typed>(() => beginBuying(kind, item))
  const [tries, setTries] = useState(0)
  const buying = readBuying(kind, item, typed)
  const wanted = buying.ok && item.status === 'open' ? buying.wanted : undefined
  const estimate = useEstimate(wanted)
  const purse = usePurse()
  const { acting, deals } = useDealing(buyShown)
  const shown = estimate.error === null && wanted !== undefined ? estimate.data : undefined
  const missing = shown === undefined || purse === undefined ? undefined : missingOf(shown.total, purse)
  const isServed = shown !== undefined && shown.volume === wanted?.wish.volume
  const isPayable = missing !== undefined && purse !== undefined && missing <= purse.outside
  return (
    <form
      noValidate
      className="card grid gap-3 p-4"
      aria-label={t(`buyBy.${kind}`)}
      onSubmit={(event) => {
        event.preventDefault()
        setTries(tries + 1)
        if (isServed && missing !== undefined) acting.mutate({ estimate: shown, missing })
      }}
    >
      <h2 className="font-semibold">{t(`buyBy.${kind}`)}</h2>
      <OrderFields
        fields={BUY_FIELDS[kind]}
        typed={typed}
        faults={tries > 0 && !buying.ok ? buying.faults : {}}
        tries={tries}
        change={setTyped}
      />
      {wanted !== undefined && <Cost estimate={estimate} purse={purse} />}
      {shown !== undefined && !isServed && <FewerTasks estimate={shown} />}
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          className="button button-main"
          disabled={
            wallet === undefined ||
            item.status !== 'open' ||
            acting.isPending ||
            deals.length > 0 ||
            (wanted !== undefined && !(isServed && isPayable))
          }
        >
          {t('buy')}
        </button>
        {wallet === undefined && <span className="text-muted">{t('connectFirst')}</span>}
        <span aria-live="polite">{acting.isPending && t('confirm')}</span>
      </div>
      <DealFailure error={acting.error} />
    </form>
  )
}

/** The orders that were found serve fewer tasks than are wanted. */
function FewerTasks({ estimate }: { readonly estimate: RunEstimate }): ReactElement {
  const { t } = useTranslation('trade')
  return <p role="alert">{t('fewerTasks', { count: Number(estimate.volume) })}</p>
}
