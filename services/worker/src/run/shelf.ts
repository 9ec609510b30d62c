// Which apps are at hand: what an engine has prepared before is not fetched again, and a pool that knows it asks this worker first.
import type { AppSource, Engine } from '@iexec/runtime'
import type { Hex } from 'viem'
import type { Store } from '../store/store.ts'

/** The apps that are at hand, by their checksums. */
export type Shelf = {
  /** The same engine; what it prepares is noted. */
  readonly watch: (engine: Engine) => Engine
  /** The latest first, of these types alone. */
  readonly list: (types: readonly AppSource['type'][]) => readonly Hex[]
}

/** What is noted of an app. */
type Item = { readonly type: AppSource['type']; readonly checksum: Hex }

/** As many as a profile tells. */
const MOST_APPS = 1_000
const FACT = 'apps'

/**
 * Opens the shelf as an earlier life of this process has left it. What was removed meanwhile, by an engine or by hand, leaves it
 * when it cannot be prepared again: a shelf is a hint and no promise.
 *
 * @param onChange hears that there is something new
 * @example
 * const shelf = await openShelf(store, pool.sayProfile)
 * const engine = shelf.watch(wasm)
 */
export async function openShelf(store: Pick<Store, 'readFact' | 'writeFact'>, onChange: () => void): Promise<Shelf> {
  const known = await store.readFact(FACT)
  let items: readonly Item[] = known === undefined ? [] : (JSON.parse(known) as readonly Item[])
  const put = async (app: AppSource, isAtHand: boolean): Promise<void> => {
    const item = { type: app.type, checksum: checksumOf(app) }
    const isSame = ({ checksum, type }: Item): boolean => checksum === item.checksum && type === item.type
    const isNews = items.some(isSame) !== isAtHand
    items = [...(isAtHand ? [item] : []), ...items.filter((one) => !isSame(one))].slice(0, MOST_APPS)
    if (!isNews) return
    onChange()
    // What is forgotten is noted again with the next run.
    await store.writeFact(FACT, JSON.stringify(items)).catch(() => undefined)
  }
  return {
    watch: (engine) => ({
      ...engine,
      prepare: async (app, options) => {
        try {
          const prepared = await engine.prepare(app, options)
          await put(app, true)
          return prepared
        } catch (error) {
          if (!options.signal.aborted) await put(app, false)
          throw error
        }
      },
    }),
    list: (types) => items.filter(({ type }) => types.includes(type)).map(({ checksum }) => checksum),
  }
}

function checksumOf(app: AppSource): Hex {
  return (app.type === 'DOCKER' ? app.digest : app.sha256).toLowerCase() as Hex
}
