// An engine whose apps are functions over real folders: for rules about what is around an app, not about containing one.
import type { Engine, Ending, Job, Ran, RunFolders, RunOptions } from '../src/job.ts'

/** An app: what it does with its folders, and how it ends; by itself with 0 when it does not say. */
export type FunctionApp = (job: Job, folders: RunFolders, options: RunOptions) => Promise<Ending | undefined | void>

/**
 * An engine that runs one function as every app.
 *
 * @example
 * functionEngine(async (job, { output }) => writeFile(`${output}/result.txt`, job.args.join(' ')))
 */
export function functionEngine(app: FunctionApp, prepare: Engine['prepare'] = async () => prepared(app)): Engine {
  return { type: 'WASM', prepare, sweep: async () => undefined }
}

function prepared(app: FunctionApp): Awaited<ReturnType<Engine['prepare']>> {
  return {
    run: async (job, folders, options): Promise<Ran> => {
      const heard = { stdout: '', stderr: '' }
      const onLog: NonNullable<RunOptions['onLog']> = (chunk) => {
        heard[chunk.stream] += chunk.text
        options.onLog?.(chunk)
      }
      const ending = (await app(job, folders, { ...options, onLog })) ?? { kind: 'exited', exitCode: 0 }
      return {
        ending,
        stdout: { text: heard.stdout, isCut: false },
        stderr: { text: heard.stderr, isCut: false },
        milliseconds: 1,
      }
    },
  }
}
