// What somebody watches: kept in his browser alone, and read with distrust, as programs of others on the same host can write there, too.

/** What can be watched, as addresses of pages name it. */
export type WatchKind = 'task' | 'deal' | 'app' | 'workerpool' | 'address'

/** Something that is watched. */
export type Watched = {
  readonly kind: WatchKind
  /** In lower case. */
  readonly id: `0x${string}`
  /** How it was when it was looked at last, as `seenOf` writes it; not there before the first time. */
  readonly seen?: string
}

/** More than that nobody looks through, and the market is asked for all of them at once. */
export const MOST_WATCHED = 200

const DIGITS: { readonly [Kind in WatchKind]: number } = { task: 64, deal: 64, app: 40, workerpool: 40, address: 40 }

/**
 * Reads what was kept. What cannot have been written by this site is left away.
 *
 * @example
 * readWatched('[{"kind":"app","id":"javascript:"}]') // []
 */
export function readWatched(text: string | undefined): readonly Watched[] {
  const found = parse(text)
  if (!Array.isArray(found)) return []
  const byKey = new Map<string, Watched>()
  for (const one of found.slice(0, MOST_WATCHED).map(readOne)) if (one !== undefined) byKey.set(keyOf(one), one)
  return [...byKey.values()]
}

/** What is kept of it; `undefined` for nothing. */
export function writeWatched(watched: readonly Watched[]): string | undefined {
  return watched.length === 0 ? undefined : JSON.stringify(watched)
}

/** Tells apart all that is watched. */
export function keyOf({ kind, id }: Pick<Watched, 'kind' | 'id'>): string {
  return `${kind} ${id}`
}

/**
 * Watches one thing more, the newest first; what is watched already stays where it is, and where there are too many, nothing is added.
 *
 * @example
 * withOne([], { kind: 'task', id: '0x…' })
 */
export function withOne(watched: readonly Watched[], one: Watched): readonly Watched[] {
  if (watched.length >= MOST_WATCHED || watched.some((other) => keyOf(other) === keyOf(one))) return watched
  return [one, ...watched]
}

/** Watches one thing less. */
export function withoutOne(watched: readonly Watched[], one: Watched): readonly Watched[] {
  return watched.filter((other) => keyOf(other) !== keyOf(one))
}

/**
 * What this window has to keep, by the keys: what changed before its eyes, and what nobody has looked at yet. What another window has
 * seen is kept by that one alone: two that keep whatever they hold would never agree.
 *
 * @param before how things were for this window when it looked last
 * @param now how they are for it
 * @example
 * newlySeen([{ kind: 'task', id, seen: 'completed' }], new Map([[key, 'active']]), new Map([[key, 'active']])) // new Map()
 */
export function newlySeen(
  watched: readonly Watched[],
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    watched.flatMap((one): readonly (readonly [string, string])[] => {
      const key = keyOf(one)
      const seen = now.get(key)
      if (seen === undefined || seen === one.seen) return []
      return one.seen === undefined || seen !== before.get(key) ? [[key, seen]] : []
    }),
  )
}

function readOne(value: unknown): Watched | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('id' in value)) return undefined
  const { kind, id } = value
  if (!isKind(kind) || typeof id !== 'string' || !/^0x[0-9a-f]+$/u.test(id)) return undefined
  if (id.length !== DIGITS[kind] + 2) return undefined
  const seen = 'seen' in value && typeof value.seen === 'string' ? value.seen : undefined
  return { kind, id: `0x${id.slice(2)}`, ...(seen !== undefined && /^[0-9a-z/]{0,66}$/u.test(seen) ? { seen } : {}) }
}

function isKind(value: unknown): value is WatchKind {
  return typeof value === 'string' && Object.hasOwn(DIGITS, value)
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
