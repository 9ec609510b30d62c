// The form of an order: read field by field, summed up, then signed and published in one go.
import type { Hex } from 'viem'
import { formatRlc } from '@iexec/protocol'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChain } from '../site/chain.tsx'
import { ActionFailure } from '../wallet/ActionFailure.tsx'
import { useAction } from '../wallet/useAction.ts'
import { useWallet } from '../wallet/useWallet.ts'
import { OrderFields } from './OrderFields.tsx'
import { publishNew } from './publishNew.ts'
import { BEGIN, FIELDS, readTerms, sumOf, type OrderKind, type Typed, type Values } from './terms.ts'

/** What a form is of, and what a link says of it. */
export type OrderFormProps = { readonly kind: OrderKind; readonly linked: Typed }

/** The form of a kind of order. */
export function OrderForm({ kind, linked }: OrderFormProps): ReactElement {
  const { t } = useTranslation('trade')
  const wallet = useWallet()
  const [typed, setTyped] = useState<Typed>({ ...BEGIN[kind], ...linked })
  const [tries, setTries] = useState(0)
  const terms = readTerms(kind, typed)
  const publishing = useAction(async (iexec, fields: Values) => publishNew(iexec, kind, fields))
  return (
    <form
      noValidate
      className="card grid max-w-2xl gap-4 p-4"
      aria-label={t(`kind.${kind}`)}
      onSubmit={(event) => {
        event.preventDefault()
        setTries(tries + 1)
        if (terms.ok) publishing.mutate(terms.fields)
      }}
    >
      {Object.keys(linked).length > 0 && <p className="font-medium">{t('filledByLink')}</p>}
      <OrderFields
        fields={FIELDS[kind]}
        typed={typed}
        faults={tries > 0 && !terms.ok ? terms.faults : {}}
        tries={tries}
        change={(next) => {
          setTyped(next)
          // What failed was said of other values.
          if (publishing.isError) publishing.reset()
        }}
      />
      {terms.ok && <Summary kind={kind} fields={terms.fields} />}
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

/** What will be signed, in one sentence. */
function Summary({ kind, fields }: { readonly kind: OrderKind; readonly fields: Values }): ReactElement {
  const { t, language } = useTranslation('trade')
  const { tasks, each, total, pledge } = sumOf(kind, fields)
  const said = {
    count: Number(tasks),
    tasks: tasks.toLocaleString(language),
    each: formatRlc(each),
    total: formatRlc(total),
  }
  return (
    <div aria-live="polite" className="grid gap-1 rounded-lg border border-line p-3">
      <p className="font-medium">
        {kind === 'request' && t('sum.request', said)}
        {kind !== 'request' && each > 0n && t('sum.sale', said)}
        {kind !== 'request' && each === 0n && t('sum.gift', said)}
      </p>
      {kind === 'request' && total > 0n && <p>{t('sum.stake', said)}</p>}
      {pledge > 0n && <p>{t('sum.pledge', { pledge: formatRlc(pledge) })}</p>}
    </div>
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
