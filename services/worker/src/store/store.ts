// What a worker must not forget, in its database. Everything is there before anything is done about it.
import type { BlockRef } from '@iexec/chain'
import type { Database, Writer } from '@iexec/service'
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

/** What the chain paid to this worker, or took from its stake. */
export type Reward = {
  readonly block: number
  readonly logIndex: number
  readonly taskId: string
  /** In nRLC; negative when it was lost. */
  readonly amount: bigint
}

/** All rewards together, in nRLC. */
export type RewardSum = { readonly earned: bigint; readonly lost: bigint; readonly tasks: number }

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
  /** Keeps rewards up to this block. */
  readonly keepRewards: (rewards: readonly Reward[], to: BlockRef) => Promise<void>
  /** Forgets rewards after this block, or all of them. */
  readonly dropRewards: (to: BlockRef | undefined) => Promise<void>
  readonly sumRewards: () => Promise<RewardSum>
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
    writeFact: async (name, value) => database.write(async (writer) => putFact(writer, name, value)),
    keepRewards: async (rewards, to) =>
      database.write(async (writer) => {
        for (const { block, logIndex, taskId, amount } of rewards) {
          const row = { block, log_index: logIndex, task_id: taskId, amount: String(amount) }
          await writer
            .insertInto('reward')
            .values(row)
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        }
        await putFact(writer, 'rewards', JSON.stringify(to))
      }),
    dropRewards: async (to) =>
      database.write(async (writer) => {
        await writer
          .deleteFrom('reward')
          .where('block', '>', to?.number ?? -1)
          .execute()
        if (to !== undefined) await putFact(writer, 'rewards', JSON.stringify(to))
      }),
    sumRewards: async () => {
      const rows = await database.read.selectFrom('reward').selectAll().execute()
      const amounts = rows.map(({ amount }) => BigInt(amount))
      return {
        earned: amounts.reduce((sum, amount) => (amount > 0n ? sum + amount : sum), 0n),
        lost: amounts.reduce((sum, amount) => (amount < 0n ? sum - amount : sum), 0n),
        tasks: new Set(rows.flatMap(({ task_id, amount }) => (amount.startsWith('-') ? [] : task_id))).size,
      }
    },
  }
}

async function putFact(writer: Writer<Schema>, name: string, value: string): Promise<void> {
  await writer
    .insertInto('fact')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: sql`excluded.value` }))
    .execute()
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
