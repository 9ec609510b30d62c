// What happened on each day.
import type { StatItem, StatQuery } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { StatTable } from '../db/schema.ts'
import { shownAddress, shownNumber, shownWide } from '../deal/shown.ts'

/** The most days that one answer has. */
const MAX_DAYS = 1000

/**
 * The days of everything, of one app or of one workerpool, newest first; days on which nothing happened are left out.
 *
 * @example
 * await statistics(market.read, { subject: 'all', from: '2026-01-01' })
 */
export async function statistics(reader: Reader, { subject, from, to }: StatQuery): Promise<readonly StatItem[]> {
  let days = reader.selectFrom('stat').selectAll().where('subject', '=', subject)
  if (from !== undefined) days = days.where('day', '>=', from)
  if (to !== undefined) days = days.where('day', '<=', to)
  return (await days.orderBy('day', 'desc').limit(MAX_DAYS).execute()).map((row) => toStatItem(row, subject))
}

function toStatItem(row: StatTable, subject: StatQuery['subject']): StatItem {
  const ended = row.completed + row.failed
  const fruitful = row.completed - row.fruitless
  return {
    day: row.day,
    subject: subject === 'all' ? subject : shownAddress(subject),
    deals: row.deals,
    tasks: shownNumber(row.tasks),
    completed: row.completed,
    fruitless: row.fruitless,
    failed: row.failed,
    paid: shownWide(row.paid),
    successRate: ended === 0 ? null : fruitful / ended,
    meanLatency: fruitful === 0 ? null : row.latency_sum / fruitful,
    maxLatency: fruitful === 0 ? null : row.latency_max,
  }
}
