// Why a deal was not made, or not whole; and where a rest of what was signed is still open, the way to close it.
import type { Order } from '@iexec/protocol'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'

/** What failed. */
export function DealFailure({ error }: { readonly error: Error | null }): ReactElement | null {
  if (error === null) return null
  const rest = restOf(error)
  return (
    <>
      <ActionFailure error={error} />
      {rest !== undefined && <OpenRest order={rest} />}
    </>
  )
}

/** What is left can be taken by others, at its prices, until it is closed. */
function OpenRest({ order }: { readonly order: Order }): ReactElement {
  const { t } = useTranslation('trade')
  const closing = useAction(async ({ orders }, given: Order) => orders.cancel(given))
  return (
    <div className="grid justify-items-start gap-2">
      <p role="alert">{t('restIsOpen')}</p>
      <button
        type="button"
        className="button"
        disabled={closing.isPending || closing.isSuccess}
        onClick={() => {
          closing.mutate(order)
        }}
      >
        {t('cancel')}
      </button>
      <ActionFailure error={closing.error} />
      {closing.isSuccess && <output className="text-good">{t('ended')}</output>}
    </div>
  )
}

/** The SDK names the order that it could not close. */
function restOf(error: Error): Order | undefined {
  if (!('details' in error) || typeof error.details !== 'object' || error.details === null) return undefined
  return 'request' in error.details ? (error.details.request as Order) : undefined
}
