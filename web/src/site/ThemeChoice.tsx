// Light, dark, or as the system.
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { keep, readKept } from './kept.ts'

const THEMES = ['system', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

/** A choice of themes; theme.js finds it again before the next page is painted. */
export function ThemeChoice(): ReactElement {
  const { t } = useTranslation()
  const [theme, setTheme] = useState<Theme>(() => THEMES.find((one) => one === readKept('theme')) ?? 'system')
  return (
    <select
      className="field"
      aria-label={t('theme.label')}
      value={theme}
      onChange={({ target }) => {
        const chosen = THEMES.find((one) => one === target.value) ?? 'system'
        setTheme(chosen)
        apply(chosen)
      }}
    >
      {THEMES.map((one) => (
        <option key={one} value={one}>
          {t(`theme.${one}`)}
        </option>
      ))}
    </select>
  )
}

function apply(theme: Theme): void {
  const { dataset } = document.documentElement
  const chosen = theme === 'system' ? undefined : theme
  keep('theme', chosen)
  if (chosen === undefined) delete dataset['theme']
  else dataset['theme'] = chosen
}
