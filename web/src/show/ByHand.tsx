// A text that the browser does not copy: selected, to be taken by hand.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'

/** The text in a field; `what` says to people what it is. */
export function ByHand({
  text,
  what,
  end,
}: {
  readonly text: string
  readonly what: string
  readonly end: () => void
}): ReactElement {
  const { t } = useTranslation()
  return (
    <input
      className="field w-40 font-mono text-xs"
      readOnly
      value={text}
      aria-label={t('copyByHand', { what })}
      ref={(field) => {
        field?.select()
      }}
      onBlur={end}
    />
  )
}
