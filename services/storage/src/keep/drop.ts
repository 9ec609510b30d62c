// Letting go of a holding: its blocks may be garbage now, which the sweep finds out.
import type { Writer } from '@iexec/service'
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
