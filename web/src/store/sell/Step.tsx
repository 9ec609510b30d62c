// One step of a guided page.
import type { ReactElement, ReactNode } from 'react'

/** A step with its number and title. */
export function Step(props: {
  readonly number: number
  readonly title: string
  readonly children: ReactNode
}): ReactElement {
  const { number, title, children } = props
  return (
    <section className="card" aria-label={title}>
      <h2 className="flex items-center gap-3 border-b border-line px-4 py-2 text-lg font-semibold">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-raised text-sm tabular-nums"
        >
          {number}
        </span>
        {title}
      </h2>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4">{children}</div>
    </section>
  )
}
