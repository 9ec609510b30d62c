// What of the catalogue is shown: words, filters and the order. All of it stands in the address.
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useCategoryName } from '../categoryName.ts'
import { SORTS, type StoreSearch } from '../storeSearch.ts'
import { useIsHere } from '../useIsHere.ts'

/** Choices that occur among the listings. */
export type ChooserProps = {
  readonly search: StoreSearch
  readonly categories: readonly (readonly [string, number])[]
  readonly types: readonly (readonly [string, number])[]
  readonly hasTee: boolean
}

/** The address follows words as they are typed, a moment later. */
const SETTLE_MS = 150

/** Changes the choice; whoever chooses begins with the first page. */
function useChoose(): (change: StoreSearch, isTyping?: boolean) => void {
  const navigate = useNavigate()
  const isHere = useIsHere()
  return (change, isTyping = false) => {
    if (!isHere()) return
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, page: undefined, ...change }),
      replace: isTyping,
      resetScroll: false,
    })
  }
}

/** The field, the filters and the order. */
export function Chooser({ search, categories, types, hasTee }: ChooserProps): ReactElement {
  const { t } = useTranslation('store')
  const choose = useChoose()
  const nameOf = useCategoryName()
  return (
    <search className="grid gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <Words words={search.q ?? ''} choose={choose} />
        <Choice
          label={t('filter.price')}
          value={search.price}
          options={[
            ['free', t('freeApp')],
            ['paid', t('paid')],
          ]}
          choose={(price) => {
            choose({ price: price === 'free' || price === 'paid' ? price : undefined })
          }}
        />
        {(types.length > 1 || search.type !== undefined) && (
          <Choice
            label={t('filter.type')}
            value={search.type}
            options={types.map(([type]) => [type, type] as const)}
            choose={(type) => {
              choose({ type })
            }}
          />
        )}
        <label className="grid gap-1 text-xs text-muted">
          {t('filter.sort')}
          <select
            className="field text-sm"
            value={search.sort ?? 'usage'}
            onChange={({ target }) => {
              const sort = SORTS.find((one) => one === target.value)
              choose({ sort: sort === 'usage' ? undefined : sort })
            }}
          >
            {SORTS.map((sort) => (
              <option key={sort} value={sort}>
                {t(`sort.${sort}`)}
              </option>
            ))}
          </select>
        </label>
        {(hasTee || search.tee === true) && (
          <label className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={search.tee === true}
              onChange={({ target }) => {
                choose({ tee: target.checked ? true : undefined })
              }}
            />
            {t('filter.tee')}
          </label>
        )}
      </div>
      {categories.length > 0 && (
        <ul className="flex flex-wrap gap-2" aria-label={t('filter.category')}>
          {categories.map(([category, count]) => {
            const isOn = search.category === category
            return (
              <li key={category}>
                <button
                  type="button"
                  className="button rounded-full py-0.5 font-normal aria-pressed:border-ink aria-pressed:bg-raised aria-pressed:font-medium"
                  aria-pressed={isOn}
                  onClick={() => {
                    choose({ category: isOn ? undefined : category })
                  }}
                >
                  <bdi>{nameOf(category)}</bdi>
                  <span className="text-xs text-muted tabular-nums">{count}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
    </search>
  )
}

type WordsProps = {
  readonly words: string
  readonly choose: (change: StoreSearch, isTyping: boolean) => void
}

/** What is typed stays in the field; the address follows. */
function Words({ words, choose }: WordsProps): ReactElement {
  const { t } = useTranslation('store')
  const [typed, setTyped] = useState(words)
  const [told, setTold] = useState(words)
  // Somebody else changed the address: a link, or the way back.
  if (words !== told) {
    setTold(words)
    setTyped(words)
  }
  useEffect(() => {
    const q = typed.trim() === '' ? '' : typed
    if (q === told) return undefined
    const timer = setTimeout(() => {
      setTold(q)
      choose({ q: q === '' ? undefined : q }, true)
    }, SETTLE_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [typed, told, choose])
  return (
    <label className="relative grid min-w-48 grow gap-1 text-xs text-muted">
      {t('filter.words')}
      <Search aria-hidden size={14} className="pointer-events-none absolute start-3 bottom-2.5" />
      <input
        type="search"
        className="field w-full ps-8 text-sm"
        value={typed}
        maxLength={200}
        placeholder={t('filter.example')}
        onChange={({ target }) => {
          setTyped(target.value)
        }}
      />
    </label>
  )
}

type ChoiceProps = {
  readonly label: string
  readonly value: string | undefined
  readonly options: readonly (readonly [value: string, label: string])[]
  readonly choose: (value: string | undefined) => void
}

function Choice({ label, value, options, choose }: ChoiceProps): ReactElement {
  const { t } = useTranslation('store')
  return (
    <label className="grid gap-1 text-xs text-muted">
      {label}
      <select
        className="field text-sm"
        value={value ?? ''}
        onChange={({ target }) => {
          choose(target.value === '' ? undefined : target.value)
        }}
      >
        <option value="">{t('filter.any')}</option>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
