// The whole of a service's `main.ts`: reads the settings, starts, and stops on SIGINT or SIGTERM.
import process from 'node:process'
import type { Command } from 'commander'
import { destination, pino, type Logger } from 'pino'
import type { LogLevel } from './settings/command.ts'
import { strayVariables } from './settings/text.ts'

/** A service that runs. */
export type RunningService = {
  /** What is printed for the operator: `The keeper listens on http://…`. */
  readonly says: readonly string[]
  /** Resolves when it has stopped; rejects with what nobody can wait out. */
  readonly ended: Promise<void>
}

/** A service, as its `main.ts` knows it. */
export type ServiceMain<Config extends { readonly logLevel: LogLevel }> = {
  readonly command: Command
  /** Reads the settings; what is wrong ends the process with one sentence. */
  readonly read: (args: readonly string[], command: Command) => Config
  /**
   * Starts. When the signal aborts, the service finishes what it is doing and closes everything.
   *
   * @returns `undefined` when the signal aborted before
   * @throws Error in one sentence when it cannot
   */
  readonly start: (config: Config, log: Logger, signal: AbortSignal) => Promise<RunningService | undefined>
}

/**
 * Runs a service until SIGINT or SIGTERM, and then ends the process: with code 1 and one sentence when it could not start, or not
 * go on.
 *
 * @example
 * await runMain({ command: keeperCommand(), read: readConfig, start: startKeeper })
 */
export async function runMain<Config extends { readonly logLevel: LogLevel }>({
  command,
  read,
  start,
}: ServiceMain<Config>): Promise<void> {
  // pnpm runs this in the package's folder, and tells where it was called: paths are meant from there.
  process.chdir(process.env['INIT_CWD'] ?? process.cwd())
  const config = read(process.argv.slice(2), command)
  const log = openLog(config.logLevel)
  for (const sentence of strayVariables(process.env, command)) log.warn(sentence)
  try {
    const service = await start(config, log, untilSignal())
    for (const line of service?.says ?? []) console.log(line)
    await service?.ended
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
  // Everything is closed. What was asked of a node that never answers must not hold the process.
  process.exit()
}

/** JSON lines on stderr, written at once: what a process said before it was killed is there. */
export function openLog(level: LogLevel): Logger {
  return pino({ level, base: null }, destination({ dest: 2, sync: true }))
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process as it would without us. */
function untilSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort()
    })
  }
  return stopping.signal
}
