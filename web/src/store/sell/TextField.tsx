// A field of text with its label, what it is about and what is wrong with it.
import { useId, type ReactElement } from 'react'

/** A field. */
export type TextFieldProps = {
  readonly label: string
  readonly value: string
  readonly change: (value: string) => void
  readonly help?: string | undefined
  readonly fault?: string | undefined
  readonly lines?: number
  readonly placeholder?: string
  /** Of addresses and code, which are written from left to right in every language. */
  readonly isCode?: boolean
}

/** The field; of several lines when it says so. */
export function TextField(props: TextFieldProps): ReactElement {
  const { label, value, change, help, fault, lines = 1, placeholder, isCode = false } = props
  const id = useId()
  const told = [help === undefined ? '' : `${id}-help`, fault === undefined ? '' : `${id}-fault`].join(' ').trim()
  const same = {
    id,
    className: `field min-w-0 ${isCode ? 'font-mono' : ''}`,
    value,
    placeholder,
    'aria-invalid': fault !== undefined,
    'aria-describedby': told === '' ? undefined : told,
    ...(isCode && { dir: 'ltr' as const, spellCheck: false }),
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      change(target.value)
    },
  }
  return (
    <div className="grid content-start gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {lines > 1 ? <textarea {...same} rows={lines} /> : <input {...same} type="text" autoComplete="off" />}
      {help !== undefined && (
        <span id={`${id}-help`} className="text-xs text-muted">
          {help}
        </span>
      )}
      {fault !== undefined && (
        <span id={`${id}-fault`} className="text-xs font-medium text-bad">
          {fault}
        </span>
      )}
    </div>
  )
}
