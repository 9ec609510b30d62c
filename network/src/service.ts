// One service as a process of its own: it can be ended, killed and started again where it was.
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'

/** How a service is started. */
export type ServicePlan = {
  readonly name: string
  /** Its program, from the root of the repository. */
  readonly main: string
  readonly args: readonly string[]
  /** Where it listens on this machine. */
  readonly port: number
}

/** A port of this machine that nobody listens on at this moment. */
export async function findPort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    server.close(() => {
      resolve(port)
    })
  })
  return promise
}

/** A service. */
export type Service = {
  readonly name: string
  /** Where it listens; the same after each start. */
  readonly url: string
  readonly pid: () => number
  /** Whether it has not ended, by itself or otherwise. */
  readonly isAlive: () => boolean
  /** Everything that it said, in all its lives. */
  readonly said: () => string
  /** Ends it as an operator does, and returns its exit code. */
  readonly stop: () => Promise<number | null>
  /** Ends it as a power cut does. */
  readonly kill: () => Promise<void>
  /** Starts it again, and returns when it listens. */
  readonly start: () => Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')

/** Most of what a service says is kept for whoever asks why it failed. */
const LONGEST_STORY = 1_000_000

type Life = { readonly child: ChildProcess; readonly ended: Promise<number | null> }

/**
 * Starts a service, and returns when it listens.
 *
 * @throws Error with what it said when it ended before
 * @example
 * const keeper = await startService({ name: 'keeper', main: 'services/keeper/src/main.ts', args: ['--rpc', rpcUrl], port: 3009 })
 */
export async function startService({ name, main, args, port }: ServicePlan): Promise<Service> {
  let story = ''
  const hear = (text: string): void => {
    story = (story + text).slice(-LONGEST_STORY)
  }
  const live = async (): Promise<{ readonly life: Life; readonly url: string }> => {
    const child = spawn(process.execPath, [join(ROOT, main), ...args, '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, INIT_CWD: undefined },
    })
    const life = { child, ended: untilEnded(child) }
    return { life, url: await whenListening(name, life, hear) }
  }
  let { life, url } = await live()
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    life.child.kill(signal)
    return life.ended
  }
  return {
    name,
    url,
    pid: () => life.child.pid ?? 0,
    isAlive: () => life.child.exitCode === null && life.child.signalCode === null,
    said: () => story,
    stop: async () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
    start: async () => {
      ;({ life, url } = await live())
    },
  }
}

/** Unlike `exit`, `close` comes after the last word. */
async function untilEnded(child: ChildProcess): Promise<number | null> {
  const end = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', end)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('close', (code) => {
    process.off('exit', end)
    resolve(code)
  })
  return promise
}

async function whenListening(name: string, { child, ended }: Life, hear: (text: string) => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let said = ''
  const read = (text: string): void => {
    hear(text)
    said = said.length > LONGEST_STORY ? said : said + text
    const url = /listens on (\S+)/u.exec(said)?.[1]
    if (url !== undefined) resolve(url)
  }
  child.stdout?.setEncoding('utf8').on('data', read)
  child.stderr?.setEncoding('utf8').on('data', read)
  const whyNot = async (): Promise<never> => {
    throw new Error(`The ${name} ended (${await ended}) before it listened:\n${said}`)
  }
  return Promise.race([promise, whyNot()])
}
