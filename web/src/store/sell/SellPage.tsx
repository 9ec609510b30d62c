// A guided page: from an app to a listing that is ready to be proposed to a registry.
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../show/Page.tsx'

/** The page. */
export function SellPage(): ReactElement {
  const { t } = useTranslation('store')
  return <Page title={t('sellYours')}>{null}</Page>
}
