// The head of every page: whose site it is, its parts, search, news, chain, wallet; and the lists of the explorer.
import { Link, useLocation } from '@tanstack/react-router'
import { Menu, X } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { WalletButton } from '../wallet/WalletButton.tsx'
import { ChainChoice } from './ChainChoice.tsx'
import { useChain, useConfig } from './chain.tsx'
import { LanguageChoice } from './LanguageChoice.tsx'
import { Live } from './Live.tsx'
import { EXPLORER_LISTS, PART_STARTS, partOf } from './parts.ts'
import { SearchField } from './SearchField.tsx'
import { ThemeChoice } from './ThemeChoice.tsx'

/** The head of every page. On a phone most of it is behind a button. */
export function Header(): ReactElement {
  const { t } = useTranslation()
  const { name, parts } = useConfig()
  const { slug } = useChain()
  const { pathname } = useLocation()
  // Whoever has chosen where to go has seen enough of the menu: it is open on one page only.
  const [openAt, setOpenAt] = useState<string>()
  const isOpen = openAt === pathname
  const Icon = isOpen ? X : Menu
  return (
    <header className="z-40 border-b lg:sticky lg:top-0 border-line bg-surface">
      <div className="mx-auto flex w-full max-w-7xl flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2">
        <Link to="/" className="text-lg font-bold">
          <bdi>{name}</bdi>
        </Link>
        <PartLinks />
        <div className="ms-auto flex items-center gap-2 lg:order-last">
          <Live />
          <WalletButton />
          <button
            type="button"
            className="button px-2 lg:hidden"
            aria-expanded={isOpen}
            aria-controls="menu"
            aria-label={t('menu')}
            onClick={() => {
              setOpenAt(isOpen ? undefined : pathname)
            }}
          >
            <Icon aria-hidden size={16} />
          </button>
        </div>
        {parts.includes('explorer') && <SearchField />}
        <div
          id="menu"
          className={`w-full flex-wrap items-center gap-2 lg:flex lg:w-auto ${isOpen ? 'flex' : 'hidden'}`}
        >
          <Link to={`/${slug}/watching`} className="button">
            {t('watching')}
          </Link>
          <ChainChoice />
          <LanguageChoice />
          <ThemeChoice />
        </div>
      </div>
      <ListLinks isOpen={isOpen} />
    </header>
  )
}

/** The faces of the site; nothing where there is only one. */
function PartLinks(): ReactElement | null {
  const { t } = useTranslation()
  const { parts } = useConfig()
  const { slug } = useChain()
  const { pathname } = useLocation()
  const current = partOf(pathname, slug)
  if (parts.length < 2) return null
  return (
    <nav className="flex" aria-label={t('parts')}>
      {parts.map((part) => (
        <Link
          key={part}
          to={`/${slug}${PART_STARTS[part]}`}
          aria-current={part === current ? 'page' : undefined}
          // The router would take the explorer, above whose pages all others are, for current everywhere.
          activeOptions={{ exact: true }}
          activeProps={{}}
          className="inline-flex min-h-8 items-center rounded-lg px-2 font-medium text-muted hover:text-ink aria-[current=page]:text-ink aria-[current=page]:underline aria-[current=page]:decoration-accent aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8"
        >
          {t(`part.${part}`)}
        </Link>
      ))}
    </nav>
  )
}

/** The lists of the explorer, below everything else: a row, on a phone part of the menu. */
function ListLinks({ isOpen }: { readonly isOpen: boolean }): ReactElement | null {
  const { t } = useTranslation()
  const { t: explorer } = useTranslation('explorer')
  const { parts } = useConfig()
  const { slug } = useChain()
  const { pathname } = useLocation()
  if (!parts.includes('explorer') || partOf(pathname, slug) !== 'explorer') return null
  return (
    <nav className={`border-t border-line lg:block ${isOpen ? '' : 'hidden'}`} aria-label={t('part.explorer')}>
      <ul className="mx-auto flex w-full max-w-7xl flex-wrap px-2">
        {EXPLORER_LISTS.map((list) => (
          <li key={list}>
            <Link
              to={`/${slug}/${list}`}
              activeOptions={{ includeSearch: false }}
              className="inline-flex min-h-8 items-center px-2 text-muted hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {explorer(list)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
