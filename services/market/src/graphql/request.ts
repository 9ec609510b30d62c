// What one document may use up: its database queries run one after the other, their time is taken, and lists and objects are counted.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Engine } from '@iexec/service'
import { GraphQLError } from 'graphql'
import { PostgresAdapter, type RawBuilder } from 'kysely'
import type { Reader } from '../db/database.ts'
import type { Limits } from './limits.ts'

/** The state of one request. */
export type Work = {
  readonly engine: Engine
  /** Runs a query when those before it are done: one document never holds more than one connection. */
  readonly query: <Row>(query: RawBuilder<Row>) => Promise<readonly Row[]>
  /** Takes objects from the budget, and refuses when it is used up. */
  readonly spend: (objects: number) => void
  /** Counts a list, one name once, and refuses when there are too many, or too many of the slow ones. */
  readonly countList: (name: string, isSlow: boolean) => void
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

/** What one document is given. */
export type Allowance = {
  readonly limits: Limits
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  readonly signal: AbortSignal | undefined
}

/** Begins the work on one document. */
export function startWork(reader: Reader, { limits, now, signal }: Allowance): Work {
  const engine = engineOf(reader)
  let left = limits.maxObjects
  let spentMs = 0
  let last: Promise<unknown> = Promise.resolve()
  let refusal: GraphQLError | undefined
  // What is refused once stays so: the fields that are left must not go on.
  const refuse = (message: string): GraphQLError => (refusal ??= new GraphQLError(message))
  const run = async <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => {
    // SQLite answers without a pause, and all others would wait until the whole document is answered.
    if (engine === 'sqlite') await nextTurn()
    if (refusal !== undefined) throw refusal
    if (spentMs >= limits.maxMilliseconds)
      throw refuse(`The query takes longer than ${limits.maxMilliseconds} ms. Ask for less at once.`)
    signal?.throwIfAborted()
    return withConnection(reader, async (connection) => {
      const start = now()
      try {
        return (await query.execute(connection)).rows
      } finally {
        spentMs += now() - start
      }
    })
  }
  return {
    engine,
    query: async (query) => {
      const answer = last.then(
        async () => run(query),
        async () => run(query),
      )
      last = answer
      return answer
    },
    spend: (objects) => {
      left -= objects
      if (left < 0)
        throw refuse(`The query asks for more than ${limits.maxObjects} objects. Ask for fewer with \`first\`.`)
    },
    left: () => Math.max(left, 0),
    countList: createListCounter(limits, refuse),
    load: createLoad(),
  }
}

/** Waits for a free connection before the work, which may then be timed without the waiting. */
async function withConnection<Answer>(reader: Reader, work: (reader: Reader) => Promise<Answer>): Promise<Answer> {
  return reader.isTransaction ? work(reader) : reader.connection().execute(work)
}

function createListCounter(
  { maxLists, maxSlowLists }: Limits,
  refuse: (message: string) => GraphQLError,
): Work['countList'] {
  const lists = new Set<string>()
  const slow = new Set<string>()
  return (name, isSlow) => {
    lists.add(name)
    if (isSlow) slow.add(name)
    if (lists.size > maxLists) throw refuse(`The query has more than ${maxLists} lists.`)
    if (slow.size > maxSlowLists)
      throw refuse(`The query has more than ${maxSlowLists} lists that are sorted or filtered by what has no index.`)
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
