// Buys tasks at the price of a workerpool's order.
import { formatRlc } from '@iexec/protocol'
import type { OrderItem } from '@iexec/wire'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { isAddress } from 'viem'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { DealMade } from './DealMade.tsx'
import { buyAt, type Purchase } from './fill.ts'
import { OrderField } from './OrderField.tsx'

/** Which app, with what, how often; then the wallet signs. */
export function BuyForm({ item }: { readonly item: OrderItem<'workerpoolorder'> }): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const [app, setApp] = useState('')
  const [args, setArgs] = useState('')
  const [volume, setVolume] = useState('1')
  const [isTried, setTried] = useState(false)
  const buying = useAction(async (iexec, purchase: Purchase) => buyAt(iexec, purchase))
  const tasks = /^\d{1,15}$/u.test(volume) ? Number(volume) : 0
  const areTasksGood = tasks > 0 && tasks <= item.remaining
  const isAppGood = isAddress(app.trim(), { strict: false })
  return (
    <form
      noValidate
      className="card grid gap-3 p-4"
      aria-label={t('buyTasks')}
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        const wanted = app.trim()
        if (!isAddress(wanted, { strict: false }) || !areTasksGood) return
        buying.mutate({ orderHash: item.orderHash, app: wanted, args, volume: BigInt(tasks) })
      }}
    >
      <h2 className="font-semibold">{t('buyTasks')}</h2>
      <OrderField
        field={{ name: 'app', type: 'address', isNeeded: true }}
        value={app}
        fault={isTried && !isAppGood ? 'noAddress' : undefined}
        change={setApp}
      />
      <OrderField field={{ name: 'params', type: 'text' }} value={args} fault={undefined} change={setArgs} />
      <OrderField
        field={{ name: 'volume', type: 'whole', isNeeded: true }}
        value={volume}
        fault={isTried && !areTasksGood ? 'noWhole' : undefined}
        change={setVolume}
      />
      <p>
        {t('poolCosts', { amount: formatRlc(BigInt(item.order.workerpoolprice) * BigInt(tasks)) })}{' '}
        <span className="text-muted">{t('appComesOnTop')}</span>
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          className="button button-main"
          disabled={wallet === undefined || item.status !== 'open' || buying.isPending || buying.isSuccess}
        >
          {t('buy')}
        </button>
        {wallet === undefined && <span className="text-muted">{t('connectFirst')}</span>}
        <span aria-live="polite">{buying.isPending && t('confirm')}</span>
      </div>
      <ActionFailure error={buying.error} />
      {buying.data !== undefined && <DealMade dealId={buying.data} />}
    </form>
  )
}
