// Step 0012_failures of the tables.
import { FAILURE_CAUSES, failureDigest, findFailure } from '@iexec/protocol'
import { tables, type Engine } from '@iexec/service'
import { sql, type Kysely } from 'kysely'
import type { Hex } from 'viem'

const COLUMNS: readonly string[] = [
  'alter table "task" add column failure text',
  'alter table "stat" add column fruitless int not null default 0',
]

/** What a day of a subject has of tasks that were completed. */
type Sum = { readonly fruitless: number; readonly latency_sum: number; readonly latency_max: number }

/** Completed tasks of one day that were alike. */
type Group = {
  readonly day: number | string
  readonly app: string
  readonly workerpool: string
  readonly failed: number | string
  readonly tasks: number | string
  readonly latency: number | string
  readonly longest: number | string
}

type Image = { readonly block: number; readonly seq: number; readonly key: string; readonly before: string }

const DAY_SECONDS = 86_400

/**
 * Tasks get why they failed where workers agreed on that, by the digest that is stored; the days of the statistics, how many
 * those were, and latencies of results alone. What would be put back when blocks are undone gets the same, as of its block.
 */
export async function tellFailures(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await tables(engine, COLUMNS).up(db)
  for (const cause of FAILURE_CAUSES) {
    await sql`update task set failure = ${cause} where status = 'completed' and result_digest = ${failureDigest(cause)}`.execute(
      db,
    )
  }
  for (const [id, sum] of await sumsOf(db)) {
    if (sum.fruitless === 0) continue
    const { fruitless, latency_sum, latency_max } = sum
    await sql`update stat set fruitless = ${fruitless}, latency_sum = ${latency_sum}, latency_max = ${latency_max}
      where id = ${id}`.execute(db)
  }
  await completeImages(db)
}

/** The sums of each subject on each day: of all that was completed, or of what was before a block since a day. */
async function sumsOf(db: Kysely<unknown>, before?: number, since = 0): Promise<ReadonlyMap<string, Sum>> {
  const soonEnough = before === undefined ? sql`` : sql`and updated_at >= ${since} and ${endedBefore(before)}`
  const { rows } = await sql<Group>`
    with done as (
      select ended_at / ${sql.lit(DAY_SECONDS)} as day, task.app, task.workerpool,
        case when failure is null then 0 else 1 end as failed,
        case when failure is null and ended_at > start_time then ended_at - start_time else 0 end as latency
      from task join deal on deal.id = task.deal where task.status = 'completed' ${soonEnough}
    )
    select day, app, workerpool, failed, count(*) as tasks, sum(latency) as latency, max(latency) as longest
    from done group by day, app, workerpool, failed
  `.execute(db)
  const sums = new Map<string, Sum>()
  for (const { day, app, workerpool, failed, tasks, latency, longest } of rows) {
    const date = new Date(Number(day) * DAY_SECONDS * 1000).toISOString().slice(0, 10)
    for (const subject of ['all', app, workerpool]) {
      const id = `${date} ${subject}`
      const sum = sums.get(id) ?? NOTHING
      sums.set(id, {
        fruitless: sum.fruitless + Number(failed) * Number(tasks),
        latency_sum: sum.latency_sum + Number(latency),
        latency_max: Math.max(sum.latency_max, Number(longest)),
      })
    }
  }
  return sums
}

const NOTHING: Sum = { fruitless: 0, latency_sum: 0, latency_max: 0 }

/** By its event: blocks of some chains have their second in common. */
function endedBefore(block: number): ReturnType<typeof sql> {
  return sql`exists (
    select 1 from event where event.task = task.id and kind = 'TaskFinalize' and event.block < ${block}
  )`
}

/** Before-images are only of the newest blocks, and the days that they tell of are few. */
async function completeImages(db: Kysely<unknown>): Promise<void> {
  const { rows: tasks } = await sql<Image>`select block, seq, key, before from undo
    where tbl = 'task' and before is not null`.execute(db)
  for (const image of tasks) {
    const row = JSON.parse(image.before) as { readonly status: string; readonly result_digest: Hex | null }
    const cause = row.status === 'completed' ? findFailure(row.result_digest ?? undefined) : undefined
    await rewrite(db, image, { ...row, failure: cause ?? null })
  }
  const { rows: stats } = await sql<Image>`select block, seq, key, before from undo
    where tbl = 'stat' and before is not null order by block`.execute(db)
  const days = stats.map(({ key }) => key.slice(0, 10)).toSorted()
  const since = Date.parse(days[0] ?? '1970-01-01') / 1000
  let known: { readonly block: number; readonly sums: ReadonlyMap<string, Sum> } | undefined
  for (const image of stats) {
    if (known?.block !== image.block) known = { block: image.block, sums: await sumsOf(db, image.block, since) }
    const sum = known.sums.get(image.key) ?? NOTHING
    await rewrite(db, image, { ...(JSON.parse(image.before) as object), ...sum })
  }
}

async function rewrite(db: Kysely<unknown>, { block, seq }: Image, row: object): Promise<void> {
  await sql`update undo set before = ${JSON.stringify(row)} where block = ${block} and seq = ${seq}`.execute(db)
}
