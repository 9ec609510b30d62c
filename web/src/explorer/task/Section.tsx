// A part of a page with its heading.
import { useId, type ReactElement, type ReactNode } from 'react'

/** What a part is made of. */
export type SectionProps = {
  readonly title: string
  /** Beside the heading: buttons. */
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** A card with a heading. */
export function Section({ title, beside, children }: SectionProps): ReactElement {
  const id = useId()
  return (
    <section className="card min-w-0" aria-labelledby={id}>
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        {beside !== undefined && <div className="flex flex-wrap items-center gap-2">{beside}</div>}
      </div>
      {children}
    </section>
  )
}
