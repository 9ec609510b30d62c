// A number of things, in the digits and groups of the page's language.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'

/** How many. */
export function Count({ of }: { readonly of: number }): ReactElement {
  const { language } = useTranslation()
  return <>{of.toLocaleString(language)}</>
}
