// A number of things, in the digits and groups of the page's language.
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

/** How many. */
export function Count({ of }: { readonly of: number }): ReactElement {
  const { i18n } = useTranslation()
  return <>{of.toLocaleString(i18n.language)}</>
}
