// Offers an app for sale: its owner signs an order, and the market shows it.
import { parseRlc } from '@iexec/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address } from 'viem'
import { useChain } from '../../site/chain.tsx'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import { useAction } from '../../wallet/useAction.ts'
import { TextField } from './TextField.tsx'

/** A price and a number of runs. */
export function Offer({ app }: { readonly app: Address }): ReactElement {
  const { t } = useTranslation('store')
  const { slug } = useChain()
  const cache = useQueryClient()
  const [price, setPrice] = useState('0.01')
  const [runs, setRuns] = useState('1000')
  const nRLC = amountOf(price)
  const volume = /^[1-9]\d{0,8}$/u.test(runs.trim()) ? BigInt(runs.trim()) : undefined
  const offering = useAction(async (iexec, order: { readonly appprice: bigint; readonly volume: bigint }) => {
    await iexec.orders.publish(await iexec.orders.sign(iexec.orders.createApp({ app, ...order })))
    await cache.invalidateQueries({ queryKey: [slug, 'orders'] })
  })
  return (
    <form
      className="grid gap-3 rounded-lg border border-line p-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (nRLC !== undefined && volume !== undefined) offering.mutate({ appprice: nRLC, volume })
      }}
    >
      <p>{t('sell.offerFirst')}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('sell.price')}
          value={price}
          change={setPrice}
          fault={nRLC === undefined ? t('fault.noNumber') : undefined}
        />
        <TextField
          label={t('sell.runs')}
          value={runs}
          change={setRuns}
          fault={volume === undefined ? t('fault.noNumber') : undefined}
        />
      </div>
      <button
        type="submit"
        className="button button-main justify-self-start"
        disabled={offering.isPending || nRLC === undefined || volume === undefined}
      >
        {offering.isPending ? t('step.signing') : t('sell.offer')}
      </button>
      <ActionFailure error={offering.error} />
    </form>
  )
}

/** In nRLC; `undefined` when it is no amount. */
function amountOf(text: string): bigint | undefined {
  try {
    return parseRlc(text, 'RLC')
  } catch {
    return undefined
  }
}
