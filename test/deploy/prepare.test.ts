// What deploy/prepare.sh writes, and whether services and a real PostgreSQL can do with it what it is for.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { readKey } from '@iexec/service'
import { findPostgres, startPostgres } from '@iexec/service/test/postgres'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPrepared, type Prepared } from './prepared.ts'

const ADDRESS = '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0'
const CHAIN = ['--rpc', 'https://node.example/v3/key#1', '--hub', ADDRESS]
const POOL = ['--pool', ADDRESS]
const isRoot = process.getuid?.() === 0

function open(): Prepared {
  const prepared = openPrepared()
  onTestFinished(prepared.remove)
  return prepared
}

function privateFiles({ folder }: Prepared): readonly string[] {
  const root = join(folder, 'deploy/private')
  return existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted() : []
}

function settingsOf({ folder }: Prepared, service: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(readFileSync(join(folder, 'deploy/private', `${service}.env`), 'utf8'))
}

// runs: sudo deploy/prepare.sh --rpc https://node.example --hub 0x… --pool 0x… --market https://market.example --scheduler https://pool.example --storage https://storage.example
test('everything for one machine: settings with their addresses, and keys that services can use', async () => {
  const prepared = open()
  const outside = [
    '--market',
    'https://m.example',
    '--scheduler',
    'https://p.example',
    '--storage',
    'https://s.example',
  ]

  const { exitCode, errors } = prepared.prepare(...CHAIN, ...POOL, ...outside)

  expect(errors === '' || !isRoot).toBe(true)
  expect(exitCode).toBe(0)
  expect(settingsOf(prepared, 'scheduler')).toMatchObject({
    SCHEDULER_RPC: 'https://node.example/v3/key#1',
    SCHEDULER_HUB: ADDRESS,
    SCHEDULER_POOL: ADDRESS,
    SCHEDULER_STORAGE: 'https://s.example',
    SCHEDULER_PUBLIC_URL: 'https://p.example',
    SCHEDULER_MARKET: 'https://m.example',
    SCHEDULER_DATABASE: expect.stringMatching(/^postgres:\/\/scheduler:[\da-f]{64}@postgres\/scheduler$/u),
  })
  const keys = ['scheduler', 'keeper', 'worker'].map(
    async (name) => (await readKey({ keyFile: join(prepared.folder, `deploy/private/${name}.key`) })).address,
  )
  expect(new Set(await Promise.all(keys)).size).toBe(3)
  const env = join(prepared.folder, '.env')
  expect([statSync(env).mode & 0o777, readFileSync(env, 'utf8')]).toEqual([
    0o644,
    expect.stringContaining('COMPOSE_PROFILES=all\n'),
  ])
})

test.skipIf(!isRoot)('each file may be read by the user of its container, and by nobody else', () => {
  const prepared = open()
  prepared.prepare(...CHAIN, ...POOL)

  const rights = privateFiles(prepared).map((path) => {
    const { uid, mode } = statSync(join(prepared.folder, 'deploy/private', path))
    return { path, uid, others: mode & 0o077 }
  })

  expect(rights.filter(({ others }) => others !== 0)).toEqual([])
  const ofOthers = rights.filter(({ uid }) => uid !== 10_001).map(({ path, uid }) => [path, uid])
  expect(Object.fromEntries(ofOthers)).toEqual({ 'databases.sql': 999, 'postgres.password': 999, passwords: 0 })
})

test('called again, it changes nothing that is there, and adds what else shall run', () => {
  const prepared = open()
  prepared.prepare('--profiles', 'market,database', ...CHAIN)
  const market = join(prepared.folder, 'deploy/private/market.env')
  writeFileSync(market, 'MARKET_RPC="https://mine.example"\n')
  const before = privateFiles(prepared)

  const { exitCode, out } = prepared.prepare('--profiles', 'market,keeper', ...CHAIN)

  expect(exitCode).toBe(0)
  expect(settingsOf(prepared, 'market')).toEqual({ MARKET_RPC: 'https://mine.example' })
  expect(privateFiles(prepared).filter((path) => !before.includes(path))).toEqual(['keeper.env', 'keeper.key'])
  expect(settingsOf(prepared, 'keeper')).toHaveProperty('KEEPER_DATABASE')
  const owner = statSync(join(prepared.folder, 'deploy/private/databases.sql')).uid
  expect(owner).toBe(isRoot ? 999 : process.getuid?.())
  expect(out).toContain('.env is as it was: COMPOSE_PROFILES there says what runs.')
})

// runs: sudo deploy/prepare.sh --profiles storage --rpc https://node.example --hub 0x… --pool 0x…
test('a machine with one service gets what that one needs, and no database until somebody says where', () => {
  const prepared = open()

  prepared.prepare('--profiles', 'storage', ...CHAIN, ...POOL)

  expect(privateFiles(prepared)).toEqual(['storage', 'storage.env', 'storage/tokens.json'])
  expect(settingsOf(prepared, 'storage')).not.toHaveProperty('STORAGE_DATABASE')
  expect(JSON.parse(readFileSync(join(prepared.folder, 'deploy/private/storage/tokens.json'), 'utf8'))).toEqual({
    operator: expect.stringMatching(/^[\da-f]{64}$/u),
  })
})

test.each([
  [['--profiles', 'markt'], 'markt is no profile; those are '],
  [['--hub', ADDRESS], 'No node was named: give --rpc.'],
  [['--rpc', 'https://node.example'], 'No hub was named: give --hub.'],
  [CHAIN, 'No workerpool was named: give --pool'],
  [['--rpc', 'https://node.example/"; x'], '--rpc holds a quote'],
  [['--rpc', 'https://node.example/\nX=1'], '--rpc holds a quote'],
  [['--rpc'], '--rpc needs a value'],
  [['--port', '1'], '--port is no option'],
])('what was typed wrong is said, and nothing is written: %j', (args, sentence) => {
  const prepared = open()

  const { exitCode, errors } = prepared.prepare(...args)

  expect({ exitCode, errors }).toEqual({ exitCode: 2, errors: expect.stringContaining(sentence) })
  expect(privateFiles(prepared)).toEqual([])
})

const programs = findPostgres()

describe.skipIf(programs === undefined)('on a PostgreSQL', () => {
  test('each service has a database of its own, where it may do what it likes, and none reaches that of another', async () => {
    const postgres = await startPostgres(programs ?? '')
    onTestFinished(postgres.stop)
    const prepared = open()
    prepared.prepare(...CHAIN, ...POOL)
    const psql = (url: string, ...args: readonly string[]): string =>
      spawnSync(join(programs ?? '', 'psql'), [url, '-qtA', '-v', 'ON_ERROR_STOP=1', ...args], { encoding: 'utf8' })
        .output.join('')
        .trim()
    const file = join(prepared.folder, 'deploy/private/databases.sql')
    execFileSync(join(programs ?? '', 'psql'), [postgres.url, '-q', '-v', 'ON_ERROR_STOP=1', '-f', file])
    /** The very URL of a service, but at the server of this test. */
    const urlOf = (service: string, database: string = service): string => {
      const url = new URL(settingsOf(prepared, service)[`${service.toUpperCase()}_DATABASE`] ?? '')
      url.host = new URL(postgres.url).host
      url.pathname = `/${database}`
      return url.href
    }

    const services = ['market', 'scheduler', 'storage', 'keeper']
    const made = services.map((one) => psql(urlOf(one), '-c', 'create schema own; select current_user'))
    const strange = psql(urlOf('keeper', 'market'), '-c', 'select 1')

    expect(made).toEqual(services)
    expect(strange).toContain('permission denied for database "market"')
  })
})
