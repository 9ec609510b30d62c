// The commands of the worker, by name. Each is loaded when it is called.

/** A command: what it is for, and how it runs. */
export type WorkerCommand = {
  readonly summary: string
  /** @returns the exit code; @throws Error in one sentence, `UsageError` or `CommanderError` when the line cannot be used */
  readonly run: (args: readonly string[]) => Promise<number>
}

/** All of them, in the order of the help. */
const COMMANDS: Readonly<Record<string, WorkerCommand>> = {
  start: {
    summary: 'join a workerpool, and earn RLC by computing its tasks',
    run: async (args) => (await import('./start.ts')).start(args),
  },
  status: {
    summary: 'say what the worker of this machine does, and what it earned',
    run: async (args) => (await import('./status.ts')).status(args),
  },
  doctor: {
    summary: 'look whether everything is ready, and say what to do where it is not',
    run: async (args) => (await import('./doctor.ts')).doctor(args),
  },
  earnings: {
    summary: 'say what was earned and lost',
    run: async (args) => (await import('./status.ts')).earnings(args),
  },
  drain: {
    summary: 'let the worker of this machine finish what it has begun, and end',
    run: async (args) => (await import('./status.ts')).drain(args),
  },
}

/** Called by `iexec app check` and `iexec app test`: they need the engines of a worker. */
const APP_COMMANDS: Readonly<Record<string, WorkerCommand>> = {
  'app-check': {
    summary: 'iexec app check',
    run: async (args) => (await import('./tryApp.ts')).checkCommand(args),
  },
  'app-test': {
    summary: 'iexec app test',
    run: async (args) => (await import('./tryApp.ts')).testCommand(args),
  },
}

/**
 * The command of a name.
 *
 * @example
 * await findCommand('doctor')?.run([])
 */
export function findCommand(name: string): WorkerCommand | undefined {
  return COMMANDS[name] ?? APP_COMMANDS[name]
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
