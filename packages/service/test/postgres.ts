// A real PostgreSQL for the tests: a cluster in a folder of its own, on loopback, gone when the tests are.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A running PostgreSQL. */
export type TestPostgres = {
  readonly url: string
  /** Ends all of its processes at once, as a power cut does. */
  readonly kill: () => Promise<void>
  /** Starts it again after that, and returns when it answers. */
  readonly comeBack: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Where Debian's packages put the programs. */
const DEBIAN = '/usr/lib/postgresql'

/**
 * Finds the programs of an installed PostgreSQL.
 *
 * @returns their folder; `undefined` when there is none
 */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((one, other) => Number(other) - Number(one)) : []
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/**
 * Starts a cluster on a free port of loopback, and returns when it answers.
 *
 * @example
 * const postgres = await startPostgres(findPostgres())
 * await postgres.stop()
 */
export async function startPostgres(programs: string): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'service-postgres-'))
  // PostgreSQL refuses to run as root; Debian's package brings a user for it.
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {}
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  execFileSync(
    join(programs, 'initdb'),
    ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    { ...user, cwd: folder, stdio: 'ignore' },
  )
  const port = await freePort()
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', fsync: 'off' }
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const start = async (): Promise<Server> => {
    const options = Object.entries({ ...settings, max_connections: '200' })
    const args = ['-D', data, ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const server = watchServer(spawn(join(programs, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' }))
    await whenAnswering(url, server.child.pid)
    return server
  }
  let server = await start()
  return {
    url,
    kill: async () => {
      const { child, exited } = server
      for (const pid of [child.pid, ...childrenOf(child.pid)]) end(pid)
      await exited
    },
    comeBack: async () => {
      server = await start()
    },
    stop: async () => {
      server.child.kill('SIGINT')
      await server.exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Server = { readonly child: ChildProcess; readonly exited: Promise<void> }

/** It does not outlive this process. */
function watchServer(child: ChildProcess): Server {
  const kill = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', kill)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      process.off('exit', kill)
      resolve()
    })
  })
  return { child, exited }
}

/** The processes that serve connections, write and tidy up: without the first one they would end by themselves, but not at once. */
function childrenOf(parent: number | undefined): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name))
  return pids.map(Number).filter((pid) => {
    try {
      // The name of a program may hold anything; behind its bracket come state and parent.
      return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1]) === parent
    } catch {
      return false
    }
  })
}

function end(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function idOf(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}

async function whenAnswering(url: string, pid: number | undefined): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const client = new Client(url)
    try {
      await client.connect()
      return
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL (pid ${pid}) does not answer at ${url}.`, { cause })
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
