// The button on pages of what can be watched; it comes after the page.
import type { ReactElement } from 'react'
import { rooms } from '../language/language.ts'
import { late } from '../site/part.ts'
import type { StarProps } from './Star.tsx'

/** A button that watches something. */
export const Watch: (props: StarProps) => ReactElement = late(async () => {
  const [{ Star }] = await Promise.all([import('./Star.tsx'), rooms.fetch('watch')])
  return Star
})
