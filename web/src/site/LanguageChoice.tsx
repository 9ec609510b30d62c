// In which language the site speaks.
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { chooseLanguage, isLanguage, LANGUAGES } from '../language/language.ts'

/** A choice of languages, each in its own words. */
export function LanguageChoice(): ReactElement {
  const { t, language } = useTranslation()
  return (
    <select
      className="field"
      aria-label={t('language')}
      value={language}
      onChange={({ target }) => {
        if (isLanguage(target.value)) void chooseLanguage(target.value)
      }}
    >
      {Object.entries(LANGUAGES).map(([one, name]) => (
        <option key={one} value={one} lang={one}>
          {name}
        </option>
      ))}
    </select>
  )
}
