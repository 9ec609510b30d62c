// One app in the catalogue.
import { Link } from '@tanstack/react-router'
import { ShieldCheck } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useChain } from '../../site/chain.tsx'
import { Logo } from '../Logo.tsx'
import { Price } from '../Price.tsx'
import type { Listed } from '../registries.ts'
import { sayDuration, sayShare } from '../../show/say.ts'
import type { Shelved } from '../shelf.ts'

/** What a card shows. */
export type CardProps = {
  readonly shelved: Shelved & { readonly listed: Listed }
  /** Says which registry it is from, where there are several. */
  readonly hasSource: boolean
  /** Of its heading, where the page has others above. */
  readonly level?: 'h2' | 'h3'
  /** Whether the market did not say what is missing. */
  readonly isUnknown?: boolean
}

/** A card; its title is the link, and the whole card can be clicked. */
export function Card({ shelved, hasSource, level: Heading = 'h2', isUnknown = false }: CardProps): ReactElement {
  const { t } = useTranslation('store')
  const { slug } = useChain()
  const { listed, listing, price, record } = shelved
  const { org, name, title, author } = listing
  return (
    <article className="card relative flex h-full flex-col overflow-hidden hover:border-muted has-focus-visible:border-muted">
      <div className="grid min-h-51 place-items-center bg-raised p-3">
        <Logo listed={listed} size={180} />
      </div>
      <div className="flex grow flex-col gap-1 p-3">
        <Heading className="font-semibold break-words">
          <Link
            to={`/${slug}/store/${org}/${name}`}
            search={hasSource && listed.source > 0 ? { from: listed.source } : {}}
            className="after:absolute after:inset-0"
          >
            <bdi>{title}</bdi>
          </Link>
        </Heading>
        <p className="truncate text-muted">
          <bdi>{t('by', { author })}</bdi>
        </p>
        {/* What a registry looks at: who proposed it. The author is whatever somebody wrote. */}
        <p className="truncate font-mono text-xs text-muted" dir="ltr">
          {org}/{name}
        </p>
        <p className="mt-auto flex items-center gap-2 pt-2 font-medium">
          <Price nRLC={price} isUnknown={isUnknown} />
          {listing.isTee && (
            <span className="ms-auto inline-flex items-center gap-1 text-xs font-normal text-muted">
              <ShieldCheck aria-hidden size={14} />
              {t('tee')}
            </span>
          )}
        </p>
        <Record record={record} isUnknown={isUnknown} />
        {hasSource && <p className="truncate text-xs text-muted">{t('from', { name: listed.registry.name })}</p>}
      </div>
    </article>
  )
}

type RecordProps = { readonly record: Shelved['record']; readonly isUnknown: boolean }

/** How it has done; a line of its height until that is known. */
function Record({ record, isUnknown }: RecordProps): ReactElement {
  const { t, language } = useTranslation('store')
  if (record === undefined && !isUnknown) return <span className="skeleton h-4 w-3/4" aria-hidden />
  return (
    <p className="text-xs text-muted">
      {record === undefined
        ? t('unknownRecord')
        : record === null
          ? t('unproven')
          : record.medianSeconds === undefined
            ? t('success', { share: sayShare(record.successRate, language) })
            : t('proven', {
                share: sayShare(record.successRate, language),
                time: sayDuration(record.medianSeconds, language),
              })}
    </p>
  )
}
