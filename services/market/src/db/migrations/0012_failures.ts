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

type GroupOfBlock = Group & { readonly block: number | string }

type Image = { readonly block: number; readonly seq: number; readonly key: string; readonly before: string }

const DAY_SECONDS = 86_400

/** Each completed task: its day, and how long its result took; a failure took no time. */
const COMPLETED = sql`
  select task.id, ended_at / ${sql.lit(DAY_SECONDS)} as day, task.app, task.workerpool,
    case when failure is null then 0 else 1 end as failed,
    case when failure is null and ended_at > start_time then ended_at - start_time else 0 end as latency
  from task join deal on deal.id = task.deal where task.status = 'completed'
`

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

/** The sums of each subject on each day, of all that was completed. */
async function sumsOf(db: Kysely<unknown>): Promise<ReadonlyMap<string, Sum>> {
  const { rows } = await sql<Group>`
    with done as (${COMPLETED})
    select day, app, workerpool, failed, count(*) as tasks, sum(latency) as latency, max(latency) as longest
    from done group by day, app, workerpool, failed
  `.execute(db)
  const sums = new Map<string, Sum>()
  for (const group of rows) add(sums, group)
  return sums
}

/** What was completed since a day, block by block. A task has the block of its event: blocks of some chains have their second in common. */
async function groupsSince(db: Kysely<unknown>, since: number): Promise<readonly GroupOfBlock[]> {
  const { rows } = await sql<GroupOfBlock>`
    with done as (${COMPLETED} and updated_at >= ${since})
    select event.block as block, day, app, workerpool, failed,
      count(*) as tasks, sum(latency) as latency, max(latency) as longest
    from done join event on event.task = done.id and event.kind = 'TaskFinalize'
    group by event.block, day, app, workerpool, failed order by event.block
  `.execute(db)
  return rows
}

function add(sums: Map<string, Sum>, { day, app, workerpool, failed, tasks, latency, longest }: Group): void {
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

const NOTHING: Sum = { fruitless: 0, latency_sum: 0, latency_max: 0 }

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
  const groups = stats.length === 0 ? [] : await groupsSince(db, since)
  const sums = new Map<string, Sum>()
  let next = 0
  for (const image of stats) {
    // What an image tells of is how it was before its block.
    for (let group = groups[next]; group !== undefined && Number(group.block) < image.block; group = groups[next]) {
      add(sums, group)
      next += 1
    }
    await rewrite(db, image, { ...(JSON.parse(image.before) as object), ...(sums.get(image.key) ?? NOTHING) })
  }
}

async function rewrite(db: Kysely<unknown>, { block, seq }: Image, row: object): Promise<void> {
  await sql`update undo set before = ${JSON.stringify(row)} where block = ${block} and seq = ${seq}`.execute(db)
}
