// A part of a page with its heading.
import type { ReactElement, ReactNode } from 'react'

/** What a part is made of. */
export type SectionProps = {
  readonly title: string
  /** Beside the heading: buttons. */
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** A card with a heading. It is no landmark: the tables in it are. */
export function Section({ title, beside, children }: SectionProps): ReactElement {
  return (
    <div className="card min-w-0">
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 className="text-lg font-semibold">{title}</h2>
        {beside !== undefined && <div className="flex flex-wrap items-center gap-2">{beside}</div>}
      </div>
      {children}
    </div>
  )
}
