// The catalogue: all apps of all registries of the site, on the chain of the page.
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Page } from '../../show/Page.tsx'
import { PAGE_SIZE, Pager } from '../../show/Pager.tsx'
import { Empty, Failure } from '../../show/states.tsx'
import { useChain } from '../../site/chain.tsx'
import { isRead, useRegistries, type Listed, type Registries } from '../registries.ts'
import { RegistryFaults } from '../RegistryFaults.tsx'
import type { FindListings } from '../searchWords.ts'
import { countsOf, isChosen, needsAllFigures, sortShelf } from '../shelf.ts'
import { readStoreSearch, type StoreSearch } from '../storeSearch.ts'
import { useFigures, type FiguresOf } from '../useFigures.ts'
import { Card } from './Card.tsx'
import { Chooser } from './Chooser.tsx'
import { keyOf, useShelf, type OnShelf } from './useShelf.ts'

/** The catalogue. */
export function CataloguePage(): ReactElement {
  const { t } = useTranslation('store')
  const { slug, chainId } = useChain()
  const registries = useRegistries()
  const here = useMemo(
    () => registries.listed.filter(({ listing }) => listing.addresses[chainId] !== undefined),
    [registries.listed, chainId],
  )
  return (
    <Page
      title={t('title')}
      beside={
        <Link to={`/${slug}/store/sell`} className="button">
          {t('sellYours')}
        </Link>
      }
    >
      <RegistryFaults registries={registries.registries} />
      <Shelf here={here} registries={registries} />
    </Page>
  )
}

function Shelf({
  here,
  registries,
}: {
  readonly here: readonly Listed[]
  readonly registries: Registries
}): ReactElement | null {
  const { t } = useTranslation('store')
  const search = readStoreSearch(useSearch({ strict: false }))
  const shelf = useShelf(here)
  const found = useFound(here, search.q)
  const { page = 1 } = search
  const figures = useFigures(askedOf(shelf, { search, found, page }))
  const shown = choose(
    shelf.map((one) => ({ ...one, ...figures.of(keyOf(one.address)) })),
    { search, found },
  )
  const choices = useMemo(
    () => ({
      categories: countsOf(here.flatMap(({ listing }) => listing.categories)),
      types: countsOf(here.flatMap(({ listing }) => listing.type ?? [])),
      hasTee: here.some(({ listing }) => listing.isTee),
    }),
    [here],
  )
  if (here.length === 0) {
    if (registries.isReading) return <CardSkeletons />
    if (!registries.registries.every(isRead)) return null
    return <Empty>{registries.registries.length === 0 ? t('noRegistry') : t('noneHere')}</Empty>
  }
  const hasSource = registries.registries.length > 1
  return (
    <>
      <Chooser search={search} {...choices} />
      <MarketFaults figures={figures} />
      <p className="text-muted" aria-live="polite">
        {t('shown', { count: shown.length })}
      </p>
      {shown.length === 0 ? (
        <NothingFits />
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-4">
          {pageOf(shown, page).map((shelved) => (
            <li key={`${shelved.source}/${shelved.listing.org}/${shelved.listing.name}`}>
              <Card shelved={shelved} hasSource={hasSource} isUnknown={figures.error !== undefined} />
            </li>
          ))}
        </ul>
      )}
      {shown.length > PAGE_SIZE && <Pager page={page} count={shown.length} />}
    </>
  )
}

type Choosing = { readonly search: StoreSearch; readonly found: ReadonlyMap<Listed, number> | undefined }

/** Words choose, and sort as long as no other order is asked for. */
function choose(shelf: readonly OnShelf[], { search, found }: Choosing): readonly OnShelf[] {
  const chosen = shelf.filter((one) => isChosen(one, search) && (found === undefined || found.has(one.listed)))
  if (found !== undefined && search.sort === undefined) {
    return chosen.toSorted((one, other) => (found.get(one.listed) ?? 0) - (found.get(other.listed) ?? 0))
  }
  return sortShelf(chosen, search.sort ?? 'usage')
}

function pageOf(shelf: readonly OnShelf[], page: number): readonly OnShelf[] {
  return shelf.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
}

/** Whose prices and records are asked for: those in sight, and all only where the choice depends on them. */
function askedOf(
  shelf: readonly OnShelf[],
  { page, ...choosing }: Choosing & { readonly page: number },
): readonly string[] {
  const asked = needsAllFigures(choosing.search) ? shelf : pageOf(choose(shelf, choosing), page)
  return [...new Set(asked.flatMap(({ address }) => keyOf(address) ?? []))]
}

/** Listings are there without the market, but nobody knows what they cost. */
function MarketFaults({ figures: { error, retry } }: { readonly figures: FiguresOf }): ReactElement | null {
  const { t } = useTranslation('store')
  if (error === undefined) return null
  return (
    <section className="card border-bad" aria-label={t('marketFailed')}>
      <p className="px-4 pt-4 font-medium">{t('marketFailed')}</p>
      <Failure error={error} retry={retry} />
    </section>
  )
}

/** Rank of what the words find; `undefined` without words, and until the search is loaded. */
function useFound(here: readonly Listed[], words: string | undefined): ReadonlyMap<Listed, number> | undefined {
  const key = here.map(({ registry }) => registry.index?.hash ?? '').join(' ')
  const { data: find } = useQuery<FindListings>({
    queryKey: ['store', 'search', key, here.length],
    queryFn: async () => {
      const { indexListings } = await import('../searchWords.ts')
      return indexListings(here.map(({ listing }) => listing))
    },
    enabled: words !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useMemo(() => {
    if (words === undefined || find === undefined) return undefined
    return new Map(find(words).flatMap((place, rank) => (here[place] === undefined ? [] : [[here[place], rank]])))
  }, [find, here, words])
}

function NothingFits(): ReactElement {
  const { t } = useTranslation()
  return (
    <Empty>
      <p>{t('nothingFits')}</p>
      <Link to="." search={{}} className="button mt-3">
        {t('clear')}
      </Link>
    </Empty>
  )
}

function CardSkeletons(): ReactElement {
  const { t } = useTranslation()
  return (
    <output aria-label={t('loading')} className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,13rem),1fr))] gap-4">
      {Array.from({ length: 8 }, (_, place) => (
        <div key={place} className="skeleton h-80 rounded-xl" />
      ))}
    </output>
  )
}
