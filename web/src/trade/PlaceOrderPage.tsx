// A new order of any kind: filled in, signed by the wallet, published in the book.
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Page } from '../show/Page.tsx'
import { useSearchOf } from '../site/search.ts'
import { MarketLinks } from './MarketLinks.tsx'
import { OrderForm } from './OrderForm.tsx'
import { readPlaceSearch } from './search.ts'
import { ORDER_KINDS } from './terms.ts'

/** A choice of kinds, and the form of the chosen one. What it begins with stands in the address. */
export function PlaceOrderPage(): ReactElement {
  const { t } = useTranslation('trade')
  const navigate = useNavigate()
  const { kind = 'request', ...typed } = useSearchOf(readPlaceSearch)
  return (
    <Page title={t('place')} beside={<MarketLinks />}>
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1 text-muted">{t('whatKind')}</legend>
        {ORDER_KINDS.map((one) => (
          <label key={one} className="button has-checked:border-link has-checked:bg-raised">
            <input
              type="radio"
              name="kind"
              value={one}
              checked={one === kind}
              onChange={() => {
                void navigate({ to: '.', search: { kind: one }, replace: true })
              }}
            />
            {t(`kind.${one}`)}
          </label>
        ))}
      </fieldset>
      <p className="max-w-prose text-muted">{t(`kindAbout.${kind}`)}</p>
      <OrderForm key={kind} kind={kind} linked={typed} />
    </Page>
  )
}
