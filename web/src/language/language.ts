// In which language the site speaks. Words of a language are loaded when they are needed.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Words } from './words.ts'

/** Languages that are complete, in their own words. */
export const LANGUAGES = { en: 'English', fr: 'Français', zh: '中文' } as const

/** One of them. */
export type Language = keyof typeof LANGUAGES

const LOAD: { readonly [L in Language]: () => Promise<{ readonly words: Words }> } = {
  en: async () => import('./en/index.ts'),
  fr: async () => import('./fr/index.ts'),
  zh: async () => import('./zh/index.ts'),
}

/** Written from right to left: none of ours yet, but the site is ready for them. */
const FROM_THE_RIGHT: readonly string[] = ['ar', 'fa', 'he', 'ur']

const KEPT = 'language'

/** Starts to speak: the language that was chosen before, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  const language = [localStorage.getItem(KEPT), ...navigator.languages]
    .map((wish) => wish?.slice(0, 2).toLowerCase())
    .find(isLanguage)
  await i18next.use(initReactI18next).init({
    lng: 'none',
    fallbackLng: false,
    defaultNS: 'site',
    // React writes text as text.
    interpolation: { escapeValue: false },
  })
  await speak(language ?? 'en')
}

/** Speaks another language from now on, also on the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language)
  await speak(language)
}

/** Whether the site speaks it. */
export function isLanguage(wish: string | undefined): wish is Language {
  return wish !== undefined && wish in LANGUAGES
}

async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'site')) {
    const { words } = await LOAD[language]()
    for (const [room, texts] of Object.entries(words)) i18next.addResourceBundle(language, room, texts)
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  document.documentElement.dir = FROM_THE_RIGHT.includes(language) ? 'rtl' : 'ltr'
}
