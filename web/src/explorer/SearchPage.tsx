// Everything that may be meant by what somebody searched for.
import type { SearchResult } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { Translate } from '../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useMarket } from '../read/useMarket.ts'
import { Copy } from '../show/Copy.tsx'
import { Export } from '../show/Export.tsx'
import { shorten } from '../show/Id.tsx'
import { Mark } from '../show/Mark.tsx'
import { Page } from '../show/Page.tsx'
import { fixedSource } from '../show/source.ts'
import { Empty } from '../show/states.tsx'
import { QueryTable, type Column } from '../show/Table.tsx'
import { useChain } from '../site/chain.tsx'
import { pathOf } from '../site/found.ts'
import { useSearchOf } from '../site/search.ts'
import type { ExplorerWords } from './columns.tsx'
import { readQuerySearch } from './searches.ts'

/** The most that the market finds for one search. */
const LIMIT = 50
const NOTHING: readonly SearchResult[] = []

/** The results of a search. */
export function SearchPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { t: site } = useTranslation()
  const { q = '' } = useSearchOf(readQuerySearch)
  const query = useMarket<{ readonly results: readonly SearchResult[] }>({
    path: '/search',
    query: { q, limit: LIMIT },
    news: 'blocks',
    isAsked: q !== '',
  })
  const columns = useMemo(() => resultColumns(t, site), [t, site])
  const found = query.data?.results ?? NOTHING
  const source = useMemo(() => fixedSource(found), [found])
  return (
    <Page
      title={q === '' ? t('find.title') : t('find.results', { q })}
      beside={
        found.length > 0 && (
          <div className="flex flex-wrap items-center gap-2">
            <Export name="search" columns={columns} source={source} />
          </div>
        )
      }
    >
      {found.length === LIMIT && <p className="text-muted">{t('find.first', { count: LIMIT })}</p>}
      <div className="card" aria-live="polite">
        {q === '' ? (
          <Empty>{t('find.empty')}</Empty>
        ) : (
          <QueryTable
            caption={t('find.results', { q })}
            columns={columns}
            query={query}
            rowsOf={({ results }) => results}
            keyOf={({ type, id }) => `${type} ${id}`}
            empty={<span className="mx-auto block max-w-prose">{t('find.nothing', { q })}</span>}
          />
        )}
      </div>
    </Page>
  )
}

function resultColumns(t: ExplorerWords, site: Translate): readonly Column<SearchResult>[] {
  return [
    {
      key: 'kind',
      title: t('find.kind'),
      cell: ({ type }) => <span className="text-muted">{site(`kind.${type}`)}</span>,
      value: ({ type }) => type,
    },
    { key: 'id', title: t('find.what'), cell: (result) => <Found result={result} />, value: ({ id }) => id },
  ]
}

function Found({ result }: { readonly result: SearchResult }): ReactElement {
  const { slug } = useChain()
  const { id, type } = result
  const name = result.name === '' ? null : result.name
  const digits = type === 'category' ? undefined : (id.slice(0, 66) as `0x${string}`)
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-2">
      {digits !== undefined && <Mark id={digits} />}
      <Link to={`/${slug}${pathOf(result)}`} className="link">
        <bdi>{name ?? <span className="font-mono break-all">{id}</span>}</bdi>
      </Link>
      {name !== null && digits !== undefined && (
        <span className="font-mono text-xs break-all text-muted">{digits}</span>
      )}
      {digits !== undefined && <Copy text={id} what={shorten(id)} />}
    </span>
  )
}
