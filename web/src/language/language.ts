// In which language the site speaks. Words of a language are loaded when they are needed.
import i18next, { type BackendModule, type ReadCallback } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { withinLine } from '../read/stranger.ts'
import { keep, readKept } from '../site/kept.ts'

/** Languages that are complete, in their own words. */
export const LANGUAGES = { en: 'English', fr: 'Français', zh: '中文' } as const

/** One of them. */
export type Language = keyof typeof LANGUAGES

/** What every page says; the words of a part come with its first page. */
const ROOMS_OF_ALL = ['site', 'wallet']

/** Each file has one export: the words of its room. */
const FILES = import.meta.glob<Readonly<Record<string, object>>>(['./*/*.ts', '!./*/index.ts'])

const shelf: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read: (language, room, tell) => {
    void hand(fetchRoom(language, room), tell)
  },
}

async function hand(room: Promise<object>, tell: ReadCallback): Promise<void> {
  try {
    tell(null, await room)
  } catch (error) {
    tell(error instanceof Error ? error : String(error), false)
  }
}

async function fetchRoom(language: string, room: string): Promise<object> {
  const load = FILES[`./${language}/${room}.ts`]
  if (load === undefined) throw new Error(`There are no words for ${room} in ${language}.`)
  return (await load())[room] ?? {}
}

/** Written from right to left: none of ours yet, but the site is ready for them. */
const FROM_THE_RIGHT: readonly string[] = ['ar', 'fa', 'he', 'ur']

const KEPT = 'language'

/** Starts to speak: the language that was chosen before, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  const language = [readKept(KEPT), ...navigator.languages]
    .map((wish) => wish?.slice(0, 2).toLowerCase())
    .find(isLanguage)
  await i18next
    .use(shelf)
    .use(initReactI18next)
    .init({
      lng: language ?? 'en',
      ns: ROOMS_OF_ALL,
      fallbackLng: false,
      defaultNS: 'site',
      // React writes text as text; what is left to do is to keep strangers from turning the sentence.
      interpolation: { escapeValue: true, escape: withinLine },
    })
  tellDocument(language ?? 'en')
}

/** Speaks another language from now on, also on the next visit. */
export async function chooseLanguage(language: Language): Promise<void> {
  keep(KEPT, language)
  await i18next.changeLanguage(language)
  tellDocument(language)
}

/** Whether the site speaks it. */
export function isLanguage(wish: string | undefined): wish is Language {
  return wish !== undefined && wish in LANGUAGES
}

function tellDocument(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = FROM_THE_RIGHT.includes(language) ? 'rtl' : 'ltr'
}
