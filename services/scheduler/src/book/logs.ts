// How long what apps wrote is kept: some days, and no more of it than there is room for.
import { sql } from 'kysely'
import type { Database } from '@iexec/service'
import type { Schema } from './schema.ts'

/** What is kept. */
export type LogLimits = {
  /** Logs that did not change since then are deleted: milliseconds since 1970. */
  readonly since: number
  /** Bytes of all logs together. */
  readonly mostBytes: number
}

/**
 * Deletes logs that are too old, and those of tasks that ended first when all of them together are too many; logs of tasks in hand
 * come last.
 *
 * @example
 * await dropLogs(database, { since: Date.now() - 86_400_000, mostBytes: 1e9 })
 */
export async function dropLogs(database: Database<Schema>, { since, mostBytes }: LogLimits): Promise<void> {
  await database.write(async (writer) => {
    await writer.deleteFrom('log').where('changed_at', '<', since).execute()
    const { sum } = await writer
      .selectFrom('log')
      .select(({ fn }) => fn.sum('size').as('sum'))
      .executeTakeFirstOrThrow()
    const excess = Number(sum ?? 0) - mostBytes
    if (excess <= 0) return
    await sql`delete from log where id in (select id from (
      select log.id as id, sum(log.size) over (order by coalesce(task.final, 1) desc, log.changed_at, log.id) - log.size as older
      from log left join task on task.id = log.task
    ) as aged where older < ${excess})`.execute(writer)
  })
}
