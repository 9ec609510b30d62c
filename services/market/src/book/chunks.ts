// Lists of any length for SQL, which takes only so many parameters.
const CHUNK = 500

/**
 * The items in pieces that one statement takes; no piece is empty.
 *
 * @example
 * for (const some of inChunks(hashes)) await query.where('hash', 'in', some).execute()
 */
export function inChunks<Item>(items: Iterable<Item>): readonly (readonly Item[])[] {
  const all = [...items]
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  )
}
