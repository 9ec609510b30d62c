// A few numbers that matter, large.
import type { ReactElement, ReactNode } from 'react'

/** One number with its name; `note` says more, small. */
export type Figure = { readonly name: string; readonly value: ReactNode; readonly note?: ReactNode }

/** Numbers side by side. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }): ReactElement {
  return (
    <dl className="flex flex-wrap gap-px overflow-hidden rounded-xl border border-line bg-line">
      {figures.map(({ name, value, note }) => (
        <div key={name} className="flex grow basis-36 flex-col gap-0.5 bg-surface px-4 py-3">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="text-lg font-semibold tabular-nums">{value}</dd>
          {note !== undefined && <dd className="text-xs text-muted">{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
