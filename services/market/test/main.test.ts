// The program as an operator meets it: what it says about its settings, when it cannot start, and how it ends.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployMarket } from '@iexec/chain'
import { newLocation, onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { until, type StartedProcess } from '@iexec/service/test/process'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { io } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { marketCommand } from '../src/config.ts'
import { furnish } from './chainStory.ts'
import { healthOf, spawnProcess, startProcess, type ServiceProcess } from './process.ts'
import { buildRoad, type Road } from './road.ts'

const HOUSE = join(import.meta.dirname, '../../..')

let chain: TestChain
let road: Road
let folder = ''

beforeAll(async () => {
  chain = await startChainWithMarket()
  await furnish(chain)
  road = await buildRoad(chain.url)
  folder = mkdtempSync(join(tmpdir(), 'market-main-'))
})
afterEach(() => {
  road.set(() => 'pass')
})
afterAll(async () => {
  await road.stop()
  await chain.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Settings of a market on the test's chain, which others replace. */
function settings(others: Readonly<Record<string, string>> = {}): readonly string[] {
  const usual = { port: '0', rpc: chain.url, hub: chain.contracts.hub, database: folder }
  return Object.entries({ ...usual, ...others }).flatMap(([name, value]) => [`--${name}`, value])
}

function spawned(args: readonly string[]): StartedProcess {
  const service = spawnProcess(args)
  onTestFinished(service.kill)
  return service
}

/** A service that follows the test's chain over the road, with a database of its own. */
async function started(): Promise<ServiceProcess> {
  const { location, remove } = newLocation('sqlite')
  onTestFinished(remove)
  const service = await startProcess(settings({ rpc: road.url, database: placeOf(location) }))
  onTestFinished(service.kill)
  return service
}

/** How the service ends that cannot start. */
async function refusal(args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const { ended, said } = spawned(args)
  const code = await ended
  return { code, said: said() }
}

/** Ended with nothing but this sentence. */
function sentence(text: string): { readonly code: number; readonly said: string } {
  return { code: 1, said: `${text}\n` }
}

describe('the documented command', () => {
  // runs: npx -y pnpm@12.21.0 --filter @iexec/market start --rpc http://127.0.0.1:8545 --hub 0x…
  test('starts a market that answers, and Ctrl-C ends it', async () => {
    const command = ['-y', 'pnpm@12.21.0', '--filter', '@iexec/market', 'start', '--rpc', chain.url]
    const { location, remove } = newLocation('sqlite')
    onTestFinished(remove)
    const env = { ...process.env, INIT_CWD: undefined, MARKET_PORT: '0', MARKET_DATABASE: placeOf(location) }
    const child = spawn('npx', [...command, '--hub', chain.contracts.hub], { cwd: HOUSE, env, detached: true })
    let isClosed = false
    const closed = new Promise<void>((resolve) => {
      child.once('close', () => {
        isClosed = true
        resolve()
      })
    })
    // A terminal sends its signals to the whole group.
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && !isClosed) process.kill(-child.pid, name)
    }
    onTestFinished(() => {
      signal('SIGKILL')
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })

    await until(
      async () => Promise.resolve(said),
      (text) => text.includes(`hub ${chain.market.addresses.hub}`),
    )
    const url = /listens on (\S+)/u.exec(said)?.[1] ?? ''
    const { state } = await until(
      async () => healthOf({ url }),
      (health) => health.state === 'live',
    )
    signal('SIGINT')
    await closed

    expect(state).toBe('live')
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  // runs: npx -y pnpm@12.21.0 --filter @iexec/market start --help
  test('explains every setting when asked for --help', () => {
    const { status, stdout } = spawnSync(
      'npx',
      ['-y', 'pnpm@12.21.0', '--filter', '@iexec/market', 'start', '--help'],
      {
        cwd: HOUSE,
        encoding: 'utf8',
      },
    )

    expect(status).toBe(0)
    for (const { long, envVar, description } of marketCommand().options.filter(
      (option) => option.envVar !== undefined,
    )) {
      expect(stdout).toContain(`${long} <`)
      expect(stdout.replaceAll(/\s+/gu, ' ')).toContain(description)
      expect(stdout).toContain(envVar)
    }
  })
})

describe('what cannot work is said in one sentence', () => {
  test('about a setting, with where to find all of them', async () => {
    const { code, said } = await refusal(settings({ port: 'http' }))

    expect(code).toBe(1)
    expect(said).toBe(
      "error: option '--port <number>' argument 'http' is invalid. It is not a whole number from 0 to 65535.\n(--help lists all settings)\n",
    )
  })

  test('about a file of settings', async () => {
    const path = join(folder, 'market.json')
    writeFileSync(path, JSON.stringify({ rpc: [chain.url], hub: 'hub' }))

    const { code, said } = await refusal(['--config', path])

    expect(code).toBe(1)
    expect(said).toContain(`${path}: hub must be an address: 0x followed by 40 hex digits, but is "hub".\n`)
  })

  test.each([
    [
      'no contract',
      '0x00000000000000000000000000000000000000Ab',
      /^There is no contract at 0x\w{38}Ab on this chain \(31337\)\.\n$/u,
    ],
    [
      'another contract',
      'token',
      /^The contract at 0x\w{40} is no hub of a market: it does not name its registries\.\n$/u,
    ],
  ])('about a hub at whose address is %s', async (_, hub, said) => {
    const address = hub === 'token' ? chain.market.addresses.token : hub

    expect(await refusal(settings({ hub: address }))).toEqual({ code: 1, said: expect.stringMatching(said) as string })
  })

  test('about an address that no node can have', async () => {
    expect(await refusal(settings({ rpc: 'ftp://node.example/key' }))).toEqual({
      code: 1,
      said: expect.stringContaining('It is not an http or https URL, such as http://127.0.0.1:8545.\n') as string,
    })
  })

  test('about a port that is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    onTestFinished(() => {
      server.close()
    })
    const { port } = server.address() as AddressInfo

    expect(await refusal(settings({ port: String(port) }))).toEqual(
      sentence(`Port ${port} of 127.0.0.1 is taken; choose another with --port.`),
    )
  })

  test('about a chain that is configured twice', async () => {
    const path = join(folder, 'twice.json')
    const entry = { rpc: [chain.url], hub: chain.contracts.hub }
    writeFileSync(path, JSON.stringify({ port: 0, database: folder, chains: [entry, entry] }))

    expect(await refusal(['--config', path])).toEqual(
      sentence('Chain 31337 is configured twice; a service has one market per chain.'),
    )
  })

  test.each([
    ['an address that nobody has', '999.1.1.1'],
    ['a name that nobody has', 'nobody.invalid'],
    ['an address of another machine', '192.0.2.1'],
  ])('about %s as the one to listen on', async (_, host) => {
    const place = await newPlace('sqlite', `chain_${chain.chainId}`)

    const { code, said } = await refusal(settings({ host, database: placeOf(place) }))

    expect(said).toContain(`${host} `)
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining(
        `is no address of this machine; choose another with --host, such as 127.0.0.1, or 0.0.0.0 for all of them.\n`,
      ) as string,
    })
  })

  test('about a database that begins after the first block that is wanted; a later one is only told', async () => {
    const place = await newPlace('sqlite', `chain_${chain.chainId}`)
    const first = chain.firstBlock
    const from = async (block: number): Promise<StartedProcess> =>
      Promise.resolve(spawned(settings({ database: placeOf(place), 'from-block': String(block) })))
    const one = await from(first + 1)
    const url = await one.listening
    await until(
      async () => healthOf({ url }),
      ({ indexedBlock }) => indexedBlock !== null,
    )
    expect(await one.stop()).toBe(0)

    const earlier = await from(first)
    expect(await earlier.ended).toBe(1)
    expect(earlier.said()).toBe(
      `This database begins at block ${first + 1}, but the market begins at block ${first}: it lacks what happened before, for good. Give --database a new place; the index is built anew there.\n`,
    )
    const later = await from(first + 2)
    await later.listening
    expect(later.said()).toContain(
      `This database begins at block ${first + 1}; --from-block ${first + 2} is only for one that is new.`,
    )
  })

  test('about a folder in which no database can be', async () => {
    expect(await refusal(settings({ database: '/dev/null/market' }))).toEqual({
      code: 1,
      said: expect.stringMatching(
        /^The database \/dev\/null\/market\/chain-31337\.sqlite cannot be opened: ENOTDIR[^\n]*\n$/u,
      ) as string,
    })
  })

  test.runIf(process.platform === 'linux')('about a folder that the system lets nobody make', async () => {
    expect(await refusal(settings({ database: '/proc/no-such-folder' }))).toEqual({
      code: 1,
      said: expect.stringMatching(/^The database \/proc\/no-such-folder\/\S+ cannot be opened: [^\n]*\n$/u) as string,
    })
  })

  test('about a PostgreSQL that is not there, without its password', async () => {
    expect(await refusal(settings({ database: 'postgres://me:secret@localhost:1/market' }))).toEqual({
      code: 1,
      said: expect.stringMatching(
        /^The database of PostgreSQL at localhost:1 cannot be opened: connect ECONNREFUSED [\w.:]+\.\n$/u,
      ) as string,
    })
  })
})

onBothEngines('a database', (engine) => {
  test('of another hub is refused, also by who would only stand by', async () => {
    const place = await newPlace(engine, `chain_${chain.chainId}`)
    const client = chain.client('requester')
    const { hub } = await deployMarket({ client, owner: client.account.address })
    const first = await startProcess(settings({ database: placeOf(place) }))
    onTestFinished(first.kill)
    await until(
      async () => healthOf(first),
      ({ state }) => state === 'live',
    )
    // Of a file that another process holds, that is said first.
    if (engine === 'sqlite') expect(await first.stop()).toBe(0)

    const { code, said } = await refusal(settings({ hub, database: placeOf(place) }))

    expect(code).toBe(1)
    expect(said).toBe(
      `This database belongs to the hub ${chain.contracts.hub.toLowerCase()} on chain 31337, not to ${hub.toLowerCase()} on chain 31337.\n`,
    )
    expect(await first.stop()).toBe(0)
  })
})

describe('SIGTERM ends it with exit code 0', () => {
  test('while pages and sockets listen', async () => {
    const service = await started()
    const socket = io(service.url, { path: '/ws' })
    onTestFinished(() => {
      socket.close()
    })
    await socket.emitWithAck('join', { chainId: chain.chainId, topic: 'orders' })
    const stream = await fetch(`${service.url}/events?chainId=${chain.chainId}`)
    const disconnected = new Promise((resolve) => {
      socket.once('disconnect', resolve)
    })

    const code = await service.stop()

    expect(code).toBe(0)
    expect(await stream.text()).toContain('retry: 1000')
    expect(await disconnected).toBe('io server disconnect')
    expect(service.said()).not.toMatch(/"level":[4-6]0/u)
  })

  test('while it catches up and its node says nothing', async () => {
    road.set((body) => (body.includes('eth_getLogs') && !body.includes('"fromBlock":"0x0"') ? 'hang' : 'pass'))
    const service = await started()
    const { state } = await healthOf(service)

    expect(state).not.toBe('live')
    expect(await service.stop()).toBe(0)
  })

  test('at any moment while it catches up', async () => {
    for (let moment = 0; moment < 3; moment += 1) {
      const service = await started()
      const from = chain.firstBlock + moment * 10
      await until(
        async () => healthOf(service),
        ({ indexedBlock }) => (indexedBlock ?? 0) >= from,
      )

      expect(await service.stop()).toBe(0)
    }
  })

  test('while it waits for a node that is not there, or never answers', async () => {
    const absent = spawned(settings({ rpc: 'http://127.0.0.1:9' }))
    road.set((body) => (body.includes('eth_chainId') ? 'pass' : 'hang'))
    // What the services of other tests asked does not say that this one has begun.
    const askedBefore = road.asked().length
    const silent = spawned(settings({ rpc: road.url }))
    await until(
      async () => Promise.resolve(absent.said()),
      (text) => text.includes('It is asked again.'),
    )
    await until(
      async () => Promise.resolve(road.asked()),
      (bodies) => bodies.slice(askedBefore).some((body) => body.includes('eth_getCode')),
    )

    expect(await absent.stop()).toBe(0)
    expect(await silent.stop()).toBe(0)
  })
})
