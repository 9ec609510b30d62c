// One field of the form of an order.
import { useId, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Fault, Field } from './terms.ts'

/** A field, what stands in it, and what is wrong with that. */
export type OrderFieldProps = {
  readonly field: Field
  readonly value: string
  readonly fault: Fault | undefined
  readonly change: (value: string) => void
}

/** What a field of each type looks like when it is empty. */
const EXAMPLES = { address: '0x…', price: '0.1 RLC', whole: '', text: '' } as const

/** A label, an input, and below it what is wrong. */
export function OrderField({ field, value, fault, change }: OrderFieldProps): ReactElement {
  const { t } = useTranslation('trade')
  const id = useId()
  const { name, type, isNeeded = false } = field
  if (type === 'tee') {
    return (
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          className="size-4"
          checked={value === 'tee'}
          onChange={({ target }) => {
            change(target.checked ? 'tee' : '')
          }}
        />
        {t('field.tag')}
      </label>
    )
  }
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id}>
        {t(`field.${name}`)}
        {isNeeded && <span aria-hidden> *</span>}
      </label>
      <input
        id={id}
        className={`field ${type === 'address' ? 'font-mono' : ''}`}
        value={value}
        required={isNeeded}
        spellCheck={false}
        autoComplete="off"
        inputMode={type === 'whole' ? 'numeric' : undefined}
        placeholder={EXAMPLES[type]}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${id}-fault`}
        onChange={({ target }) => {
          change(target.value)
        }}
      />
      {fault !== undefined && (
        <p id={`${id}-fault`} className="text-bad">
          {t(`fault.${fault}`)}
        </p>
      )}
    </div>
  )
}
