// In which language the site speaks. Words of a language are loaded when they are needed.
import { keep, readKept } from '../site/kept.ts'
import { part } from '../site/part.ts'
import { createRooms, type Rooms } from './rooms.ts'
import type { Room, Texts } from './words.ts'

/** Languages that are complete, in their own words. */
export const LANGUAGES = { en: 'English', fr: 'Français', zh: '中文' } as const

/** One of them. */
export type Language = keyof typeof LANGUAGES

/** Each file has one export: the words of its room. */
const FILES = import.meta.glob<Readonly<Record<string, Texts>>>(['./*/*.ts', '!./*/index.ts'])

/** All words that are here. */
export const rooms: Rooms = createRooms('en', loadRoom)

async function loadRoom(language: string, room: Room): Promise<Texts> {
  const load = FILES[`./${language}/${room}.ts`]
  if (load === undefined) throw new Error(`There are no words for ${room} in ${language}.`)
  return (await part(load)())[room] ?? {}
}

/** Written from right to left: none of ours yet, but the site is ready for them. */
const FROM_THE_RIGHT: readonly string[] = ['ar', 'fa', 'he', 'ur']

const KEPT = 'language'

/** Starts to speak: the language that was chosen before, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  const language = [readKept(KEPT), ...navigator.languages]
    .map((wish) => wish?.slice(0, 2).toLowerCase())
    .find(isLanguage)
  await rooms.change(language ?? 'en')
  // What every page says; the words of a part come with its first page.
  await rooms.fetch('site', 'wallet')
  tellDocument()
}

/** Speaks another language from now on, also on the next visit. Where its words do not come, only from then on. */
export async function chooseLanguage(language: Language): Promise<void> {
  keep(KEPT, language)
  try {
    await rooms.change(language)
  } catch {
    // Offline, perhaps. What is read goes on in the language that it has, which the choice goes on to show.
    return
  }
  tellDocument()
}

/** Whether the site speaks it. */
export function isLanguage(wish: string | undefined): wish is Language {
  return wish !== undefined && wish in LANGUAGES
}

function tellDocument(): void {
  const language = rooms.language()
  document.documentElement.lang = language
  document.documentElement.dir = FROM_THE_RIGHT.includes(language) ? 'rtl' : 'ltr'
}
