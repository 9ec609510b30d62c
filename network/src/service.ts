// One service as a process of its own: it can be ended, killed and started again where it was.
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { findCompileCache } from '@iexec/service/compileCache'
import { endWithUs } from './process/endWithUs.ts'
import { readFrom } from './run/logFile.ts'

/** How a service is started. */
export type ServicePlan = {
  readonly name: string
  /** Its program, from the root of the repository. */
  readonly main: string
  readonly args: readonly string[]
  /** Where it listens on this machine. */
  readonly port: number
  /** The file to which everything is added that it says. */
  readonly log: string
}

/** Who looks after a service. */
export type Keeping = {
  /** Out of reach of the terminal: Ctrl-C is then for who started it alone. */
  readonly isApart?: boolean
  /** Hears of each new process at once, before it does anything. */
  readonly onSpawn?: (pid: number) => void
}

/** A service. */
export type Service = {
  readonly name: string
  /** Where it listens; the same after each start. */
  readonly url: string
  readonly pid: () => number
  /** Whether it has not ended, by itself or otherwise. */
  readonly isAlive: () => boolean
  /** The exit code of the process that runs now, when it has ended; null when a signal ended it. */
  readonly ended: () => Promise<number | null>
  /** What it said, in all its lives; of very much, the end. */
  readonly said: () => string
  /** Ends it as an operator does, and returns its exit code. */
  readonly stop: () => Promise<number | null>
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>
  /** Starts it again, and returns when it listens. */
  readonly start: () => Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')

type Life = { readonly child: ChildProcess; readonly ended: Promise<number | null>; readonly logBegin: number }

/**
 * A service that does not run yet.
 *
 * @example
 * const keeper = openService({ name: 'keeper', main: 'services/keeper/src/main.ts', args: ['--rpc', rpcUrl], port: 3009, log: 'keeper.log' })
 * await keeper.start()
 */
export function openService(plan: ServicePlan, keeping: Keeping = {}): Service {
  const { name, port, log } = plan
  let life: Life | undefined
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    life?.child.kill(signal)
    return (await life?.ended) ?? null
  }
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    pid: () => life?.child.pid ?? 0,
    isAlive: () => life !== undefined && life.child.exitCode === null && life.child.signalCode === null,
    ended: async () => (await life?.ended) ?? null,
    said: () => readFrom(log, 0).text,
    stop: async () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    start: async () => {
      life = beginLife(plan, keeping)
      await untilListening(plan, life)
    },
  }
}

/**
 * Starts a service, and returns when it listens.
 *
 * @throws Error with what it said when it ended before
 * @example
 * const keeper = await startService({ name: 'keeper', main: 'services/keeper/src/main.ts', args: ['--rpc', rpcUrl], port: 3009, log: 'keeper.log' })
 */
export async function startService(plan: ServicePlan): Promise<Service> {
  const service = openService(plan)
  await service.start()
  return service
}

/** It writes into its log itself: whoever started it may be gone, and it goes on. */
function beginLife({ main, args, port, log }: ServicePlan, { isApart = false, onSpawn }: Keeping): Life {
  const file = openSync(log, 'a', 0o600)
  try {
    const logBegin = statSync(log).size
    const child = spawn(process.execPath, [join(ROOT, main), ...args, '--port', String(port)], {
      stdio: ['ignore', file, file],
      detached: isApart,
      // Where somebody stood when he started it may be gone when it is started again.
      cwd: ROOT,
      env: ownEnvironment(),
    })
    if (child.pid !== undefined) onSpawn?.(child.pid)
    return { child, logBegin, ended: untilEnded(child) }
  } finally {
    closeSync(file)
  }
}

/** Settings of services: meant for one that somebody runs by himself, such as a worker for another pool. */
const FOR_OTHERS = /^(?:MARKET|STORAGE|SCHEDULER|WORKER|KEEPER|SITE)_|^INIT_CWD$/u

function ownEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOR_OTHERS.test(name))
  return { ...(COMPILED === undefined ? {} : { NODE_COMPILE_CACHE: COMPILED }), ...Object.fromEntries(own) }
}

/** Services begin with what was compiled before them. */
const COMPILED = findCompileCache()

/** A process that cannot be started at all ends, too. */
async function untilEnded(child: ChildProcess): Promise<number | null> {
  endWithUs(child)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('exit', resolve).once('error', () => {
    resolve(null)
  })
  return promise
}

const LOOK_MS = 20

async function untilListening({ name, log }: ServicePlan, { child, ended, logBegin }: Life): Promise<void> {
  for (;;) {
    // Asked before: what it said last is read.
    const hasEnded = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
    const said = readFrom(log, logBegin).text
    if (/listens on \S+/u.test(said)) return
    if (hasEnded) {
      throw new Error(`The ${name} ended (${await ended}) before it listened:\n${stripVTControlCharacters(said)}`)
    }
    await sleep(LOOK_MS)
  }
}
