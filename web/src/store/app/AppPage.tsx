// The page of an app in the store: what it does, whether its listing is true, what it costs, and how it is run.
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { lazy, Suspense, type ReactElement } from 'react'
import { Badge } from '../../badge/Badge.tsx'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Address } from 'viem'
import { Id } from '../../show/Id.tsx'
import { Facts, type Fact } from '../../show/Facts.tsx'
import { Figures } from '../../show/Figures.tsx'
import { Beside, Page } from '../../show/Page.tsx'
import { Empty, Failure, Skeleton } from '../../show/states.tsx'
import { useChain, useConfig } from '../../site/chain.tsx'
import { useCategoryName } from '../categoryName.ts'
import { Logo } from '../Logo.tsx'
import { Price } from '../Price.tsx'
import { isRead, useRegistries, type Listed, type Registry } from '../registries.ts'
import { RegistryFaults } from '../RegistryFaults.tsx'
import { RunPanel } from '../run/RunPanel.tsx'
import { NOWHERE, usePurchase } from '../run/usePurchase.ts'
import { sayBytes, sayDuration, sayShare } from '../../show/say.ts'
import { readRunSearch } from '../storeSearch.ts'
import { Screenshots } from './Screenshots.tsx'
import { Trust } from './Trust.tsx'
import { useAppOnChain, useAppOnMarket } from './useApp.ts'
import { Watch } from '../../watch/Watch.tsx'

const RunView = lazy(async () => ({ default: (await import('../run/RunView.tsx')).RunView }))
const Readme = lazy(async () => ({ default: (await import('./Readme.tsx')).Readme }))

/** The page of one listing. */
export function AppPage(): ReactElement {
  const { t } = useTranslation('store')
  const { slug } = useChain()
  const { org, app } = useParams({ strict: false })
  const { from } = readRunSearch(useSearch({ strict: false }))
  const { registries, listed, isReading } = useRegistries()
  const same = listed.filter(({ listing }) => listing.org === org && listing.name === app)
  const found = same.find(({ source }) => source === (from ?? source)) ?? same[0]
  if (found !== undefined) {
    const others = same.filter((one) => one !== found)
    // What is bought, tried or typed is of one app on one chain.
    return <ListedApp key={`${slug} ${org}/${app} ${found.source}`} listed={found} others={others} />
  }
  return (
    <Page title={app ?? t('title')} beside={<BackLink />}>
      <RegistryFaults registries={registries} />
      {isReading ? (
        <Skeleton lines={8} />
      ) : (
        registries.every(isRead) && <Empty>{t('noListing', { name: `${org}/${app}` })}</Empty>
      )}
    </Page>
  )
}

function BackLink(): ReactElement {
  const { t } = useTranslation('store')
  const { slug } = useChain()
  return (
    <Link to={`/${slug}/store`} className="button">
      <ArrowLeft aria-hidden size={14} className="rtl:-scale-x-100" />
      {t('all')}
    </Link>
  )
}

type ListedProps = { readonly listed: Listed; readonly others: readonly Listed[] }

function ListedApp({ listed, others }: ListedProps): ReactElement {
  const { t } = useTranslation('store')
  const { listing, registry } = listed
  const { chainId, name: chain } = useChain()
  const address = listing.addresses[chainId]
  const purchase = usePurchase(address ?? NOWHERE)
  return (
    <Page
      title={listing.title}
      beside={
        <Beside>
          {address !== undefined && <Watch kind="app" id={address} />}
          {address !== undefined && <Badge kind="app" address={address} />}
          <BackLink />
        </Beside>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[auto_1fr]">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-6 lg:col-start-1">
          {purchase.run !== undefined && address !== undefined && (
            <Suspense fallback={<Skeleton lines={6} />}>
              <RunView key={purchase.run} app={address} deal={purchase.run} purchase={purchase} />
            </Suspense>
          )}
          <Head listed={listed} address={address} />
          <Screenshots listed={listed} />
        </div>
        <div className="min-w-0 lg:sticky lg:top-16 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          {address === undefined ? (
            <p className="card p-4">{t('notOnChain', { chain })}</p>
          ) : (
            <RunPanel key={address} listing={listing} app={address} purchase={purchase} />
          )}
        </div>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-6 lg:col-start-1">
          <Detail listed={listed} others={others} address={address} />
          {listing.readme !== undefined && (
            <section className="card grid grid-cols-[minmax(0,1fr)] gap-3 p-4" aria-labelledby="readme">
              <h2 id="readme" className="text-lg font-semibold">
                {t('readme')}
              </h2>
              <Suspense fallback={<Skeleton lines={6} />}>
                <Readme registry={registry} path={listing.readme} />
              </Suspense>
            </section>
          )}
        </div>
      </div>
    </Page>
  )
}

type HeadProps = { readonly listed: Listed; readonly address: Address | undefined }

/** Who made it, what it does, how it has done, and whether the listing is true. */
function Head({ listed, address }: HeadProps): ReactElement {
  const { t, language } = useTranslation('store')
  const nameOf = useCategoryName()
  const { org, name, author, description, categories, tags } = listed.listing
  const { data: app, error } = useAppOnChain(address)
  const { price, usage, record, error: marketError, retry } = useAppOnMarket(address)
  const isUnknown = marketError !== undefined
  return (
    <>
      <div className="flex flex-wrap items-start gap-4 sm:flex-nowrap">
        <Logo listed={listed} size={96} />
        <div className="grid min-w-0 gap-2">
          <p className="text-muted">
            <bdi>{t('by', { author })}</bdi>
          </p>
          <p className="text-muted">
            {t('listedAs')}{' '}
            <span className="font-mono text-xs" dir="ltr">
              {org}/{name}
            </span>
          </p>
          <p className="max-w-prose text-base wrap-anywhere">{description}</p>
          <ul className="flex flex-wrap gap-2" aria-label={t('tags')}>
            {[...categories.map(nameOf), ...tags].map((word) => (
              <li key={word} className="rounded-full bg-raised px-2 py-0.5 text-xs text-muted">
                <bdi>{word}</bdi>
              </li>
            ))}
          </ul>
        </div>
      </div>
      {address !== undefined && (
        <>
          <Trust listing={listed.listing} app={app} error={error} />
          {marketError !== undefined && (
            <section className="card border-bad" aria-label={t('marketFailed')}>
              <p className="px-4 pt-4 font-medium">{t('marketFailed')}</p>
              <Failure error={marketError} retry={retry} />
            </section>
          )}
          <Figures
            figures={[
              {
                name: t('figure.price'),
                value: <Price nRLC={price} isUnknown={isUnknown} />,
                note: t('figure.perTask'),
              },
              {
                name: t('figure.success'),
                value: record === undefined || record === null ? '–' : sayShare(record.successRate, language),
                note:
                  record === undefined
                    ? isUnknown && t('unknownRecord')
                    : record === null
                      ? t('unproven')
                      : t('figure.ofEnded', { count: record.ended }),
              },
              {
                name: t('figure.time'),
                value: record?.medianSeconds === undefined ? '–' : sayDuration(record.medianSeconds, language),
                note: t('figure.toResult'),
              },
              {
                name: t('figure.usage'),
                value: usage === undefined ? '–' : new Intl.NumberFormat(language).format(usage),
                note: t('figure.tasks'),
              },
            ]}
          />
        </>
      )}
    </>
  )
}

type DetailProps = HeadProps & { readonly others: readonly Listed[] }

/** The bare facts: of the chain, and of the listing. */
function Detail({ listed, others, address }: DetailProps): ReactElement {
  const { t, language } = useTranslation('store')
  const { parts } = useConfig()
  const { listing, registry } = listed
  const { data: app } = useAppOnChain(address)
  const { left } = useAppOnMarket(address)
  const ids = parts.includes('explorer')
  const facts: readonly Fact[] = [
    [t('fact.address'), address === undefined ? undefined : <Id id={address} kind={ids ? 'app' : 'hash'} />],
    [t('fact.owner'), app === undefined ? undefined : <Id id={app.owner} kind={ids ? 'address' : 'hash'} />],
    [t('fact.nameOnChain'), app === undefined ? undefined : <bdi>{app.name}</bdi>],
    [t('fact.type'), app?.type ?? listing.type],
    [t('fact.image'), app === undefined ? undefined : <code className="break-all">{app.multiaddr}</code>],
    [t('fact.checksum'), app === undefined ? undefined : <Id id={app.checksum} kind="hash" />],
    [t('fact.enclave'), listing.isTee ? t('fact.isTee') : undefined],
    [t('fact.left'), left === undefined ? undefined : new Intl.NumberFormat(language).format(left)],
    [t('fact.license'), listing.license === '' ? undefined : listing.license],
    [t('fact.website'), linkOf(listing.social.website)],
    [t('fact.source'), linkOf(listing.social.github)],
    [t('fact.memory'), memoryOf(listing.resources?.memoryMb, language)],
    [t('fact.registry'), <bdi key="registry">{registry.name}</bdi>],
    [t('fact.signedBy'), <SignedBy key="signed" registry={registry} kind={ids ? 'address' : 'hash'} />],
    [
      t('fact.alsoIn'),
      others.length === 0 ? undefined : (
        <ul>
          {others.map((other) => (
            <li key={other.source}>
              <Link to="." search={{ from: other.source === 0 ? undefined : other.source }} className="link">
                {other.registry.name}
              </Link>
            </li>
          ))}
        </ul>
      ),
    ],
  ]
  return (
    <section className="card" aria-labelledby="facts">
      <h2 id="facts" className="border-b border-line px-4 py-2 text-lg font-semibold">
        {t('facts')}
      </h2>
      <Facts facts={facts} />
    </section>
  )
}

/** Who signed the listing, and how old it is: whoever serves an index may go on with an old one. */
function SignedBy({
  registry: { index },
  kind,
}: {
  readonly registry: Registry
  readonly kind: 'address' | 'hash'
}): ReactElement {
  const { t, language } = useTranslation('store')
  if (index?.signer === undefined) return <>{t('fact.unsigned')}</>
  const day = new Date(index.created).toLocaleDateString(language, { dateStyle: 'medium' })
  return (
    <span className="flex flex-wrap gap-x-3">
      <Id id={index.signer} kind={kind} />
      <span className="text-muted">{t('fact.signedOn', { day })}</span>
    </span>
  )
}

function memoryOf(memoryMb: number | undefined, language: string): string | undefined {
  return memoryMb === undefined ? undefined : sayBytes(memoryMb * 1e6, language)
}

/** Only http and https; that is what a listing is read for. */
function linkOf(url: string | undefined): ReactElement | undefined {
  if (url === undefined) return undefined
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow ugc" className="link break-all">
      {url}
    </a>
  )
}
