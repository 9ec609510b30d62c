// Many things at a time, but not all at once.

/**
 * Does something with each item, so many at a time. When one fails, no other is begun, and when what was begun has ended, the
 * failure of the first item that failed is thrown: not of the fastest, which may be another one on each machine.
 *
 * @example
 * await mapBounded(urls, 4, fetchUrl)
 */
export async function mapBounded<Item, Done>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Done>,
): Promise<readonly Done[]> {
  const done: Done[] = []
  const failures = new Map<number, unknown>()
  const entries = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) {
      if (failures.size > 0) return
      try {
        done[index] = await work(item, index)
      } catch (error) {
        failures.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
  return done
}
