// `iexec worker status`, `earnings` and `drain`: how a worker is, told by it itself, by its folder and by the chain.
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatRlc } from '@iexec/protocol'
import { locateDatabase, openDatabase, sayWhy } from '@iexec/service'
import { z } from 'zod'
import { createStore, type RewardSum, type Store } from '../store/store.ts'
import { MIGRATIONS, type Schema } from '../store/tables.ts'
import { folderCommand, type Options } from '../settings/options.ts'
import { readOptions } from '../settings/read.ts'
import { giveAnswer } from './answer.ts'
import { RUNNING_FILE } from './start.ts'

const running = z.object({ pid: z.number(), url: z.string(), pool: z.string(), worker: z.string() })
const health = z.object({
  ok: z.boolean(),
  pool: z.string(),
  chain: z.string(),
  isDraining: z.boolean(),
  open: z.number(),
})

const money = z.object({ free: z.coerce.bigint(), locked: z.coerce.bigint(), coins: z.coerce.bigint() })

type Running = z.infer<typeof running>
type Seen = {
  readonly running: Running | undefined
  readonly health: z.infer<typeof health> | undefined
  readonly money?: z.infer<typeof money> | undefined
}

/**
 * Prints how the worker of a folder is.
 *
 * @returns the exit code: 0 when it runs and is well
 */
export async function status(args: readonly string[]): Promise<number> {
  const options = readOptions(
    args,
    folderCommand('status', 'Says what the worker of this machine does, and what it earned.', [
      ['iexec worker status', 'of ~/.iexec/worker; the exit code is 0 when it runs and is well'],
      ['iexec worker status --data-dir /data --json', 'of another folder, for a program'],
    ]),
  )
  const seen = await lookAround(options)
  const kept = await readFolder(options)
  return giveAnswer(
    {
      json: { ...seen, ...kept },
      text: [...linesOfSeen(seen, options), ...linesOfKept(kept)],
      failures: troubleOf(seen, options),
    },
    options,
  )
}

function troubleOf({ health: answer }: Seen, options: Options): readonly string[] {
  if (answer === undefined) return [sayNobody(options)]
  return answer.ok ? [] : [`The worker is not well: scheduler ${answer.pool}, chain ${answer.chain}.`]
}

function sayNobody({ dataDir }: Options): string {
  return `No worker runs in ${dataDir}. iexec worker start starts one.`
}

/** Prints what was earned and lost. @returns the exit code */
export async function earnings(args: readonly string[]): Promise<number> {
  const options = readOptions(
    args,
    folderCommand('earnings', 'Says what this worker earned, and what it lost.', [
      ['iexec worker earnings', 'of all tasks that its folder remembers'],
    ]),
  )
  const { rewards } = await readFolder(options)
  return giveAnswer({ json: rewards, text: [sayRewards(rewards)] }, options)
}

/**
 * Asks the worker of a folder to end in order, and waits for that.
 *
 * @returns the exit code
 * @throws Error when none runs there
 */
export async function drain(args: readonly string[]): Promise<number> {
  const options = readOptions(
    args,
    folderCommand('drain', 'Lets the worker of this machine finish what it has begun, and end.', [
      ['iexec worker drain', 'waits until it has ended; Ctrl-C leaves it at that'],
    ]),
  )
  const { running: found, health: answer } = await lookAround(options)
  if (found === undefined || answer === undefined) throw new Error(`No worker runs in ${options.dataDir}.`)
  process.kill(found.pid, 'SIGTERM')
  const isForPeople = options.json !== true && options.raw !== true && options.quiet !== true
  if (isForPeople)
    process.stderr.write(`It takes nothing new, and finishes ${answer.open}. Ctrl-C here leaves it at that.\n`)
  while (existsSync(join(options.dataDir, RUNNING_FILE)) && isAlive(found.pid)) await sleep(200)
  const { worker, pool } = found
  return giveAnswer({ json: { worker, pool, finished: answer.open }, text: ['It has ended.'] }, options)
}

async function lookAround({ dataDir }: Options): Promise<Seen> {
  try {
    const found = running.parse(JSON.parse(await readFile(join(dataDir, RUNNING_FILE), 'utf8')))
    const answer = await fetch(`${found.url}/health`, { signal: AbortSignal.timeout(5_000) })
    return { running: found, health: health.parse(await answer.json()), money: await askMoneyOf(found) }
  } catch {
    return { running: undefined, health: undefined }
  }
}

/** Nothing while the chain is away. */
async function askMoneyOf({ url }: Running): Promise<z.infer<typeof money> | undefined> {
  try {
    const answer = await fetch(`${url}/money`, { signal: AbortSignal.timeout(5_000) })
    return money.parse(await answer.json())
  } catch {
    return undefined
  }
}

type Kept = { readonly tasks: readonly KeptTask[]; readonly rewards: RewardSum }
type KeptTask = { readonly task: string; readonly state: string; readonly why: string; readonly since: string }

const NOTHING: Kept = { tasks: [], rewards: { earned: 0n, lost: 0n, tasks: 0 } }
const SHOWN = 20

/** Beside a worker that runs: readers do not disturb it. */
async function readFolder({ dataDir }: Options): Promise<Kept> {
  const file = join(dataDir, 'worker.sqlite')
  if (!existsSync(file)) return NOTHING
  const database = await openDatabase<Schema>(locateDatabase(file, ''), { migrations: MIGRATIONS }).catch(
    (cause: unknown) => {
      throw new Error(`${file} cannot be read: ${sayWhy(cause)}`, { cause })
    },
  )
  try {
    return await readStore(createStore(database, Date.now))
  } finally {
    await database.close()
  }
}

async function readStore(store: Store): Promise<Kept> {
  const latest = await store.listLatest(SHOWN)
  const tasks = latest.map(({ known, report, changedAt }) => ({
    task: known.place.taskId,
    state: known.at,
    why: report.message ?? '',
    since: new Date(changedAt).toISOString(),
  }))
  return { tasks, rewards: await store.sumRewards() }
}

function linesOfSeen({ running: found, health: answer, money: purse }: Seen, options: Options): readonly string[] {
  if (found === undefined || answer === undefined) {
    return [sayNobody(options)]
  }
  return [
    `The worker ${found.worker} runs for the workerpool ${found.pool}; ${found.url} shows more.`,
    `  scheduler  ${answer.pool}`,
    `  chain      ${answer.chain}`,
    ...(purse === undefined ? [] : [`  stake      ${formatRlc(purse.locked)} locked, ${formatRlc(purse.free)} free`]),
    `  open       ${answer.open}${answer.isDraining ? ', and it takes nothing new' : ''}`,
  ]
}

function linesOfKept({ tasks, rewards }: Kept): readonly string[] {
  const rows = tasks.map(
    ({ task, state, why, since }) => `  ${since}  ${task.slice(0, 10)}…  ${state.padEnd(12)}  ${why}`,
  )
  return [sayRewards(rewards), ...(rows.length === 0 ? ['No tasks yet.'] : ['The latest tasks:', ...rows])]
}

function sayRewards({ earned, lost, tasks }: RewardSum): string {
  const bad = lost === 0n ? '' : `, and lost ${formatRlc(lost)} of stake`
  return `Earned ${formatRlc(earned)} with ${tasks} task${tasks === 1 ? '' : 's'}${bad}, as far as this folder remembers.`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
