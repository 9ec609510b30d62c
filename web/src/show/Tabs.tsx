// Parts of a page, one at a time; which one stands in the address.
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'

/** One part of a page. */
export type Tab = {
  /** In the address; the first one is not written there. */
  readonly key: string
  readonly title: ReactNode
  /** How many rows it has, where that is known. */
  readonly count?: number | undefined
}

/** What the tabs are. */
export type TabsProps = {
  /** Says to everybody what these are parts of. */
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly chosen: string
}

/** A link to the first part is not active on the others, though its search is part of theirs. */
const EXACTLY = { exact: true, explicitUndefined: true } as const

/** Links to the parts of a page. Whoever chooses one begins with its first page. */
export function Tabs({ label, tabs, chosen }: TabsProps): ReactElement {
  return (
    <nav aria-label={label} className="overflow-x-auto border-b border-line">
      <ul className="flex gap-1">
        {tabs.map(({ key, title, count }, place) => (
          <li key={key}>
            <Link
              to="."
              search={{ tab: place === 0 ? undefined : key }}
              resetScroll={false}
              activeOptions={EXACTLY}
              aria-current={key === chosen ? 'page' : undefined}
              className="-mb-px inline-flex min-h-9 items-center gap-2 border-b-2 border-transparent px-3 whitespace-nowrap text-muted hover:text-ink aria-[current=page]:border-link aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {title}
              {count !== undefined && <span className="rounded-full bg-raised px-2 text-xs tabular-nums">{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
