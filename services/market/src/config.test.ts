import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strayVariables } from '@iexec/service'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { marketCommand, readConfig, type Config } from './config.ts'

const HUB = '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0'
const least = ['--rpc', 'http://127.0.0.1:8545', '--hub', HUB]

function read(...args: readonly string[]): Config {
  const command = marketCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
  return readConfig(args, command)
}

function file(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'market-config-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'market.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a node and a hub are enough', () => {
  expect(read(...least)).toMatchObject({
    chains: [{ rpcUrls: ['http://127.0.0.1:8545'], hub: HUB, fromBlock: undefined }],
    host: '127.0.0.1',
    port: 3000,
    maxOpenOrdersPerWallet: 50,
    challengeLifetimeMs: 300_000,
    rateLimit: { requests: 100, windowMs: 60_000 },
    listeners: { perAddress: 50, backlogBytes: 1_000_000 },
    ipfsGateway: undefined,
    ipfsQuotaBytes: 10_000_000_000,
  })
})

test('a gateway of IPFS may be named, and how much is read there', () => {
  const gateway = 'https://ipfs.example/sub'

  expect(read(...least, '--ipfs-quota', '7').ipfsQuotaBytes).toBe(7_000_000)
  expect(read(...least, '--config', file({ ipfsQuota: 8 })).ipfsQuotaBytes).toBe(8_000_000)

  expect(read(...least, '--ipfs-gateway', gateway).ipfsGateway).toBe(gateway)
  expect(read(...least, '--config', file({ ipfsGateway: gateway })).ipfsGateway).toBe(gateway)
})

test('how much one listener may take up may be set', () => {
  const listeners = { perAddress: 3, backlogBytes: 64_000 }

  expect(read(...least, '--max-listeners', '3', '--max-backlog', '64').listeners).toEqual(listeners)
  expect(read(...least, '--config', file({ maxListeners: 3, maxBacklog: 64 })).listeners).toEqual(listeners)
})

test('an option wins over the environment, and both over the file', () => {
  vi.stubEnv('MARKET_PORT', '4001')
  vi.stubEnv('MARKET_HOST', '0.0.0.0')
  const path = file({ port: 4002, host: '::1', maxOpenOrders: 7 })

  const config = read(...least, '--config', path, '--port', '4000')

  expect(config).toMatchObject({ port: 4000, host: '0.0.0.0', maxOpenOrdersPerWallet: 7 })
})

test('several nodes may be named by repeating, in one list, or with commas in the environment', () => {
  vi.stubEnv('MARKET_RPC', 'http://a.example,http://b.example')

  expect(read('--hub', HUB).chains[0]?.rpcUrls).toEqual(['http://a.example', 'http://b.example'])
  expect(read('--hub', HUB, '--rpc', 'http://c.example', 'http://d.example').chains[0]?.rpcUrls).toEqual([
    'http://c.example',
    'http://d.example',
  ])
})

test('a file may list several chains', () => {
  const chain = { rpc: ['http://127.0.0.1:8545'], hub: HUB }

  const config = read(
    '--config',
    file({ database: '/tmp/m', chains: [chain, { ...chain, database: 'postgres://db' }] }),
  )

  expect(config.chains.map(({ database }) => database)).toEqual(['/tmp/m', 'postgres://db'])
})

describe('what is wrong is said with its value', () => {
  test.each([
    [[], 'No node was named'],
    [['--rpc', 'http://127.0.0.1:8545'], 'No market was named'],
    [['--rpc', 'localhost 8545', '--hub', HUB], "'localhost 8545' is invalid. It is not an http or https URL, such as"],
    [[...least, '--hub', '0x12'], "'0x12' is invalid. It is not an address"],
    [[...least, '--port', '65536'], "'65536' is invalid. It is not a whole number from 0 to 65535."],
    [[...least, '--from-block', '-1'], 'not a whole number from 0'],
    [[...least, '--log-level', 'loud'], 'Allowed choices are'],
    [[...least, '--ipfs-gateway', 'ipfs.example'], "'ipfs.example' is invalid. It is not an http or https URL"],
    [[...least, '--ipfs-gateway', 'ipfs://example'], 'not an http or https URL'],
    [[...least, '--ipfs-gateway', 'https://me:secret@ipfs.example'], 'without user and password'],
    [[...least, '--rpc', 'ftp://a.example'], "option '--rpc <urls...>' argument 'ftp://a.example' is invalid"],
    [[...least, '--ws', 'http://a.example'], "'http://a.example' is invalid. It is not a ws or wss URL"],
    [[...least, '--polling', '600001'], 'It is not a whole number from 10 to 600000.'],
    [[...least, '--rpc-timeout', '601'], 'It is not a whole number from 1 to 600.'],
    [[...least, '--rate-window', '86401'], 'It is not a whole number from 1 to 86400.'],
    [[...least, '--challenge-lifetime', '86401'], 'It is not a whole number from 1 to 86400.'],
    [[...least, '--host', ''], "option '--host <address>' argument '' is invalid. It is empty."],
    [[...least, '--config', ''], "option '--config <file>' argument '' is invalid. It is empty."],
    [[...least, '--database', ''], "option '--database <place>' is invalid. It is not a folder, a file that ends in"],
    [[...least, '--database', 'postgres://not a url'], "option '--database <place>' is invalid."],
    [[...least, '--database', 'mysql://db/market'], "option '--database <place>' is invalid."],
    [[...least, '--colour'], "unknown option '--colour'"],
    [[...least, '--config', '/nowhere/market.json'], '/nowhere/market.json cannot be read'],
  ])('%j', (args, sentence) => {
    expect(() => read(...args)).toThrow(sentence)
  })

  const chain = { rpc: ['http://a.example'], hub: HUB }

  test.each([
    ['{', 'cannot be read'],
    [[], 'it must hold settings, such as { "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }.'],
    [{ port: 70_000 }, 'port must be a whole number from 0 to 65535, but is 70000.'],
    [{ port: '3000' }, 'port must be a whole number from 0 to 65535, but is "3000".'],
    [{ prot: 3000 }, 'prot is no setting; those are rpc, ws, hub, fromBlock, database, chains, host, port, '],
    [{ polling: 2 ** 31 }, 'polling must be a whole number from 10 to 600000, but is 2147483648.'],
    [{ rpcTimeout: 601 }, 'rpcTimeout must be a number of seconds above 0, up to 600, but is 601.'],
    [{ ws: 'http://a.example' }, 'ws must be a ws or wss URL, such as "ws://127.0.0.1:8546", but is another text.'],
    [
      { database: 'mysql://db' },
      'database must be a folder, a file that ends in .sqlite, .sqlite3 or .db, or postgres',
    ],
    [{ database: '' }, 'but is another text.'],
    [{ hub: '0x12' }, 'hub must be an address: 0x followed by 40 hex digits, but is "0x12".'],
    [
      { chains: [] },
      'chains must be a list of at least one chain, such as [{ "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }], but is [].',
    ],
    [
      { chains: ['a'] },
      'chains.0 must be a chain, such as { "rpc": ["http://127.0.0.1:8545"], "hub": "0x…" }, but is "a".',
    ],
    [
      { chains: [{ rpc: chain.rpc }] },
      'chains.0.hub must be an address: 0x followed by 40 hex digits, but is missing.',
    ],
    [{ chains: [{ ...chain, port: 1 }] }, 'chains.0.port is no setting; those are rpc, ws, hub, fromBlock, database.'],
    [
      { chains: [{ ...chain, rpc: 'http://a.example/key' }] },
      'chains.0.rpc must be a list of http or https URLs, such as ["http://127.0.0.1:8545"], but is another text.',
    ],
    [
      { rpc: ['a.example key'] },
      'rpc.0 must be an http or https URL, such as "http://127.0.0.1:8545", but is another text.',
    ],
    [
      { ipfsGateway: 'https://me:secret@ipfs' },
      'ipfsGateway must be an http or https URL without user and password, such as http://127.0.0.1:8080, but is another text.',
    ],
    [{ logLevel: 'loud' }, 'logLevel must be one of debug, info, warn, error, silent, but is "loud".'],
  ])('in a file, too: %j', (content, sentence) => {
    expect(() => read(...least, '--config', file(content))).toThrow(sentence)
  })

  test('in a file that lists chains beside a chain of the options', () => {
    expect(() => read(...least, '--config', file({ chains: [chain] }))).toThrow('belong to each of them')
  })

  test('of two chains in one file of a database', () => {
    const content = { chains: [chain, { ...chain, database: '/data/a.sqlite' }], database: '/data/a.sqlite' }

    expect(() => read('--config', file(content))).toThrow(
      'Two chains cannot share the file /data/a.sqlite: name a folder as the database',
    )
  })
})

test('--help names every setting with its environment variable', () => {
  const help = marketCommand().helpInformation()

  for (const name of [
    'RPC',
    'WS',
    'HUB',
    'FROM_BLOCK',
    'DATABASE',
    'HOST',
    'PORT',
    'CONFIG',
    'MAX_LISTENERS',
    'MAX_BACKLOG',
    'IPFS_GATEWAY',
    'LOG_LEVEL',
  ]) {
    expect(help).toContain(`MARKET_${name}`)
  }
})

test('--version says the version', () => {
  let said = ''
  const command = marketCommand()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        said += text
      },
    })

  expect(() => readConfig(['--version'], command)).toThrow(/^\d/u)
  expect(said).toMatch(/^\d+\.\d+\.\d+\n$/u)
})

test('an empty variable is one that is not set', () => {
  vi.stubEnv('MARKET_DATABASE', '')
  vi.stubEnv('MARKET_PORT', ' ')
  vi.stubEnv('MARKET_WS', '')

  expect(read(...least)).toMatchObject({ port: 3000, chains: [{ wsUrl: undefined }] })
  expect(read(...least).chains[0]?.database).toMatch(/\.iexec/u)
})

test('a variable that looks like a setting and is none is told, unless Kubernetes sets it', () => {
  const env = { MARKET_PROT: '1', MARKET_COLOUR: 'red', MARKET_PORT: '1', MARKET_SERVICE_HOST: 'a', PATH: '/' }

  expect(strayVariables(env, marketCommand())).toEqual([
    'MARKET_PROT is no setting; did you mean MARKET_PORT?',
    'MARKET_COLOUR is no setting; --help names all of them.',
  ])
})

test('a database that is refused is not shown: there may be a password in it', () => {
  expect(() => read(...least, '--database', 'mysql://me:secret@db/market')).toThrow(/^(?!.*secret)/u)
  expect(() => read(...least, '--config', file({ database: 'mysql://me:secret@db' }))).toThrow(/^(?!.*secret)/u)
})
