// A state in a word and a sign: never by colour alone.
import type { LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'

/** How a state looks. */
export type Look = { readonly Icon: LucideIcon; readonly colour: string }

/** The sign of a state, and its word. */
export function Sign({ look: { Icon, colour }, word }: { readonly look: Look; readonly word: string }): ReactElement {
  return (
    <span className={`inline-flex items-center gap-1 font-medium whitespace-nowrap ${colour}`}>
      <Icon aria-hidden size={14} className="shrink-0" />
      {word}
    </span>
  )
}
