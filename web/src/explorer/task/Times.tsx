// A moment twice, exactly and how far it is: a page of one thing has room for both.
import type { ReactElement } from 'react'
import { Moment } from '../../show/Moment.tsx'

/** A moment in ISO 8601 or in seconds since 1970. */
export function Times({ at }: { readonly at: string | number }): ReactElement {
  return (
    <span className="flex flex-wrap gap-x-3">
      <Moment at={at} isExact />
      <span className="text-muted">
        <Moment at={at} isExact={false} />
      </span>
    </span>
  )
}
