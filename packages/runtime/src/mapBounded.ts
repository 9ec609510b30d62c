// Many things at a time, but not all at once.

/**
 * Does something with each item, so many at a time. The first failure is thrown when what was begun has ended.
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
  const failures: unknown[] = []
  const entries = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) {
      if (failures.length > 0) return
      try {
        done[index] = await work(item, index)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  if (failures.length > 0) throw failures[0]
  return done
}
