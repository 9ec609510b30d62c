// Copies, and says how that went.
import { useEffect, useState } from 'react'
import { copyText } from './copyText.ts'

const SHOWN_MS = 1_500

/** Whether something was copied a moment ago, or cannot be: then the text has to be shown, to be taken by hand. */
export type Copying = {
  readonly state: 'idle' | 'copied' | 'refused'
  readonly copy: (text: string) => void
  /** Whoever took it by hand needs it no longer. */
  readonly end: () => void
}

/**
 * Copies texts.
 *
 * @example
 * const { state, copy } = useCopy()
 * <button onClick={() => copy(link)}>{state === 'copied' ? t('copied') : t('copyLink')}</button>
 */
export function useCopy(): Copying {
  const [state, setState] = useState<Copying['state']>('idle')
  useEffect(() => {
    if (state !== 'copied') return undefined
    const timer = setTimeout(() => {
      setState('idle')
    }, SHOWN_MS)
    return () => {
      clearTimeout(timer)
    }
  }, [state])
  const run = async (text: string): Promise<void> => {
    setState((await copyText(text)) ? 'copied' : 'refused')
  }
  return {
    state,
    copy: (text) => {
      void run(text)
    },
    end: () => {
      setState('idle')
    },
  }
}
