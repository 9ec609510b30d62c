// The frame around every page: name, parts, chain, language and theme.
import { Link, Outlet, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { WalletButton } from '../wallet/WalletButton.tsx'
import { ChainProvider, useConfig } from './chain.tsx'
import { LanguageChoice } from './LanguageChoice.tsx'
import { ThemeChoice } from './ThemeChoice.tsx'
import type { Part } from './config.ts'

const START: { readonly [P in Part]: string } = { store: 'store', explorer: 'deals', market: 'market' }

/** The frame around every page. */
export function Frame(): ReactElement {
  const { t } = useTranslation()
  const { name, parts, chains } = useConfig()
  const { chain: slug } = useParams({ strict: false })
  const chain = chains.find((other) => other.slug === slug) ?? chains[0]
  return (
    <ChainProvider value={chain}>
      <div className="flex min-h-dvh flex-col">
        <a href="#content" className="button absolute start-2 top-2 z-50 -translate-y-20 focus:translate-y-0">
          {t('skip')}
        </a>
        <header className="sticky top-0 z-40 border-b border-line bg-surface">
          <div className="mx-auto flex w-full max-w-7xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
            <Link to="/" className="text-lg font-bold">
              <bdi>{name}</bdi>
            </Link>
            <nav className="flex gap-1" aria-label={t('menu')}>
              {parts.map((part) => (
                <Link
                  key={part}
                  to={`/${chain.slug}/${START[part]}`}
                  className="rounded-lg px-2 py-1 font-medium text-muted hover:text-ink aria-[current=page]:text-ink"
                >
                  {t(`part.${part}`)}
                </Link>
              ))}
            </nav>
            <div className="ms-auto flex items-center gap-2">
              <LanguageChoice />
              <ThemeChoice />
              <WalletButton />
            </div>
          </div>
        </header>
        <main id="content" tabIndex={-1} className="grow">
          <Outlet />
        </main>
      </div>
    </ChainProvider>
  )
}
