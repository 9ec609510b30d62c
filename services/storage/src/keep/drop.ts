// Letting go of a holding: its blocks may be garbage now, which the sweep finds out.
import type { Database, Writer } from '@iexec/service'
import type { Tables } from './schema.ts'

/** Removes a holding with whatever results it is of. Its blocks stay until a sweep finds that nobody else holds them. */
export async function dropHolding(writer: Writer<Tables>, id: string): Promise<void> {
  await writer
    .insertInto('doubt')
    .columns(['hash'])
    .expression((query) => query.selectFrom('held').select('hash').where('holding', '=', id))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await writer.deleteFrom('held').where('holding', '=', id).execute()
  await writer.deleteFrom('result').where('holding', '=', id).execute()
  await writer.deleteFrom('holding').where('id', '=', id).execute()
}

/**
 * Forgets what processes were loading that are gone.
 *
 * @param processes their names
 * @example
 * await dropLoading(database, ['4711-9f…'])
 */
export async function dropLoading(database: Database<Tables>, processes: readonly string[]): Promise<void> {
  if (processes.length === 0) return
  await database.write(async (writer) => {
    const left = await writer
      .selectFrom('holding')
      .select('id')
      .where('state', '=', 'loading')
      .where('process', 'in', processes)
      .execute()
    for (const { id } of left) await dropHolding(writer, id)
  })
}
