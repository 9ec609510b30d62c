// Which notices are on the page.
import type { Notice } from './Notices.tsx'

/** Older ones are on the page of what is watched. */
export const MOST_NOTICES = 5

/**
 * What happened comes first. What happened again, after a block was undone, is there once.
 *
 * @example
 * withNotices([older], [newer]) // [newer, older]
 */
export function withNotices(before: readonly Notice[], happened: readonly Notice[]): readonly Notice[] {
  const keys = new Set(happened.map(({ key }) => key))
  return [...happened, ...before.filter(({ key }) => !keys.has(key))].slice(0, MOST_NOTICES)
}
