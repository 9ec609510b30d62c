// What is known of one thing: names and values, one under the other.
import type { ReactElement, ReactNode } from 'react'

/** One thing that is known. `undefined` values are left away. */
export type Fact = readonly [name: string, value: ReactNode]

/** Names and values; two columns where there is room. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactElement {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
