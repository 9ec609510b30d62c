// The form of an order: read field by field, then signed and published in one go.
import type { Hex } from 'viem'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { OrderField } from './OrderField.tsx'
import { publishNew } from './publishNew.ts'
import { FIELDS, readTerms, type OrderKind, type Typed } from './terms.ts'

/** What a form is of, and what stands in it at first. */
export type OrderFormProps = { readonly kind: OrderKind; readonly begin: Typed }

/** The form of a kind of order. */
export function OrderForm({ kind, begin }: OrderFormProps): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const [typed, setTyped] = useState<Typed>(begin)
  const [isTried, setTried] = useState(false)
  const terms = readTerms(kind, typed)
  const publishing = useAction(async (iexec, fields: Readonly<Record<string, string | bigint>>) =>
    publishNew(iexec, kind, fields),
  )
  const fieldsOf = (isRare: boolean): readonly ReactElement[] =>
    FIELDS[kind]
      .filter((field) => (field.isRare ?? false) === isRare)
      .map((field) => (
        <OrderField
          key={field.name}
          field={field}
          value={typed[field.name] ?? ''}
          fault={isTried && !terms.ok ? terms.faults[field.name] : undefined}
          change={(value) => {
            setTyped((before) => ({ ...before, [field.name]: value }))
          }}
        />
      ))
  return (
    <form
      noValidate
      className="card grid max-w-2xl gap-4 p-4"
      aria-label={t(`kind.${kind}`)}
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (terms.ok) publishing.mutate(terms.fields)
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">{fieldsOf(false)}</div>
      <details>
        <summary className="link inline-block min-h-6 cursor-pointer">{t('rare')}</summary>
        <div className="mt-2 grid gap-4 sm:grid-cols-2">{fieldsOf(true)}</div>
      </details>
      <div className="flex flex-wrap items-center gap-3">
        <button
          type="submit"
          className="button button-main"
          disabled={wallet === undefined || publishing.isPending || publishing.isSuccess}
        >
          {t('signAndPublish')}
        </button>
        {wallet === undefined && <span className="text-muted">{t('connectFirst')}</span>}
        <span aria-live="polite">{publishing.isPending && t('confirm')}</span>
      </div>
      <ActionFailure error={publishing.error} />
      {publishing.data !== undefined && <Published kind={kind} orderHash={publishing.data} />}
    </form>
  )
}

function Published({ kind, orderHash }: { readonly kind: OrderKind; readonly orderHash: Hex }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  return (
    <output className="block text-good">
      {t('published')}{' '}
      <Link to={`/${slug}/order/${kind}/${orderHash}`} className="link">
        {t('seeOrder')}
      </Link>
    </output>
  )
}
