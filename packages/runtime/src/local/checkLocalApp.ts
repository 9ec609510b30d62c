// `iexec app check`: whether an app of this machine is deterministic.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkApp, type CheckOptions, type CheckReport } from '../check/checkApp.ts'
import { isOrderVariable } from '../check/runVaried.ts'
import { describeRun, faultOfRefusal } from '../contract/describeRun.ts'
import { removeFolder } from '../contract/folders.ts'
import { fetchInputs } from '../inputs/fetchInputs.ts'
import type { FetchOptions } from '../inputs/fetchFile.ts'
import { localTask, type LocalWish } from './localTask.ts'
import type { LocalApp } from './openLocalApp.ts'

/** Where an app is checked, and who listens. */
export type CheckLocalOptions = Omit<CheckOptions, 'ground'> & Pick<FetchOptions, 'gateways'>

/**
 * Runs an app several times with the same inputs, while what differs between workers is varied.
 *
 * @throws MachineFault; TaskFault when it cannot be run as wished, or the app or an input cannot be had; what `signal` was aborted with
 * @example
 * const report = await checkLocalApp(app, { inputFiles: ['./data.csv'] }, { folder, gateways: [], signal })
 */
export async function checkLocalApp(app: LocalApp, wish: LocalWish, options: CheckLocalOptions): Promise<CheckReport> {
  const { folder, gateways, signal } = options
  const { facts, local } = localTask(app.app, wish)
  const plan = describeRun(facts)
  if (!plan.ok) throw faultOfRefusal(plan)
  await removeFolder(folder)
  try {
    const given = join(folder, 'given')
    await mkdir(given, { recursive: true, mode: 0o700 })
    const inputs = await fetchInputs(plan, given, { gateways, local, allowsPrivate: true, signal })
    const prepared = await app.engine.prepare(plan.job.app, { signal, seconds: plan.fetch.seconds })
    const names = inputs.map(({ name }) => name)
    const isVariable = names.length > 1 && (await isOrderVariable(join(folder, 'probe'), names))
    const ground = { ...app.ground, inputs: names.length, isOrderVariable: isVariable }
    return await checkApp({ app: prepared, plan, inputs }, { ...options, folder: join(folder, 'runs'), ground })
  } finally {
    await removeFolder(folder)
  }
}
