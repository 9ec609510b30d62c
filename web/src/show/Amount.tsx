// An amount of RLC, as people and as machines write it.
import { formatIn, formatRlc } from '@iexec/protocol'
import type { ReactElement } from 'react'
import { useChoice } from './kept.ts'

/** An amount in nRLC, shown in RLC, or in nRLC where that was chosen for all pages; the title says both. */
export function Amount({ nRLC }: { readonly nRLC: number | bigint }): ReactElement {
  const [isNano] = useChoice('nano')
  const amount = BigInt(nRLC)
  return (
    // Digits and unit keep their order, whichever way the page is read.
    <span
      dir="ltr"
      className="whitespace-nowrap tabular-nums"
      title={`${formatIn(amount, 'RLC')} RLC = ${amount} nRLC`}
    >
      {isNano ? `${amount} nRLC` : formatRlc(amount)}
    </span>
  )
}
