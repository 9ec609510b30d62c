// The button of a badge on the page of an app or a workerpool; it comes after the page.
import type { ReactElement } from 'react'
import { rooms } from '../language/language.ts'
import { late } from '../site/part.ts'
import type { BadgeProps } from './BadgeDialog.tsx'

/** A button that shows the badge, and what to copy. */
export const Badge: (props: BadgeProps) => ReactElement = late(async () => {
  const [{ BadgeButton }] = await Promise.all([import('./BadgeDialog.tsx'), rooms.fetch('badge')])
  return BadgeButton
})
