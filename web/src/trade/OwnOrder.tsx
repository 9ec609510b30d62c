// What the owner of an order can do with it: take it from the book, or close it on chain for good.
import { toSignedOrder } from '@iexec/wire/codec'
import type { OrderItem } from '@iexec/wire'
import type { Iexec } from '@iexec/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Fault } from '../read/fault.ts'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import type { OrderKind } from './terms.ts'
import { forgetWithdrawn, keepWithdrawn } from './withdrawn.ts'

type Own = { readonly kind: OrderKind; readonly item: OrderItem; readonly isWithdrawn: boolean }
type Way = 'unpublish' | 'cancel'

/** Two buttons, and what each of them does. An order that was taken from the book can still be closed. */
export function OwnOrder({ kind, item, isWithdrawn }: Own): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const cache = useQueryClient()
  const [done, setDone] = useState<Way | undefined>(isWithdrawn ? 'unpublish' : undefined)
  const ending = useAction(async (iexec, way: Way) => {
    if (way === 'unpublish') {
      keepWithdrawn({ chain: slug, kind, item })
      await iexec.orders.unpublish(kind, { orderHash: item.orderHash }).catch((error: unknown) => {
        forgetWithdrawn(item.orderHash)
        throw error
      })
    } else {
      await close(iexec, kind, item)
      forgetWithdrawn(item.orderHash)
    }
    setDone(way)
    await cache.invalidateQueries({ queryKey: [slug, 'orders'] })
  })
  const isOver = done === 'cancel' || item.status === 'canceled' || item.status === 'filled'
  return (
    <section className="card grid gap-3 p-4" aria-label={t('yourOrder')}>
      <h2 className="font-semibold">{t('yourOrder')}</h2>
      {(['unpublish', 'cancel'] as const).map((way) => (
        <div key={way} className="grid gap-1">
          <button
            type="button"
            className="button justify-self-start"
            disabled={isOver || ending.isPending || (way === 'unpublish' && (done === way || item.status !== 'open'))}
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
      {done === 'unpublish' && !isOver && <output className="block">{t('withdrawn')}</output>}
      {done === 'cancel' && <output className="block text-good">{t('ended')}</output>}
    </section>
  )
}

/** The market may have forgotten it: what is closed is what this page shows. */
async function close({ orders }: Iexec, kind: OrderKind, { order, orderHash }: OrderItem): Promise<void> {
  const known = toSignedOrder(`${kind}order`, order)
  if (orders.hash(known) !== orderHash) {
    throw new Fault('OtherOrder', `The order that is shown is not the one of the hash ${orderHash}.`, {
      details: { orderHash },
    })
  }
  await orders.cancel(known)
}
