// Categories of the store by the names that people of a language know; those of strangers as they wrote them.
import { STORE_CATEGORIES } from '@iexec/wire/listing'
import { useTranslation } from '../language/useTranslation.ts'

/**
 * How categories are called.
 *
 * @example
 * const nameOf = useCategoryName()
 * nameOf('ai') // 'Artificial intelligence'
 */
export function useCategoryName(): (category: string) => string {
  const { t } = useTranslation('store')
  return (category) => {
    const known = STORE_CATEGORIES.find((one) => one === category)
    return known === undefined ? category : t(`category.${known}`)
  }
}
