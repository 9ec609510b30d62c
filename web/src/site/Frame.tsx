// The frame around every page: the head, what there is to say of the market, the page, the foot.
import { Outlet, useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { NewsOf } from '../read/news.tsx'
import { ChainProvider, useConfig } from './chain.tsx'
import { Footer } from './Footer.tsx'
import { Header } from './Header.tsx'
import { Lag } from './Lag.tsx'

/** The frame around every page. What is in it is about the chain of the page, or the first one where the page is of none. */
export function Frame(): ReactElement {
  const { t } = useTranslation()
  const { chains } = useConfig()
  const { chain: slug } = useParams({ strict: false })
  const chain = chains.find((other) => other.slug === slug) ?? chains[0]
  return (
    <ChainProvider value={chain}>
      <NewsOf chain={chain}>
        <div className="flex min-h-dvh flex-col">
          <a href="#content" className="button absolute start-2 top-2 z-50 -translate-y-20 focus:translate-y-0">
            {t('skip')}
          </a>
          <Header />
          <Lag />
          <main id="content" tabIndex={-1} className="grow">
            <Outlet />
          </main>
          <Footer />
        </div>
      </NewsOf>
    </ChainProvider>
  )
}
