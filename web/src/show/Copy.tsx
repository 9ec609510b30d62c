// A button that copies a text.
import { Check, Copy as CopyIcon } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { copyText } from './copyText.ts'

const SHOWN_MS = 1_500

type State = 'idle' | 'copied' | 'refused'

/** Copies `text`; `what` says to people what it is. Where nothing can be copied, the text stands there to be taken by hand. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const { t } = useTranslation()
  const [state, setState] = useState<State>('idle')
  useEffect(() => {
    if (state !== 'copied') return undefined
    const timer = setTimeout(() => {
      setState('idle')
    }, SHOWN_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [state])
  const copy = async (): Promise<void> => {
    setState((await copyText(text)) ? 'copied' : 'refused')
  }
  if (state === 'refused') {
    return (
      <input
        className="field w-40 font-mono text-xs"
        readOnly
        value={text}
        aria-label={t('copyByHand', { what })}
        ref={(field) => {
          field?.select()
        }}
        onBlur={() => {
          setState('idle')
        }}
      />
    )
  }
  const Icon = state === 'copied' ? Check : CopyIcon
  return (
    <button
      type="button"
      className="inline-grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
      aria-label={state === 'copied' ? t('copied') : t('copy', { what })}
      onClick={() => {
        void copy()
      }}
    >
      <Icon aria-hidden size={14} />
    </button>
  )
}
