// The words that are here: fetched room by room, when somebody asks for them, and said in one language at a time.
import { createSay, type Say } from './say.ts'
import type { Room, Texts } from './words.ts'

/** What a page speaks with. */
export type Speech = { readonly t: Say; readonly language: string }

/** The words of the site, in the language that it speaks. */
export type Rooms = {
  readonly language: () => string
  /** The words of a room. Those that did not come stay lost until somebody fetches them. */
  readonly ask: (room: Room) => Promise<Speech>
  /** Fetches rooms before they are needed. */
  readonly fetch: (...rooms: readonly Room[]) => Promise<void>
  /** Speaks another language as soon as all that was said can be said in it. Where a room does not come, all stays as it was. */
  readonly change: (language: string) => Promise<void>
  /** Tells of every change of language. */
  readonly subscribe: (tell: () => void) => () => void
}

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
  const known = new Map<string, Promise<Speech>>()
  const lost = new Set<Promise<Speech>>()
  const used = new Set<Room>()
  const listeners = new Set<() => void>()

  const note = async (room: Room, coming: Promise<Speech>): Promise<void> => {
    try {
      // As React marks what it has waited for: whoever draws later need not wait.
      void Object.assign(coming, { value: await coming, status: 'fulfilled' })
      used.add(room)
    } catch {
      lost.add(coming)
    }
  }
  const bring = (room: Room, of: string): Promise<Speech> => {
    const coming = load(of, room).then((texts) => ({ t: createSay(texts, of), language: of }))
    void note(room, coming)
    known.set(`${of}/${room}`, coming)
    return coming
  }
  const fetchAll = async (rooms: Iterable<Room>, of: string): Promise<void> => {
    await Promise.all(
      [...rooms].map(async (room) => {
        const coming = known.get(`${of}/${room}`)
        return coming === undefined || lost.has(coming) ? bring(room, of) : coming
      }),
    )
  }

  return {
    language: () => language,
    ask: (room) => known.get(`${language}/${room}`) ?? bring(room, language),
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
