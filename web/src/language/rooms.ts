// The words that are here: fetched room by room, when somebody asks for them, and said in one language at a time.
import { createSay, type Say } from './say.ts'
import type { Room, Texts } from './words.ts'

/** What a page speaks with. */
export type Speech = { readonly t: Say; readonly language: string }

/** The words of the site, in the language that it speaks. */
export type Rooms = {
  readonly language: () => string
  /** The words of a room: at once where they are here. Those that did not come stay lost until somebody fetches them. */
  readonly ask: (room: Room) => Speech | Promise<Speech>
  /** Fetches rooms before they are needed. */
  readonly fetch: (...rooms: readonly Room[]) => Promise<void>
  /** Speaks another language as soon as all that was said can be said in it. Where a room does not come, all stays as it was. */
  readonly change: (language: string) => Promise<void>
  /** Tells of every change of language. */
  readonly subscribe: (tell: () => void) => () => void
}

type Entry = { readonly coming: Promise<Speech>; here?: Speech; isLost?: true }

/**
 * Rooms without words yet.
 *
 * @param load fetches the words of a room
 * @example
 * const rooms = createRooms('en', fetchWords)
 * await rooms.fetch('site')
 */
export function createRooms(first: string, load: (language: string, room: Room) => Promise<Texts>): Rooms {
  let language = first
  let wished = first
  const entries = new Map<string, Entry>()
  const used = new Set<Room>()
  const listeners = new Set<() => void>()

  const enter = (room: Room, of: string, isAgain: boolean): Entry => {
    used.add(room)
    const place = `${of}/${room}`
    const known = entries.get(place)
    if (known !== undefined && !(isAgain && known.isLost)) return known
    const entry: Entry = { coming: load(of, room).then((texts) => ({ t: createSay(texts, of), language: of })) }
    entries.set(place, entry)
    entry.coming.then(
      (speech) => (entry.here = speech),
      () => (entry.isLost = true),
    )
    return entry
  }
  const fetchAll = async (rooms: Iterable<Room>, of: string): Promise<void> => {
    await Promise.all([...rooms].map(async (room) => enter(room, of, true).coming))
  }

  return {
    language: () => language,
    ask: (room) => {
      const { here, coming } = enter(room, language, false)
      return here ?? coming
    },
    fetch: async (...rooms) => fetchAll(rooms, language),
    change: async (next) => {
      wished = next
      await fetchAll(used, next)
      // Who chose twice gets the second, whichever comes first.
      if (wished !== next) return
      language = next
      for (const tell of listeners) tell()
    },
    subscribe: (tell) => {
      listeners.add(tell)
      return () => listeners.delete(tell)
    },
  }
}
