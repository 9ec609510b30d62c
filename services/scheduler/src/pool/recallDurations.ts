// What was learned of how long places take, after a restart: it is all in the tables.
import type { Database } from '@iexec/service'
import type { DealFacts, Place } from '../book/model.ts'
import type { Schema } from '../book/schema.ts'
import type { Durations } from '../decide/durations.ts'
import { durationNames } from './snapshots.ts'

/** So many votes are looked at, the latest ones. */
const LATEST = 2_000

/**
 * Learns durations anew, from the votes of the tasks that changed last.
 *
 * @example
 * const durations = learnDurations()
 * await recallDurations(database, durations)
 */
export async function recallDurations({ read }: Database<Schema>, durations: Durations): Promise<void> {
  const rows = await read
    .selectFrom('task')
    .innerJoin('contribution', 'contribution.task', 'task.id')
    // Both are named after the task and the worker.
    .innerJoin('place', 'place.id', 'contribution.id')
    .innerJoin('deal', 'deal.id', 'task.deal')
    .select(['place.body as place', 'deal.body as deal'])
    .orderBy('task.changed_at', 'desc')
    .limit(LATEST)
    .execute()
  for (const { place, deal } of rows.toReversed()) {
    const { tookMs } = JSON.parse(place) as Pick<Place, 'tookMs'>
    const { facts } = JSON.parse(deal) as { readonly facts: DealFacts }
    if (tookMs !== undefined) durations.note(durationNames(facts), tookMs)
  }
}
