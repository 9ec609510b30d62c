// Jobs and folders for tests: small limits, a folder that is removed afterwards.
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppSource, Job, Limits, RunFolders } from '../src/job.ts'

/** What a test changes of a job. */
export type JobParts = Partial<Omit<Job, 'limits'>> & { readonly limits?: Partial<Limits> }

/**
 * Returns a job with small limits and an id of its own.
 *
 * @example
 * newJob(app, { args: ['-c', 'echo hello'], limits: { seconds: 1 } })
 */
export function newJob(app: AppSource, { limits, ...parts }: JobParts = {}): Job {
  return {
    id: `0x${randomBytes(32).toString('hex')}`,
    app,
    args: [],
    env: {},
    startTime: 1_700_000_000,
    network: false,
    ...parts,
    limits: {
      seconds: 20,
      memoryBytes: 64 * 2 ** 20,
      cpus: 1,
      pids: 32,
      outputBytes: 10 * 2 ** 20,
      outputFiles: 100,
      logBytes: 100_000,
      ...limits,
    },
  }
}

/** Folders of one run, and how to remove them. */
export type TestFolders = RunFolders & { readonly [Symbol.asyncDispose]: () => Promise<void> }

/**
 * Makes empty folders, which vanish with the variable that holds them.
 *
 * @example
 * await using folders = await newFolders()
 */
export async function newFolders(): Promise<TestFolders> {
  const base = await mkdtemp(join(tmpdir(), 'iexec-run-'))
  const [input, output, legacy] = ['input', 'output', 'legacy'].map((name) => join(base, name))
  if (input === undefined || output === undefined || legacy === undefined) throw new Error('three folders')
  for (const folder of [input, output, legacy]) await mkdir(folder)
  return {
    input,
    output,
    legacy,
    [Symbol.asyncDispose]: async () => rm(base, { recursive: true, force: true }),
  }
}
