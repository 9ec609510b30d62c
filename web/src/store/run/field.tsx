// What every field has around itself: its label, what it is about, and what is wrong with it.
import type { Translate } from '../../language/words.ts'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { InputFault } from '../form.ts'

/** The label of a field; required ones say so in words, too. */
export function FieldLabel(props: {
  readonly id: string
  readonly label: string
  readonly isRequired: boolean
}): ReactElement {
  const { t } = useTranslation('store')
  const { id, label, isRequired } = props
  return (
    <label htmlFor={id} className="flex items-baseline gap-2">
      <bdi className="font-medium">{label}</bdi>
      {isRequired && <span className="text-xs text-muted">{t('run.required')}</span>}
    </label>
  )
}

/** What a field is about. */
export function Help({ text }: { readonly text: string | undefined }): ReactElement | null {
  return text === undefined ? null : <span className="block text-xs wrap-anywhere text-muted">{text}</span>
}

/** What is wrong with a field. */
export function FaultWords(props: {
  readonly id: string | undefined
  readonly fault: InputFault | undefined
}): ReactElement | null {
  const { t } = useTranslation('store')
  const { id, fault } = props
  if (fault === undefined) return null
  return (
    <span id={id} className="text-xs font-medium text-bad">
      {sayFault(fault, t)}
    </span>
  )
}

function sayFault(fault: InputFault, t: Translate<'store'>): string {
  if (fault.reason === 'noStep') {
    const { below, above } = fault
    return above === undefined ? t('fault.noStepAbove', { below }) : t('fault.noStep', { below, above })
  }
  return t(`fault.${fault.reason}`, { limit: 'limit' in fault ? fault.limit : 0 })
}
