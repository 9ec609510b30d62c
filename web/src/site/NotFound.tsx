// There is no such page.
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Page } from '../show/Page.tsx'

/** Says so, and leads home. */
export function NotFound(): ReactElement {
  const { t } = useTranslation()
  return (
    <Page title={t('notFound')}>
      <Link to="/" className="link">
        {t('home')}
      </Link>
    </Page>
  )
}
