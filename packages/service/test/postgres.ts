// A real PostgreSQL for the tests: a cluster in a folder of its own, on loopback, gone when the tests are.
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

/** A running PostgreSQL. */
export type TestPostgres = { readonly url: string; readonly stop: () => Promise<void> }

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
  const server = spawn(
    join(programs, 'postgres'),
    [
      '-D',
      data,
      ...Object.entries({ ...settings, max_connections: '200' }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...user, cwd: folder, stdio: 'ignore' },
  )
  const end = (): void => {
    server.kill('SIGKILL')
  }
  process.once('exit', end)
  const exited = new Promise<void>((resolve) => {
    server.once('exit', () => {
      process.off('exit', end)
      resolve()
    })
  })
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await whenAnswering(url, server.pid)
  return {
    url,
    stop: async () => {
      server.kill('SIGINT')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
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
