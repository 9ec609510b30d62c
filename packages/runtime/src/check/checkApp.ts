// Whether an app is deterministic: it runs several times with the same inputs, and what differs between workers is varied.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Hex } from 'viem'
import { removeFolder } from '../contract/folders.ts'
import type { Verdict } from '../contract/verdict.ts'
import type { Ran } from '../job.ts'
import { adviseOn, type Findings } from './advice.ts'
import { compareOutputs, type Difference } from './compareOutputs.ts'
import { runVaried, type CheckedApp } from './runVaried.ts'
import { possibilitiesOf, varyAll, type Ground, type NotVaried, type Thing } from './variations.ts'

/** Where a check takes place, and who listens. */
export type CheckOptions = {
  /** Of this check alone: all that is in it is removed, also at the end. */
  readonly folder: string
  readonly ground: Ground
  readonly signal: AbortSignal
  /** Called before each run. */
  readonly onRun?: (run: CheckRun) => void
  /** Least time from one start to the next, in milliseconds; without it, so long that a clock in seconds shows another time. */
  readonly betweenStartsMs?: number
}

/** One run of a check. */
export type CheckRun = { readonly number: number; readonly varied: readonly Thing[] }

/** What every report says. */
type Said = {
  readonly runs: number
  /** What was varied, alone or together with others; the start time always is. */
  readonly varied: readonly Thing[]
  readonly notVaried: readonly NotVaried[]
  /** What the app says of its result and workers pass over, a sentence each. */
  readonly warnings: readonly string[]
}

/** What a check found. */
export type CheckReport =
  /** The app has no result at all; nothing was compared. */
  | (Said & { readonly kind: 'failed'; readonly message: string; readonly ran: Ran })
  | (Said & {
      readonly kind: 'deterministic'
      readonly digest: Hex
      /** Files that differ and do not count, stdout and stderr among them. */
      readonly differences: readonly Difference[]
    })
  | (Said & {
      readonly kind: 'different'
      /** Votes of two runs: a digest, or the reason why there is none. */
      readonly votes: readonly [string, string]
      readonly differences: readonly Difference[]
      /** Each of these alone makes a difference; empty when none does alone. */
      readonly explainedBy: readonly Thing[]
      /** What explains it in words, and what can be done, one sentence each. */
      readonly advice: readonly string[]
    })

/** Files that show the second of a run differ only when the second does. */
const BETWEEN_STARTS_MS = 1100
const NO_CLOCK =
  'libfaketime of this machine cannot be loaded in the image: it needs libraries, or versions, that the image lacks.'

/**
 * Checks whether an app is deterministic.
 *
 * It runs twice with nothing varied but the moment; then once with everything varied at the same time; and when that made a
 * difference, once for each thing alone, and once more with nothing varied.
 *
 * @throws TaskFault when a zip file among the inputs is harmful; MachineFault; what `signal` was aborted with
 * @example
 * const report = await checkApp({ app, plan, inputs }, { folder, ground, signal })
 * if (report.kind === 'different') console.log(report.explainedBy, report.differences)
 */
export async function checkApp(checked: CheckedApp, options: CheckOptions): Promise<CheckReport> {
  await removeFolder(options.folder)
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  try {
    return await new Check(checked, options).report()
  } finally {
    await removeFolder(options.folder)
  }
}

type Sample = { readonly verdict: Verdict; readonly ran: Ran }

class Check {
  readonly #checked: CheckedApp
  readonly #options: CheckOptions
  #can: readonly Thing[]
  #cannot: readonly NotVaried[]
  readonly #varied = new Set<Thing>(['start time'])
  readonly #warnings = new Set<string>()
  #runs = 0
  #startedAt = 0

  constructor(checked: CheckedApp, options: CheckOptions) {
    this.#checked = checked
    this.#options = options
    const { can, cannot } = possibilitiesOf(options.ground)
    this.#can = can
    this.#cannot = cannot
  }

  async report(): Promise<CheckReport> {
    const first = await this.#run([])
    if (first.verdict.kind === 'fault') {
      return { kind: 'failed', message: first.verdict.message, ran: first.ran, ...this.#said() }
    }
    const again = await this.#run([])
    if (isSame(first, again) && this.#can.length === 0) return this.#same(first, again)
    if (!isSame(first, again)) {
      return this.#different([first, again], { explainedBy: await this.#explainChance(), isSpontaneous: true })
    }
    const other = await this.#runAll()
    if (isSame(first, other)) return this.#same(first, other)
    const explainedBy = await this.#explain(first)
    // What changes by itself may have shown the same twice: two containers that were slow to start can tell the same second.
    const last = await this.#run([])
    if (isSame(first, last)) return this.#different([first, other], { explainedBy, isSpontaneous: false })
    return this.#different([first, last], { explainedBy: await this.#explainChance(), isSpontaneous: true })
  }

  /** With all varied at once. */
  async #runAll(): Promise<Sample> {
    const sample = await this.#run(this.#can)
    if (!hasNoClock(sample)) return sample
    this.#giveUpClock()
    return this.#run(this.#can)
  }

  #giveUpClock(): void {
    this.#can = this.#can.filter((thing) => thing !== 'clock')
    this.#cannot = [{ thing: 'clock', why: NO_CLOCK }, ...this.#cannot]
    this.#varied.delete('clock')
  }

  /** Which things make a difference alone. */
  async #explain(first: Sample): Promise<readonly Thing[]> {
    const explaining: Thing[] = []
    for (const thing of this.#can) if (!isSame(first, await this.#run([thing]))) explaining.push(thing)
    return explaining
  }

  /** Two runs differ although nothing was varied: what makes them the same explains it. */
  async #explainChance(): Promise<readonly Thing[]> {
    const explaining: Thing[] = []
    for (const thing of ['clock', 'cpu count'] as const) {
      if (!this.#can.includes(thing)) continue
      const sample = await this.#run([thing])
      if (hasNoClock(sample)) this.#giveUpClock()
      else if (await this.#isAlwaysSame(sample, thing)) explaining.push(thing)
    }
    return explaining.map((thing) => (thing === 'clock' ? 'start time' : thing))
  }

  /** Two runs may be the same by luck; three hardly. */
  async #isAlwaysSame(sample: Sample, thing: Thing): Promise<boolean> {
    return isSame(sample, await this.#run([thing])) && isSame(sample, await this.#run([thing]))
  }

  async #run(things: readonly Thing[]): Promise<Sample> {
    const { folder, ground, signal, onRun, betweenStartsMs = BETWEEN_STARTS_MS } = this.#options
    await pause(Math.max(0, this.#startedAt + betweenStartsMs - performance.now()), undefined, { signal })
    this.#startedAt = performance.now()
    this.#runs++
    for (const thing of things) this.#varied.add(thing)
    onRun?.({ number: this.#runs, varied: things })
    const varied = varyAll(things, ground)
    const sample = await runVaried(this.#checked, { folder: join(folder, String(this.#runs)), varied, signal })
    for (const warning of sample.verdict.warnings ?? []) this.#warnings.add(warning)
    return sample
  }

  #said(): Said {
    return { runs: this.#runs, varied: [...this.#varied], notVaried: this.#cannot, warnings: [...this.#warnings] }
  }

  async #same(one: Sample, other: Sample): Promise<CheckReport> {
    const differences = await compareOutputs(one.verdict.entries, other.verdict.entries)
    return { kind: 'deterministic', digest: one.verdict.digest ?? '0x', differences, ...this.#said() }
  }

  async #different(samples: readonly [Sample, Sample], found: Omit<Findings, 'differences'>): Promise<CheckReport> {
    const [one, other] = samples
    const all = await compareOutputs(one.verdict.entries, other.verdict.entries)
    const counting = all.filter(({ output }) => output !== 'stdout.txt' && output !== 'stderr.txt')
    return {
      kind: 'different',
      votes: [voteOf(one), voteOf(other)],
      differences: counting.length > 0 ? counting : all,
      explainedBy: found.explainedBy,
      advice: adviseOn({ ...found, differences: counting }),
      ...this.#said(),
    }
  }
}

/** What the loader of programs says when it cannot load the library that sets the clock: it lacks another one, or a version. */
function hasNoClock({ ran }: Sample): boolean {
  return /\/iexec-clock\/|error while loading shared libraries/u.test(ran.stderr.text)
}

function isSame(one: Sample, other: Sample): boolean {
  return voteOf(one) === voteOf(other)
}

function voteOf({ verdict }: Sample): string {
  return verdict.kind === 'result' ? verdict.digest : verdict.message
}
