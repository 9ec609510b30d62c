// Builds the command once for all journeys: what they call is what people install.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest reads this by merging interfaces
  export interface ProvidedContext {
    /** The file that is the `iexec` command. */
    iexecCommand: string
  }
}

const CLI = join(import.meta.dirname, '../packages/cli')

/** Builds the command, and returns how to remove it. */
export function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-command-'))
  execFileSync(process.execPath, [join(CLI, 'scripts/build.ts'), folder], {
    cwd: CLI,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  provide('iexecCommand', join(folder, 'iexec.js'))
  return () => {
    rmSync(folder, { recursive: true, force: true })
  }
}
