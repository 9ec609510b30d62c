// What the owner of an order can do with it: take it from the book, or close it on chain for good.
import type { OrderItem } from '@iexec/wire'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import type { OrderKind } from './terms.ts'

/** Two buttons, and what each of them does. */
export function OwnOrder({ kind, item }: { readonly kind: OrderKind; readonly item: OrderItem }): ReactElement {
  const { t } = useTranslation('trade')
  const ending = useAction(async ({ orders }, way: 'unpublish' | 'cancel') => {
    if (way === 'unpublish') {
      await orders.unpublish(kind, { orderHash: item.orderHash })
      return
    }
    const { order } = await orders.fetch(kind, item.orderHash)
    await orders.cancel(order)
  })
  return (
    <section className="card grid gap-3 p-4" aria-label={t('yourOrder')}>
      <h2 className="font-semibold">{t('yourOrder')}</h2>
      {(['unpublish', 'cancel'] as const).map((way) => (
        <div key={way} className="grid gap-1">
          <button
            type="button"
            className="button justify-self-start"
            disabled={item.status !== 'open' || ending.isPending || ending.isSuccess}
            onClick={() => {
              ending.mutate(way)
            }}
          >
            {t(way)}
          </button>
          <p className="text-muted">{t(`${way}About`)}</p>
        </div>
      ))}
      <p aria-live="polite">{ending.isPending && t('confirm')}</p>
      <ActionFailure error={ending.error} />
      {ending.isSuccess && <output className="block text-good">{t('ended')}</output>}
    </section>
  )
}
