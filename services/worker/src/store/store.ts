// What a worker must not forget, in its database. Everything is there before anything is done about it.
import type { Database } from '@iexec/service'
import type { PlaceReport } from '@iexec/wire/work'
import { sql } from 'kysely'
import type { KnownPlace } from '../place/state.ts'
import type { Schema } from './tables.ts'

/** A place as it is kept. */
export type KeptPlace = {
  readonly known: KnownPlace
  readonly report: PlaceReport
  readonly isOpen: boolean
  /** Whether the scheduler has stored the report. */
  readonly isHeard: boolean
}

/** The memory of a worker. */
export type Store = {
  /** All places of which the chain can have news, or the scheduler should hear. */
  readonly listOpen: () => Promise<readonly KeptPlace[]>
  readonly find: (taskId: string) => Promise<KeptPlace | undefined>
  /** The newest first. */
  readonly listLatest: (limit: number) => Promise<readonly (KeptPlace & { readonly changedAt: number })[]>
  /** Keeps a place; when this returns, it survives a kill. */
  readonly keep: (place: KeptPlace) => Promise<void>
  /** The scheduler has stored this report. */
  readonly hear: (report: PlaceReport) => Promise<void>
  /** Forgets places that ended before this moment, in milliseconds, and says which. */
  readonly forgetBefore: (moment: number) => Promise<readonly string[]>
  readonly readFact: (name: string) => Promise<string | undefined>
  readonly writeFact: (name: string, value: string) => Promise<void>
}

type Row = Schema['place']

/**
 * The memory of a worker in its database.
 *
 * @example
 * const store = createStore(database, Date.now)
 */
export function createStore(database: Database<Schema>, now: () => number): Store {
  return {
    listOpen: async () => {
      const rows = await database.read
        .selectFrom('place')
        .selectAll()
        .where((eb) => eb.or([eb('is_open', '=', 1), eb('is_heard', '=', 0)]))
        .execute()
      return rows.map(toPlace)
    },
    find: async (taskId) => {
      const row = await database.read.selectFrom('place').selectAll().where('task_id', '=', taskId).executeTakeFirst()
      return row === undefined ? undefined : toPlace(row)
    },
    listLatest: async (limit) => {
      const rows = await database.read
        .selectFrom('place')
        .selectAll()
        .orderBy('changed_at', 'desc')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...toPlace(row), changedAt: row.changed_at }))
    },
    keep: async (place) => {
      const row = toRow(place, now())
      await database.write(async (writer) =>
        writer
          .insertInto('place')
          .values(row)
          .onConflict((conflict) => conflict.column('task_id').doUpdateSet(row))
          .execute(),
      )
    },
    hear: async (report) => {
      await database.write(async (writer) =>
        writer
          .updateTable('place')
          .set({ is_heard: 1 })
          .where('task_id', '=', report.taskId)
          .where('report', '=', JSON.stringify(report))
          .execute(),
      )
    },
    forgetBefore: async (moment) =>
      database.write(async (writer) => {
        const rows = await writer
          .deleteFrom('place')
          .where('is_open', '=', 0)
          .where('changed_at', '<', moment)
          .returning('task_id')
          .execute()
        return rows.map((row) => row.task_id)
      }),
    readFact: async (name) => {
      const row = await database.read.selectFrom('fact').select('value').where('name', '=', name).executeTakeFirst()
      return row?.value
    },
    writeFact: async (name, value) => {
      await database.write(async (writer) =>
        writer
          .insertInto('fact')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`excluded.value` }))
          .execute(),
      )
    },
  }
}

function toRow({ known, report, isOpen, isHeard }: KeptPlace, changedAt: number): Row {
  return {
    task_id: known.place.taskId,
    known: JSON.stringify(known),
    is_open: isOpen ? 1 : 0,
    report: JSON.stringify(report),
    is_heard: isHeard ? 1 : 0,
    changed_at: changedAt,
  }
}

/** What this program wrote itself: nobody else has the file. */
function toPlace(row: Row): KeptPlace {
  return {
    known: JSON.parse(row.known) as KnownPlace,
    report: JSON.parse(row.report) as PlaceReport,
    isOpen: row.is_open === 1,
    isHeard: row.is_heard === 1,
  }
}
