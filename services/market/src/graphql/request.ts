// What one document may use up: its database queries run one after the other, and the objects it gets are counted.
import { GraphQLError } from 'graphql'
import { PostgresAdapter, type RawBuilder } from 'kysely'
import type { Engine, Reader } from '../db/database.ts'

/** The state of one request. */
export type Work = {
  readonly engine: Engine
  /** Runs a query when those before it are done: one document never holds more than one connection. */
  readonly query: <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>
  /** Takes objects from the budget, and refuses when it is used up. */
  readonly spend: (objects: number) => void
  /** How many objects the document may still get. */
  readonly left: () => number
  /**
   * Gathers the keys that are asked for until nothing else can go on, fetches them together, and remembers what came.
   * Loads of the same name must fetch the same.
   */
  readonly load: <Found>(name: string, key: string, fetch: Fetch<Found>) => Promise<Found>
}

/** What resolvers are handed. */
export type Context = { readonly work: Work; readonly deployment: string }

/** Finds what belongs to each key, in their order. */
export type Fetch<Found> = (keys: readonly string[]) => Promise<readonly Found[]>

type Batch = {
  readonly keys: Map<string, { resolve: (found: unknown) => void; reject: (cause: unknown) => void }>
}

/** Begins the work on one document. */
export function startWork(
  reader: Reader,
  { maxObjects, signal }: { readonly maxObjects: number; readonly signal: AbortSignal | undefined },
): Work {
  let left = maxObjects
  let last: Promise<unknown> = Promise.resolve()
  const tooMany = (): GraphQLError =>
    new GraphQLError(`The query asks for more than ${maxObjects} objects. Ask for fewer with \`first\`.`)
  return {
    engine: engineOf(reader),
    query: async (query) => {
      const run = async () => {
        if (left < 0) throw tooMany()
        signal?.throwIfAborted()
        return (await query.execute(reader)).rows
      }
      const answer = last.then(run, run)
      last = answer
      return answer
    },
    spend: (objects) => {
      left -= objects
      if (left < 0) throw tooMany()
    },
    left: () => Math.max(left, 0),
    load: createLoad(),
  }
}

function createLoad(): Work['load'] {
  const known = new Map<string, Promise<unknown>>()
  const open = new Map<string, Batch>()
  return async <Found>(name: string, key: string, fetch: Fetch<Found>) => {
    const id = `${name} ${key}`
    const before = known.get(id)
    if (before !== undefined) return (await before) as Found
    const promise = new Promise<unknown>((resolve, reject) => {
      const batch = open.get(name) ?? { keys: new Map() }
      batch.keys.set(key, { resolve, reject })
      if (open.has(name)) return
      open.set(name, batch)
      // After every resolver that can run has run.
      setImmediate(() => {
        open.delete(name)
        void settle(batch, fetch)
      })
    })
    known.set(id, promise)
    return (await promise) as Found
  }
}

async function settle<Found>({ keys }: Batch, fetch: Fetch<Found>): Promise<void> {
  try {
    const found = await fetch([...keys.keys()])
    for (const [n, { resolve }] of [...keys.values()].entries()) resolve(found[n])
  } catch (cause) {
    for (const { reject } of keys.values()) reject(cause)
  }
}

function engineOf(reader: Reader): Engine {
  return reader.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
}
