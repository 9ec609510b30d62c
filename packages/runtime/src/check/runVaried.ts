// One run of a check: as a worker would do it, but for what is varied.
import { copyFile, link, opendir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunPlan } from '../contract/describeRun.ts'
import { prepareFolders } from '../contract/folders.ts'
import { judgeRun, type Verdict } from '../contract/verdict.ts'
import type { FetchedInput } from '../inputs/fetchInputs.ts'
import { layOut } from '../inputs/layOut.ts'
import { MachineFault, type PreparedApp, type Ran } from '../job.ts'
import type { Varied } from './variations.ts'

/** What is checked: an app that is ready, and what it gets in every run. */
export type CheckedApp = {
  readonly app: PreparedApp
  readonly plan: RunPlan
  readonly inputs: readonly FetchedInput[]
}

/** Where and how one run takes place. */
export type VariedRun = { readonly folder: string; readonly varied: Varied; readonly signal: AbortSignal }

/**
 * Runs an app once. Its outputs stay in the folder, to be compared.
 *
 * @throws TaskFault when a zip file among the inputs is harmful; MachineFault; what `signal` was aborted with
 * @example
 * const { verdict } = await runVaried(checked, { folder, varied: varyAll([], ground), signal })
 */
export async function runVaried(
  { app, plan, inputs }: CheckedApp,
  { folder, varied, signal }: VariedRun,
): Promise<{ readonly verdict: Verdict; readonly ran: Ran }> {
  const folders = await prepareFolders(folder)
  const ordered = varied.isReversed ? inputs.toReversed() : inputs
  const placed: FetchedInput[] = []
  for (const input of ordered) {
    const path = join(folders.input, input.name)
    await link(input.path, path).catch(async () => copyFile(input.path, path))
    placed.push({ ...input, path })
  }
  const given = await layOut(placed, folders.legacy, { fetch: plan.fetch, signal })
  const job = { ...plan.job, env: { ...plan.job.env, ...varied.env } }
  const ran = await app.run(job, folders, { signal, variation: varied.variation })
  const { ending, stdout, stderr } = ran
  signal.throwIfAborted()
  if (ending.kind === 'aborted') throw new MachineFault('The run was taken back by somebody else.')
  const { hasCallback, isTee } = plan
  const logs = { stdout, stderr }
  const verdict = await judgeRun({ ending, logs, folders, given, limits: job.limits, hasCallback, isTee })
  return { verdict, ran }
}

/**
 * Whether the file system of a folder lists files in the order in which they came, or its opposite, and not in one of its own.
 *
 * @param folder that may be made anew and removed
 */
export async function isOrderVariable(folder: string, names: readonly string[]): Promise<boolean> {
  const orders = []
  for (const order of [names, names.toReversed()]) {
    const { input } = await prepareFolders(folder)
    for (const name of order) await writeFile(join(input, name), '')
    const listed: string[] = []
    for await (const entry of await opendir(input)) listed.push(entry.name)
    orders.push(listed.join('/'))
  }
  await rm(folder, { recursive: true })
  return orders[0] !== orders[1]
}
