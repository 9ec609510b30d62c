// `iexec app test`: one run of an app on this machine, exactly as a worker would do it.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackZip } from '../inputs/unpackZip.ts'
import { runTask, type Outcome, type RunTaskOptions } from '../runTask.ts'
import { localTask, type LocalWish } from './localTask.ts'
import type { LocalApp } from './openLocalApp.ts'

/** Where an app is tried. */
export type TestAppOptions = Pick<RunTaskOptions, 'folder' | 'gateways' | 'signal' | 'onEvent'>

/** What came of a trial. */
export type TestedApp = Outcome & {
  /** Holds what the app left, with stdout.txt and stderr.txt: what a requester would download. */
  readonly resultFolder: string
}

/**
 * Runs an app once, as a worker would: same containment, same limits, same digest.
 *
 * Inputs may come from private addresses: whoever tries an app named them himself.
 *
 * @throws MachineFault; what `signal` was aborted with
 * @example
 * const { digest, resultFolder } = await testApp(app, { args: '--fast' }, { folder: './out', gateways: [], signal })
 */
export async function testApp(app: LocalApp, wish: LocalWish, options: TestAppOptions): Promise<TestedApp> {
  const { facts, local } = localTask(app.app, wish)
  const outcome = await runTask(facts, {
    ...options,
    engines: [app.engine],
    local,
    allowsPrivateInputs: true,
    allowsNetwork: wish.network === true,
  })
  const resultFolder = join(options.folder, 'result')
  await mkdir(resultFolder)
  const budget = { bytes: Number.MAX_SAFE_INTEGER, entries: Number.MAX_SAFE_INTEGER }
  await unpackZip(outcome.archive.file, { folder: resultFolder, budget, signal: options.signal })
  return { ...outcome, resultFolder }
}
