// The frame around every page: the head, what there is to say of the market, the page, the foot.
import { Outlet, useMatches, useParams } from '@tanstack/react-router'
import { useEffect, useRef, type ReactElement, type RefObject } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { NewsOf } from '../read/news.tsx'
import { ChainProvider, useConfig } from './chain.tsx'
import { Footer } from './Footer.tsx'
import { Header } from './Header.tsx'
import { Lag } from './Lag.tsx'
import { WatcherOf } from './WatcherOf.tsx'

/** The frame around every page. What is in it is about the chain of the page, or the first one where the page is of none. */
export function Frame(): ReactElement {
  const { t } = useTranslation()
  const { chains } = useConfig()
  const { chain: slug } = useParams({ strict: false })
  const chain = chains.find((other) => other.slug === slug) ?? chains[0]
  const page = useMatches({ select: (matches) => matches.at(-1)?.pathname })
  const content = useRef<HTMLElement>(null)
  useFocusOnArrival(content, page)
  return (
    <ChainProvider value={chain}>
      <NewsOf chain={chain}>
        <div className="flex min-h-dvh flex-col">
          {/* No link: `#content` would be one of the site's first page, whose address all links here are relative to. */}
          <button
            type="button"
            className="button absolute start-2 top-2 z-50 -translate-y-20 focus:translate-y-0"
            onClick={() => {
              content.current?.focus()
            }}
          >
            {t('skip')}
          </button>
          <Header />
          <Lag />
          <main ref={content} tabIndex={-1} className="grow">
            {/* Every page of something begins anew: nothing of what was shown or done before stands under its address. */}
            <Outlet key={page} />
          </main>
          <Footer />
          <WatcherOf />
        </div>
      </NewsOf>
    </ChainProvider>
  )
}

/** Whoever goes to another page is led to its title, which screen readers then say; the keyboard goes on from there. */
function useFocusOnArrival(content: RefObject<HTMLElement | null>, page: string | undefined): void {
  const before = useRef(page)
  useEffect(() => {
    if (before.current === page) return
    before.current = page
    const title = content.current?.querySelector('h1') ?? content.current
    title?.focus({ preventScroll: true })
  }, [content, page])
}
