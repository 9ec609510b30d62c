// An amount of RLC, as people and as machines write it.
import { formatRlc } from '@iexec/protocol'
import type { ReactElement } from 'react'

/** An amount in nRLC, shown in RLC; the title says both. */
export function Amount({ nRLC }: { readonly nRLC: number | bigint }): ReactElement {
  const inRlc = formatRlc(BigInt(nRLC))
  return (
    <span className="whitespace-nowrap tabular-nums" title={`${inRlc} = ${nRLC} nRLC`}>
      {inRlc}
    </span>
  )
}
