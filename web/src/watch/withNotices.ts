// Which notices there are to read.
import type { Notice } from './Notices.tsx'
import { MOST_WATCHED } from './watched.ts'

/**
 * What happened comes first. What happened again, after a block was undone, is there once.
 *
 * @example
 * withNotices([older], [newer]) // [newer, older]
 */
export function withNotices(before: readonly Notice[], happened: readonly Notice[]): readonly Notice[] {
  const keys = new Set(happened.map(({ key }) => key))
  return [...happened, ...before.filter(({ key }) => !keys.has(key))].slice(0, MOST_WATCHED)
}
