// A file as input: chosen here and put into the storage of the market, or named by its address.
import { useMutation } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useId, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Fault } from '../../read/fault.ts'
import { useReader } from '../../wallet/useWallet.ts'
import { ActionFailure } from '../../wallet/ActionFailure.tsx'
import type { InputFault } from '../form.ts'
import { sayBytes } from '../../show/say.ts'
import { storeFile } from '../storeFile.ts'
import { FaultWords, FieldLabel, Help } from './field.tsx'

/** What the field is for. */
export type FileFieldProps = {
  readonly label: string
  readonly help?: string | undefined
  readonly isRequired?: boolean
  readonly accept?: string | undefined
  readonly maxBytes?: number | undefined
  /** The address of the file. */
  readonly value: string
  readonly fault: InputFault | undefined
  readonly change: (value: string) => void
}

/** A field for one file. */
export function FileField(props: FileFieldProps): ReactElement {
  const { label, help, isRequired = false, accept, maxBytes, value, fault, change } = props
  const { t, language } = useTranslation('store')
  const id = useId()
  const openReader = useReader()
  const [name, setName] = useState('')
  const storing = useMutation({
    mutationFn: async (file: File) => {
      if (maxBytes !== undefined && file.size > maxBytes) {
        throw new Fault('InWords', t('fault.tooManyBytes', { limit: sayBytes(maxBytes, language) }))
      }
      change(await storeFile(await openReader(), { file, refused: t('run.noStorage') }))
      setName(file.name)
    },
  })
  const told = fault === undefined ? undefined : `${id}-fault`
  return (
    <div className="grid gap-1">
      <FieldLabel id={id} label={label} isRequired={isRequired} />
      <div className="flex items-center gap-2">
        <input
          id={id}
          className="field min-w-0 grow font-mono text-xs"
          dir="ltr"
          spellCheck={false}
          autoComplete="off"
          placeholder={t('run.fileAddress')}
          value={value}
          aria-invalid={fault !== undefined}
          aria-describedby={told}
          onChange={({ target }) => {
            setName('')
            change(target.value.trim())
          }}
        />
        {value !== '' && (
          <button
            type="button"
            className="button px-2"
            aria-label={t('run.removeFile', { label })}
            onClick={() => {
              setName('')
              change('')
            }}
          >
            <X aria-hidden size={14} />
          </button>
        )}
      </div>
      <label className="button relative justify-self-start has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-link">
        {storing.isPending ? t('run.storing') : t('run.chooseFile')}
        <input
          type="file"
          className="sr-only"
          accept={accept}
          disabled={storing.isPending}
          aria-label={t('run.chooseFor', { label })}
          onChange={({ target }) => {
            const [file] = target.files ?? []
            if (file !== undefined) storing.mutate(file)
            // The same file may be chosen again after it failed.
            target.value = ''
          }}
        />
      </label>
      <span aria-live="polite" className="text-xs text-muted">
        {name !== '' && value !== '' ? t('run.stored', { name }) : t('run.public')}
      </span>
      <Help text={help} />
      <FaultWords id={told} fault={fault} />
      <ActionFailure error={storing.error} />
    </div>
  )
}
