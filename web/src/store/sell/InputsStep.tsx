// The third step: what the app asks of whoever runs it. Each input becomes a field of the form in the store.
import { Plus, Trash2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Draft, DraftInput } from './propose.ts'
import { Step } from './Step.tsx'
import { TextField } from './TextField.tsx'

const KINDS: readonly DraftInput['kind'][] = ['text', 'number', 'choice', 'switch', 'file']
const MOST = 30
const NEW: DraftInput = { kind: 'text', label: '', arg: '', isRequired: false, begin: '' }

/** What is filled in. */
export type InputsStepProps = {
  readonly draft: Draft
  readonly change: (change: Partial<Draft>) => void
  readonly fault: boolean
}

/** The inputs, and what is said without them. */
export function InputsStep({ draft, change, fault }: InputsStepProps): ReactElement {
  const { t } = useTranslation('store')
  const { inputs } = draft
  return (
    <Step number={3} title={t('sell.inputs')}>
      <p className="text-muted">{t('sell.inputsHelp')}</p>
      {inputs.map((input, place) => (
        <InputRow
          // Inputs have no other name than their place.
          key={place}
          number={place + 1}
          input={input}
          change={(changed) => {
            change({ inputs: inputs.with(place, { ...input, ...changed }) })
          }}
          remove={() => {
            change({ inputs: inputs.toSpliced(place, 1) })
          }}
        />
      ))}
      {fault && <p className="text-xs font-medium text-bad">{t('sell.fault.inputs')}</p>}
      <button
        type="button"
        className="button justify-self-start"
        disabled={inputs.length >= MOST}
        onClick={() => {
          change({ inputs: [...inputs, NEW] })
        }}
      >
        <Plus aria-hidden size={14} />
        {t('sell.addInput')}
      </button>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('sell.args')}
          value={draft.args}
          change={(args) => {
            change({ args })
          }}
          help={t('sell.argsHelp')}
          isCode
        />
        <TextField
          label={t('run.trust')}
          value={draft.trust}
          change={(trust) => {
            change({ trust })
          }}
          help={t('sell.trustHelp')}
        />
      </div>
    </Step>
  )
}

type RowProps = {
  readonly number: number
  readonly input: DraftInput
  readonly change: (changed: Partial<DraftInput>) => void
  readonly remove: () => void
}

function InputRow({ number, input, change, remove }: RowProps): ReactElement {
  const { t } = useTranslation('store')
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{t('sell.input', { number })}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <label className="grid content-start gap-1 font-medium">
          {t('sell.kind')}
          <select
            className="field font-normal"
            value={input.kind}
            onChange={({ target }) => {
              change({ kind: KINDS.find((kind) => kind === target.value) ?? 'text' })
            }}
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`sell.kinds.${kind}`)}
              </option>
            ))}
          </select>
        </label>
        <TextField
          label={t('sell.label')}
          value={input.label}
          change={(label) => {
            change({ label })
          }}
        />
        <TextField
          label={t('sell.arg')}
          value={input.arg}
          change={(arg) => {
            change({ arg })
          }}
          placeholder={input.kind === 'switch' ? '--fast' : '--size {}'}
          help={t('sell.argHelp')}
          isCode
        />
        {input.kind !== 'switch' && (
          <TextField
            label={t(`sell.begin.${input.kind}`)}
            value={input.begin}
            change={(begin) => {
              change({ begin })
            }}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3">
        {input.kind === 'switch' ? (
          <span />
        ) : (
          <label className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={input.isRequired}
              onChange={({ target }) => {
                change({ isRequired: target.checked })
              }}
            />
            {t('run.required')}
          </label>
        )}
        <button type="button" className="button px-2" aria-label={t('sell.removeInput', { number })} onClick={remove}>
          <Trash2 aria-hidden size={14} />
        </button>
      </div>
    </fieldset>
  )
}
