// The commands of a network, by name. Each is loaded when it is called.

/** A command: what it is for, and how it runs. */
export type NetworkCommand = {
  readonly summary: string
  /** @returns the exit code; @throws NetworkFault, `UsageError` or `CommanderError` */
  readonly run: (args: readonly string[]) => Promise<number>
}

/** All of them, in the order of the help. */
const COMMANDS: Readonly<Record<string, NetworkCommand>> = {
  start: {
    summary: 'start a whole market on this machine, or go on with it',
    run: async (args) => (await import('./start.ts')).start(args),
  },
  status: {
    summary: 'say what runs, where, since when, and with how much memory',
    run: async (args) => (await import('./status.ts')).status(args),
  },
  logs: {
    summary: 'show what a service said',
    run: async (args) => (await import('./logs.ts')).logs(args),
  },
  stop: {
    summary: 'end the network; everything in it is kept',
    run: async (args) => (await import('./stop.ts')).stop(args),
  },
  reset: {
    summary: 'remove the network and all that was ever in it',
    run: async (args) => (await import('./reset.ts')).reset(args),
  },
}

/**
 * The command of a name.
 *
 * @example
 * await findCommand('status')?.run([])
 */
export function findCommand(name: string): NetworkCommand | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
}

/** What `iexec network` alone prints. */
export function sayUsage(): string {
  const names = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return [
    'Usage: iexec network <command>',
    '',
    ...names,
    '',
    'iexec network <command> --help shows all settings. docs/run-a-network.md tells more.',
  ].join('\n')
}
