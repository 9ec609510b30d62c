// Filters of a list: fields whose values stand in the address.
import { useNavigate } from '@tanstack/react-router'
import { ListFilter } from 'lucide-react'
import type { ReactElement, SubmitEvent } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { textField, useSearchOf, type Search } from '../site/search.ts'

/** One field. */
export type Filter = {
  /** In the address. */
  readonly key: string
  readonly label: string
  /** What may be chosen; without it the field is free text. */
  readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined
  /** A regular expression that the text has to fit, and an example of such a text. */
  readonly pattern?: string
  readonly example?: string
}

/** What a field has to be that wants an address. */
export const ADDRESS_FIELD = { pattern: '0[xX][0-9a-fA-F]{40}', example: '0x…' } as const

/** The fields; those that are set are in sight, and so is how to clear them. */
export function Filters({ filters }: { readonly filters: readonly Filter[] }): ReactElement {
  const { t } = useTranslation()
  const { values, choose } = useFilters()
  const set = filters.filter(({ key }) => values[key] !== undefined).length
  return (
    <details className="group grow" open={set > 0 || filters.length < 3}>
      <summary className="button inline-flex list-none text-muted">
        <ListFilter aria-hidden size={14} />
        {set === 0 ? t('filters') : t('filtersSet', { count: set })}
      </summary>
      <form
        className="mt-2 flex flex-wrap items-end gap-2"
        onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
          event.preventDefault()
          choose(readForm(event.currentTarget))
        }}
      >
        {filters.map((filter) => (
          <Field
            // A field begins again with what the address says, and when it is known what may be chosen.
            key={`${filter.key} ${values[filter.key] ?? ''} ${filter.options?.length ?? 0}`}
            filter={filter}
            value={values[filter.key]}
          />
        ))}
        <button type="submit" className="button">
          {t('apply')}
        </button>
        {set > 0 && (
          <button
            type="button"
            className="button"
            onClick={() => {
              choose(Object.fromEntries(filters.map(({ key }) => [key, undefined])))
            }}
          >
            {t('clear')}
          </button>
        )}
      </form>
    </details>
  )
}

function Field({ filter, value }: { readonly filter: Filter; readonly value: string | undefined }): ReactElement {
  const { t } = useTranslation()
  const { key, label, options, pattern, example } = filter
  return (
    <label className="grid w-full gap-1 text-xs text-muted sm:w-auto">
      {label}
      {options === undefined ? (
        <input
          className="field min-w-0 text-sm sm:w-44"
          type="text"
          name={key}
          defaultValue={value}
          pattern={pattern}
          placeholder={example}
          spellCheck={false}
          autoComplete="off"
        />
      ) : (
        <select
          className="field text-sm"
          name={key}
          defaultValue={value ?? ''}
          onChange={({ target }) => target.form?.requestSubmit()}
        >
          <option value="">{t('any')}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </label>
  )
}

type Values = Readonly<Record<string, string | undefined>>

/** What the address says, and how to make it say something else: on the first page, and the way back stays. */
function useFilters(): { readonly values: Values; readonly choose: (values: Values) => void } {
  const values = useSearchOf(readTexts)
  const navigate = useNavigate()
  return {
    values,
    choose: (chosen) => {
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, ...chosen, page: undefined }),
        resetScroll: false,
      })
    },
  }
}

function readForm(form: HTMLFormElement): Values {
  const entries = [...new FormData(form).entries()]
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined]),
  )
}

function readTexts(search: Search): Values {
  return Object.fromEntries(Object.entries(search).map(([key, value]) => [key, textField(value)]))
}
