// A button that copies a text.
import { Check, Copy as CopyIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { ByHand } from './ByHand.tsx'
import { useCopy } from './useCopy.ts'

/** Copies `text`; `what` says to people what it is. Where nothing can be copied, the text stands there to be taken by hand. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const { t } = useTranslation()
  const { state, copy, end } = useCopy()
  if (state === 'refused') return <ByHand text={text} what={what} end={end} />
  const Icon = state === 'copied' ? Check : CopyIcon
  return (
    <button
      type="button"
      className="inline-grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
      aria-label={state === 'copied' ? t('copied') : t('copy', { what })}
      onClick={() => {
        copy(text)
      }}
    >
      <Icon aria-hidden size={14} />
    </button>
  )
}
