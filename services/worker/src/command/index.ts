// The commands of the worker, by name.
import { start } from './start.ts'

/** A command: what it is for, and how it runs. */
export type WorkerCommand = {
  readonly summary: string
  /** @returns the exit code; @throws Error in one sentence */
  readonly run: (args: readonly string[]) => Promise<number>
}

/** All of them, in the order of the help. */
export const COMMANDS: Readonly<Record<string, WorkerCommand>> = {
  start: { summary: 'join a workerpool, and earn RLC by computing its tasks', run: start },
}

/** What `iexec worker` alone prints. */
export function sayUsage(): string {
  const names = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'Usage: iexec worker <command>',
    '',
    ...names,
    '',
    'iexec worker <command> --help shows all settings. docs/run-a-worker.md tells more.',
  ].join('\n')
}
