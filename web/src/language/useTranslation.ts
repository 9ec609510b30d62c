// The words of a room for whoever draws: it waits until they are here, and draws again in another language.
import { use, useSyncExternalStore } from 'react'
import { rooms } from './language.ts'
import type { Room, Translate } from './words.ts'

/**
 * The words of a room, in the language of the site.
 *
 * @throws Fault `NotLoaded` when they did not come
 * @example
 * const { t, language } = useTranslation('task')
 */
export function useTranslation<R extends Room = 'site'>(
  room?: R,
): { readonly t: Translate<R>; readonly language: string } {
  useSyncExternalStore(rooms.subscribe, rooms.language, rooms.language)
  return use(rooms.ask(room ?? 'site'))
}
