// Fields of a form, those that are rarely used folded away: but never when something stands in them that nobody typed here.
import { useEffect, useRef, useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { OrderField } from './OrderField.tsx'
import type { Faults, Field, Typed } from './terms.ts'

/** Fields, what stands in them, and what is wrong with that. */
export type OrderFieldsProps = {
  readonly fields: readonly Field[]
  readonly typed: Typed
  readonly faults: Faults
  /** How often it was tried to send the form: each time the first wrong field gets the focus. */
  readonly tries: number
  readonly change: (typed: Typed) => void
}

/** All fields of a form. */
export function OrderFields({ fields, typed, faults, tries, change }: OrderFieldsProps): ReactElement {
  const { t } = useTranslation('trade')
  const rare = fields.filter(({ isRare }) => isRare === true)
  const [isOpen, setOpen] = useState(rare.some(({ name }) => (typed[name] ?? '') !== ''))
  const isRareWrong = rare.some(({ name }) => faults[name] !== undefined)
  const all = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (tries > 0) all.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries])
  const show = (field: Field): ReactElement => (
    <OrderField
      key={field.name}
      field={field}
      value={typed[field.name] ?? ''}
      fault={faults[field.name]}
      change={(value) => {
        change({ ...typed, [field.name]: value })
      }}
    />
  )
  return (
    <div ref={all} className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">{fields.filter(({ isRare }) => isRare !== true).map(show)}</div>
      {rare.length > 0 && (
        <details
          open={isOpen || isRareWrong}
          onToggle={({ currentTarget }) => {
            setOpen(currentTarget.open)
          }}
        >
          <summary className="link inline-block min-h-6 cursor-pointer">{t('rare')}</summary>
          <div className="mt-2 grid gap-4 sm:grid-cols-2">{rare.map(show)}</div>
        </details>
      )}
    </div>
  )
}
