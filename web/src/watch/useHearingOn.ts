// A page that nobody sees hears no news, but for one of them where notices outside of the page are wished.
import { useEffect } from 'react'
import type { News } from '../read/news.tsx'

/** Whether anybody wants to be told outside of the page, and how to hear on. */
export type HearingOn = Pick<News, 'hearOn'> & { readonly lock: string; readonly isWished: boolean }

/**
 * Hears news on while the page is out of sight: of all windows of the site one does, as each of them holds a connection.
 *
 * @param lock of which one window at a time has its turn
 * @example
 * useHearingOn({ lock: 'watched local', isWished: true, hearOn: useNews().hearOn })
 */
export function useHearingOn({ lock, isWished, hearOn }: HearingOn): void {
  useEffect(() => {
    if (!isWished) return undefined
    const leaving = new AbortController()
    const { signal } = leaving
    const hold = async (): Promise<void> => {
      hearOn(true)
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
      })
    }
    // Whoever leaves before it is his turn is told so by an error.
    navigator.locks.request(lock, { signal }, hold).catch(() => undefined)
    return () => {
      leaving.abort()
      hearOn(false)
    }
  }, [lock, isWished, hearOn])
}
