// Sums per day for everything, for each app and for each workerpool; and counts over all days.
import { fromWide, toWide, WIDE_ZERO } from '@iexec/service'
import type { Address } from 'viem'
import type { DealTable, StatTable, TotalTable } from '../db/schema.ts'
import type { Reduction } from './reduction.ts'
import { asCount } from './sanitise.ts'

/** Id of the only row of `total`. */
export const TOTAL = 'iExec'

const NOTHING: TotalTable = {
  id: TOTAL,
  categories: 0,
  apps: 0,
  datasets: 0,
  workerpools: 0,
  deals: 0,
  tasks: 0,
  completed: 0,
  claimed: 0,
  tvl: WIDE_ZERO,
}

type Counted = Exclude<keyof TotalTable, 'id' | 'tvl'>

/** Counts something. */
export function addToTotal(reduction: Reduction, column: Counted, more = 1): void {
  changeTotal(reduction, (total) => ({ [column]: asCount(total[column] + more) }))
}

/** Changes the counts. */
export function changeTotal({ ledger }: Reduction, change: (row: TotalTable) => Partial<TotalTable>): void {
  const row = ledger.get('total', TOTAL) ?? NOTHING
  ledger.put('total', { ...row, ...change(row) })
}

/** The day (UTC) of a moment in seconds. */
function dayOf(timestamp: number): string {
  return new Date(timestamp * 1000).toISOString().slice(0, 10)
}

/** Keys of the sums that an app and a workerpool have on a day. */
export function statKeys(timestamp: number, app: Address, workerpool: Address): readonly string[] {
  const day = dayOf(timestamp)
  return [`${day} all`, `${day} ${app}`, `${day} ${workerpool}`]
}

/** A deal, and the tasks that were bought with it. */
export function countDeal(reduction: Reduction, deal: DealTable): void {
  changeStats(reduction, deal, ({ deals, tasks }) => ({ deals: deals + 1, tasks: asCount(tasks + deal.bot_size) }))
  addToTotal(reduction, 'deals')
  addToTotal(reduction, 'tasks', deal.bot_size)
}

/** A task that has its result: it is paid, and the result took its time since the match. */
export function countResult(reduction: Reduction, deal: DealTable): void {
  const latency = Math.max(0, reduction.block.timestamp - deal.start_time)
  countPaid(reduction, deal)
  changeStats(reduction, deal, ({ latency_sum, latency_max }) => ({
    latency_sum: asCount(latency_sum + latency),
    latency_max: Math.max(latency_max, latency),
  }))
}

/** A task on whose failure the workers agreed: it is paid like any other, and has no result that took its time. */
export function countFruitless(reduction: Reduction, deal: DealTable): void {
  countPaid(reduction, deal)
  changeStats(reduction, deal, ({ fruitless }) => ({ fruitless: fruitless + 1 }))
}

function countPaid(reduction: Reduction, deal: DealTable): void {
  const price = fromWide(deal.app_price) + fromWide(deal.dataset_price) + fromWide(deal.workerpool_price)
  changeStats(reduction, deal, ({ completed, paid }) => ({
    completed: completed + 1,
    paid: toWide(fromWide(paid) + price),
  }))
  addToTotal(reduction, 'completed')
}

/** A task that was given up. */
export function countFailed(reduction: Reduction, deal: DealTable): void {
  changeStats(reduction, deal, ({ failed }) => ({ failed: failed + 1 }))
  addToTotal(reduction, 'claimed')
}

function changeStats(
  { ledger, block }: Reduction,
  { app, workerpool }: DealTable,
  change: (row: StatTable) => Partial<StatTable>,
): void {
  for (const id of statKeys(block.timestamp, app, workerpool)) {
    const row = ledger.get('stat', id) ?? emptyStat(id)
    ledger.put('stat', { ...row, ...change(row) })
  }
}

function emptyStat(id: string): StatTable {
  const [day = '', subject = ''] = id.split(' ')
  const counts = { deals: 0, tasks: 0, completed: 0, fruitless: 0, failed: 0, latency_sum: 0, latency_max: 0 }
  return { id, day, subject, ...counts, paid: WIDE_ZERO }
}
