// The inputs of an app: the form of its listing, or its arguments and files by hand.
import type { Listing, ListingInput } from '@iexec/wire/listing'
import { useId, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { InputFault, Values } from '../form.ts'
import { FaultWords, FieldLabel, Help } from './field.tsx'
import { FileField } from './FileField.tsx'
import type { Wish } from './useWish.ts'

/** What is drawn. */
export type InputsFormProps = {
  readonly listing: Listing
  readonly wish: Wish
  /** Faults are told once somebody tried to buy. */
  readonly areFaultsShown: boolean
}

/** The fields. */
export function InputsForm({ listing, wish, areFaultsShown }: InputsFormProps): ReactElement {
  const { t } = useTranslation('store')
  const { draft, change, filled } = wish
  const { inputs = [] } = listing
  const faults = areFaultsShown && !filled.ok ? filled.faults : {}
  return (
    <>
      {draft.isByHand ? (
        <ByHand wish={wish} fault={faults['files']} />
      ) : (
        inputs.map((input) => (
          <Field
            key={input.name}
            input={input}
            value={draft.values[input.name]}
            fault={faults[input.name]}
            change={(value) => {
              const values: Values = { ...draft.values, [input.name]: value }
              change({ values })
            }}
          />
        ))
      )}
      {inputs.length > 0 && (
        <button
          type="button"
          className="link min-h-6 cursor-pointer justify-self-start"
          onClick={() => {
            change(
              draft.isByHand
                ? { isByHand: false, args: '', files: [] }
                : {
                    isByHand: true,
                    args: filled.ok ? filled.args : draft.args,
                    files: filled.ok ? filled.inputFiles : [],
                  },
            )
          }}
        >
          {draft.isByHand ? t('run.byForm') : t('run.byHand')}
        </button>
      )}
    </>
  )
}

function ByHand({ wish, fault }: { readonly wish: Wish; readonly fault: InputFault | undefined }): ReactElement {
  const { t } = useTranslation('store')
  const { draft, change } = wish
  return (
    <>
      <label className="grid gap-1">
        <span className="font-medium">{t('run.args')}</span>
        <textarea
          className="field font-mono"
          dir="ltr"
          rows={2}
          spellCheck={false}
          value={draft.args}
          onChange={({ target }) => {
            change({ args: target.value })
          }}
        />
      </label>
      {[...draft.files, ''].map((file, place) => (
        <FileField
          key={place}
          label={t('run.file', { number: place + 1 })}
          value={file}
          fault={place === 0 ? fault : undefined}
          change={(value) => {
            const files = [...draft.files]
            files[place] = value
            change({ files: files.filter((one) => one !== '') })
          }}
        />
      ))}
    </>
  )
}

type FieldProps = {
  readonly input: ListingInput
  readonly value: string | boolean | undefined
  readonly fault: InputFault | undefined
  readonly change: (value: string | boolean) => void
}

function Field({ input, value, fault, change }: FieldProps): ReactElement {
  const id = useId()
  const text = typeof value === 'string' ? value : ''
  if (input.kind === 'file') {
    return (
      <FileField
        label={input.label}
        help={input.help}
        isRequired={input.required === true}
        accept={input.accept}
        maxBytes={input.maxBytes}
        value={text}
        fault={fault}
        change={change}
      />
    )
  }
  if (input.kind === 'switch') {
    return (
      <label className="flex min-h-6 items-start gap-2">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={value === true}
          onChange={({ target }) => {
            change(target.checked)
          }}
        />
        <span>
          <bdi className="font-medium">{input.label}</bdi>
          <Help text={input.help} />
        </span>
      </label>
    )
  }
  const told = fault === undefined ? undefined : `${id}-fault`
  return (
    <div className="grid gap-1">
      <FieldLabel id={id} label={input.label} isRequired={input.required === true} />
      <TextControl input={input} id={id} value={text} change={change} told={told} />
      <Help text={input.help} />
      <FaultWords id={told} fault={fault} />
    </div>
  )
}

type ControlProps = {
  readonly input: Exclude<ListingInput, { readonly kind: 'file' | 'switch' }>
  readonly id: string
  readonly value: string
  readonly change: (value: string) => void
  readonly told: string | undefined
}

function TextControl({ input, id, value, change, told }: ControlProps): ReactElement {
  const { t } = useTranslation('store')
  const same = {
    id,
    className: 'field min-w-0 grow',
    value,
    required: input.required === true,
    'aria-invalid': told !== undefined,
    'aria-describedby': told,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => {
      change(target.value)
    },
  }
  if (input.kind === 'choice') {
    return (
      <select {...same}>
        {input.required !== true && input.default === undefined && <option value="">{t('run.nothing')}</option>}
        {input.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label ?? option.value}
          </option>
        ))}
      </select>
    )
  }
  if (input.kind === 'number') {
    return (
      <span className="flex items-center gap-2">
        <input {...same} inputMode="decimal" autoComplete="off" />
        {input.unit !== undefined && <bdi className="text-muted">{input.unit}</bdi>}
      </span>
    )
  }
  if (input.multiline === true) return <textarea {...same} rows={4} placeholder={input.placeholder} />
  return <input {...same} type="text" placeholder={input.placeholder} autoComplete="off" />
}
