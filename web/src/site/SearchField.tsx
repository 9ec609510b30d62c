// One field that finds whatever a person has at hand; the key `/` leads to it from anywhere.
import type { SearchResult } from '@iexec/wire'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { ask } from '../read/ask.ts'
import { useMarket } from '../read/useMarket.ts'
import { shorten } from '../show/Id.tsx'
import { useChoice } from '../show/kept.ts'
import { useChain } from './chain.tsx'
import { pathMeant, pathOf } from './found.ts'

type Found = { readonly results: readonly SearchResult[] }

const SUGGESTIONS = 10

/** The field with its suggestions: arrows choose one, Enter opens it, or what was meant, or the page of all results. */
export function SearchField(): ReactElement {
  const { t } = useTranslation()
  const { typed, setTyped, results, chosen, setChosen, open, submit } = useSuggestions()
  const [isFocused, setFocused] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const list = useId()
  useSlashKey(field)
  const isOpen = isFocused && typed !== '' && results.length > 0
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setTyped('')
      field.current?.blur()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : -1
    // One place more than there are suggestions: the field itself.
    const places = results.length + 1
    setChosen(((chosen + 1 + step + places) % places) - 1)
  }
  return (
    <search className="order-last w-full min-w-0 lg:order-none lg:w-auto lg:grow">
      <form
        className="relative"
        onSubmit={(event) => {
          event.preventDefault()
          field.current?.blur()
          submit()
        }}
      >
        <Search
          aria-hidden
          size={14}
          className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-muted"
        />
        <input
          ref={field}
          type="search"
          role="combobox"
          className="field w-full ps-8"
          aria-label={t('search')}
          aria-expanded={isOpen}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && chosen >= 0 ? `${list}-${chosen}` : undefined}
          placeholder={t('searchHint')}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => {
            setTyped(target.value)
          }}
          onFocus={() => {
            setFocused(true)
          }}
          onBlur={() => {
            setFocused(false)
          }}
          onKeyDown={onKeyDown}
        />
        <div
          id={list}
          // The browser's own list would show text alone, and not what kind of thing it is.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="listbox"
          aria-label={t('suggestions')}
          className={`card absolute inset-x-0 top-full z-50 mt-1 overflow-hidden shadow-lg ${isOpen ? '' : 'hidden'}`}
        >
          {results.map((result, place) => (
            <Suggestion
              key={`${result.type} ${result.id}`}
              id={`${list}-${place}`}
              result={result}
              isChosen={place === chosen}
              open={open}
            />
          ))}
        </div>
        <output className="sr-only">{isOpen && t('suggestionCount', { count: results.length })}</output>
      </form>
    </search>
  )
}

type SuggestionProps = {
  readonly id: string
  readonly result: SearchResult
  readonly isChosen: boolean
  readonly open: (path: string) => void
}

/** What was found. The field keeps the focus, so that the keyboard goes on there. */
function Suggestion({ id, result, isChosen, open }: SuggestionProps): ReactElement {
  const { t } = useTranslation()
  return (
    // Its keys are those of the field, which keeps the focus.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      className="flex min-h-9 cursor-pointer items-center gap-3 px-3 hover:bg-raised aria-selected:bg-raised"
      onMouseDown={(event) => {
        // The field keeps the focus; what was pressed is opened only when it is let go there, so that a list can be scrolled by a finger.
        event.preventDefault()
      }}
      onClick={() => {
        open(pathOf(result))
      }}
    >
      <span className="w-24 shrink-0 text-xs text-muted">{t(`kind.${result.type}`)}</span>
      <SuggestionWords result={result} />
    </div>
  )
}

function SuggestionWords({ result: { type, id, name } }: { readonly result: SearchResult }): ReactElement {
  const digits = <span className="font-mono text-xs">{type === 'category' ? id : shorten(id)}</span>
  if (name === null || name === '' || type === 'order') return digits
  return (
    <>
      <bdi className="truncate">{name}</bdi>
      <span className="ms-auto text-muted">{digits}</span>
    </>
  )
}

type Suggestions = {
  readonly typed: string
  readonly setTyped: (typed: string) => void
  readonly results: readonly SearchResult[]
  /** Which suggestion; -1 is none. */
  readonly chosen: number
  readonly setChosen: (chosen: number) => void
  readonly open: (path: string) => void
  /** Opens the chosen one, or what was meant. */
  readonly submit: () => void
}

function useSuggestions(): Suggestions {
  const chain = useChain()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(-1)
  const q = typed.trim()
  const query = { q, limit: SUGGESTIONS }
  // Each letter asks anew, and the question before is given up.
  const { data } = useMarket<Found>({ path: '/search', query, news: 'blocks', isAsked: q !== '' })
  const results = q === '' ? [] : (data?.results ?? [])
  const open = (path: string): void => {
    setTyped('')
    setChosen(-1)
    void navigate({ to: `/${chain.slug}${path}` })
  }
  const openMeant = async (): Promise<void> => {
    // What is in sight may still be of the letter before.
    const { results: fresh } = await client
      .query({
        queryKey: [chain.slug, 'blocks', '/search', query],
        queryFn: async ({ signal }) => ask<Found>(chain, '/search', { query, signal }),
        staleTime: 5_000,
      })
      // The page of results says what is wrong.
      .catch((): Found => ({ results: [] }))
    const path = pathMeant(q, fresh)
    if (path !== undefined) {
      open(path)
      return
    }
    setTyped('')
    await navigate({ to: `/${chain.slug}/search`, search: { q } })
  }
  return {
    typed,
    setTyped: (text) => {
      setTyped(text)
      setChosen(-1)
    },
    results,
    chosen,
    setChosen,
    open,
    submit: () => {
      const suggestion = results[chosen]
      if (suggestion !== undefined) open(pathOf(suggestion))
      else if (q !== '') void openMeant()
    },
  }
}

/** Leads to the field, unless somebody is writing, or wants no such key. */
function useSlashKey(field: RefObject<HTMLInputElement | null>): void {
  const [isOff] = useChoice('no-slash')
  useEffect(() => {
    if (isOff) return undefined
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog') !== null)
        return
      event.preventDefault()
      field.current?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('keydown', onKey)
    }
  }, [field, isOff])
}
