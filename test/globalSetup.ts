// Builds the command once for all journeys, because what they call is what people install; and starts a Docker Engine for them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setupEngine } from '@iexec/runtime/test/engine'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest reads this by merging interfaces
  export interface ProvidedContext {
    /** The file that is the `iexec` command. */
    iexecCommand: string
  }
}

const CLI = join(import.meta.dirname, '../packages/cli')

/** Builds the command and starts the engine, and returns how to take both away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stopEngine = await setupEngine(project)
  const folder = mkdtempSync(join(tmpdir(), 'iexec-command-'))
  execFileSync(process.execPath, [join(CLI, 'scripts/build.ts'), folder], {
    cwd: CLI,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  project.provide('iexecCommand', join(folder, 'iexec.js'))
  return async () => {
    rmSync(folder, { recursive: true, force: true })
    await stopEngine?.()
  }
}
