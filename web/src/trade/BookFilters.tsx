// Which orders of a book are shown; the choice stands in the address.
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { BookSearch } from './search.ts'

/** The least trust that a pool has to promise. */
const TRUSTS = [1, 2, 5, 8, 16, 64, 256] as const

/** A choice of trust, and whether only enclaves are wanted. */
export function BookFilters({ search }: { readonly search: BookSearch }): ReactElement {
  const { t } = useTranslation('trade')
  const navigate = useNavigate()
  const choose = (chosen: BookSearch): void => {
    void navigate({ to: '.', search: (before: object) => ({ ...before, ...chosen }), resetScroll: false })
  }
  return (
    <form className="flex flex-wrap items-center gap-4" aria-label={t('filters')}>
      <label className="flex items-center gap-2">
        {t('field.trust')}
        <select
          className="field"
          value={search.trust ?? 1}
          onChange={({ target }) => {
            choose({ trust: target.value === '1' ? undefined : Number(target.value) })
          }}
        >
          {TRUSTS.map((trust) => (
            <option key={trust} value={trust}>
              {trust === 1 ? t('anyTrust') : t('trustFrom', { trust })}
            </option>
          ))}
          {search.trust !== undefined && !(TRUSTS as readonly number[]).includes(search.trust) && (
            <option value={search.trust}>{t('trustFrom', { trust: search.trust })}</option>
          )}
        </select>
      </label>
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          className="size-4"
          checked={search.tee === true}
          onChange={({ target }) => {
            choose({ tee: target.checked ? true : undefined })
          }}
        />
        {t('onlyTee')}
      </label>
    </form>
  )
}
