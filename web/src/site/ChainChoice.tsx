// Which chain is shown, where the site knows several.
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChain, useConfig } from './chain.tsx'

/** A choice of chains; another one begins at its first page, because ids of one chain say nothing on another. */
export function ChainChoice(): ReactElement | null {
  const { t } = useTranslation()
  const { chains } = useConfig()
  const { slug } = useChain()
  const navigate = useNavigate()
  if (chains.length < 2) return null
  return (
    <select
      className="field"
      aria-label={t('chain')}
      value={slug}
      onChange={({ target }) => {
        void navigate({ to: `/${target.value}` })
      }}
    >
      {chains.map((chain) => (
        <option key={chain.slug} value={chain.slug}>
          {chain.name}
        </option>
      ))}
    </select>
  )
}
