// A button that copies a text.
import { Check, Copy as CopyIcon } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

const SHOWN_MS = 1_500

/** Copies `text`; `what` says to people what it is. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const { t } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return undefined
    const timer = setTimeout(() => {
      setCopied(false)
    }, SHOWN_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [isCopied])
  const Icon = isCopied ? Check : CopyIcon
  return (
    <button
      type="button"
      className="inline-grid size-6 shrink-0 cursor-pointer place-items-center rounded text-muted hover:bg-raised hover:text-ink"
      aria-label={isCopied ? t('copied') : t('copy', { what })}
      onClick={() => {
        void copy(text, setCopied)
      }}
    >
      <Icon aria-hidden size={14} />
    </button>
  )
}

async function copy(text: string, setCopied: (isCopied: boolean) => void): Promise<void> {
  await navigator.clipboard.writeText(text)
  setCopied(true)
}
