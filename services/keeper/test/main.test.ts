// The keeper as a process of its own, as an operator runs it: started, killed, replaced, and told what is wrong.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { accountOf } from '@iexec/chain/test/anvil'
import { rollBack, warp } from '@iexec/service/test/chain'
import { onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { spawnService, until, type StartedProcess } from '@iexec/service/test/process'
import { toHex, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { keeperCommand } from '../src/config.ts'
import type { KeeperHealth } from '../src/status.ts'
import { claimsOf, countClaimed, KEEPER, makeDeal, passDeadline, startScene, tasksOf, type Scene } from './scene.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')
const HOUSE = join(import.meta.dirname, '../../..')
const KEY = toHex(accountOf(KEEPER).getHdKey().privateKey ?? new Uint8Array())
const PATIENCE = { timeout: 50_000, interval: 20 }

let scene: Scene
let folder: string
beforeAll(async () => {
  scene = await startScene()
  folder = mkdtempSync(join(tmpdir(), 'keeper-test-'))
})
afterAll(async () => {
  await scene.chain.stop()
  rmSync(folder, { recursive: true })
})

/** A file with a key that only its owner may read. */
function keyFile(key: string = KEY, mode = 0o600): string {
  const file = join(folder, `key-${crypto.randomUUID()}`)
  writeFileSync(file, key)
  chmodSync(file, mode)
  return file
}

type Start = { readonly database?: string; readonly args?: readonly string[]; readonly key?: string }

/** A keeper on a free port, which is killed with the test. */
function startProcess({ database = ':memory:', args = [], key = keyFile() }: Start = {}): StartedProcess {
  const { chain } = scene
  const market = ['--rpc', chain.url, '--hub', chain.contracts.hub, '--key-file', key]
  const usual = ['--port', '0', '--polling', '20', '--database', database]
  const keeper = spawnService(MAIN, [...market, ...usual, ...args])
  onTestFinished(keeper.kill)
  return keeper
}

async function healthOf(keeper: Pick<StartedProcess, 'listening'>): Promise<KeeperHealth> {
  return (await (await fetch(`${await keeper.listening}/health`)).json()) as KeeperHealth
}

async function whenLive(keeper: StartedProcess): Promise<void> {
  await until(
    async () => healthOf(keeper),
    ({ state, ok }) => state === 'live' && ok,
  )
}

onBothEngines('a keeper that is killed', (engine) => {
  test('goes on in its next process: every task is claimed, and none twice', async () => {
    const database = placeOf(await newPlace(engine, `keeper_${scene.chain.chainId}`))
    const deal = await makeDeal(scene, { tasks: 90n })
    const first = startProcess({ database, args: ['--gas', '600000', '--in-flight', '2'] })
    await whenLive(first)
    await passDeadline(scene)
    await until(
      async () => countClaimed(scene, [[deal, 90n]]),
      (count) => count > 5,
    )

    await first.kill()
    const atKill = await countClaimed(scene, [[deal, 90n]])
    const second = startProcess({ database })

    await expect.poll(async () => countClaimed(scene, [[deal, 90n]]), PATIENCE).toBe(90)
    expect(atKill).toBeLessThan(90)
    const claims = await claimsOf(scene)
    expect(tasksOf(deal, 90n).filter((id) => claims.get(id) !== 1)).toEqual([])
    expect(await second.stop()).toBe(0)
  })
})

describe.skipIf(inject('postgresUrl') === undefined)('two keepers on one PostgreSQL', () => {
  test('claim one at a time, and the other takes over within 5 seconds when that one is killed', async () => {
    const database = placeOf(await newPlace('postgres', `keeper_${scene.chain.chainId}`))
    const deal = await makeDeal(scene, { tasks: 4n })
    const one = startProcess({ database })
    await whenLive(one)
    const other = startProcess({ database, key: keyFile() })
    await expect.poll(async () => healthOf(other), PATIENCE).toMatchObject({ ok: true, state: 'standing by' })

    await one.kill()
    const killedAt = performance.now()
    await until(
      async () => healthOf(other),
      ({ role }) => role === 'leading',
    )
    const tookOverAfter = performance.now() - killedAt
    await passDeadline(scene)

    await expect.poll(async () => countClaimed(scene, [[deal, 4n]]), PATIENCE).toBe(4)
    expect(tookOverAfter).toBeLessThan(5_000)
  })
})

test('who watches over it sees what it did: health, figures, and a page for people', async () => {
  const deal = await makeDeal(scene, { tasks: 3n })
  await passDeadline(scene)
  const keeper = startProcess()
  await expect.poll(async () => countClaimed(scene, [[deal, 3n]]), PATIENCE).toBe(3)
  const url = await keeper.listening

  const figures = await until(
    async () => (await fetch(`${url}/metrics`)).text(),
    (text) => /^keeper_tasks_claimed [1-9]/mu.test(text) && /^keeper_deals_expired 0/mu.test(text),
  )
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text()

  expect(await healthOf(keeper)).toMatchObject({ ok: true, role: 'leading', state: 'live', reason: null, inFlight: 0 })
  expect(figures).toContain('keeper_live 1')
  expect(page).toContain(accountOf(KEEPER).address)
  expect(page).toContain('initializeAndClaimArray')
  expect(page).toContain('It claims what is past its final deadline.')
})

test('a keeper that cannot pay says so, and goes on when it can', async () => {
  const { owner } = scene.chain.market
  const deal = await makeDeal(scene, { tasks: 2n })
  await passDeadline(scene)
  const poor = accountOf(19)
  await owner.setBalance({ address: poor.address, value: 1n })
  const keeper = startProcess({ key: keyFile(toHex(poor.getHdKey().privateKey ?? new Uint8Array())) })

  const health = await until(
    async () => healthOf(keeper),
    ({ reason }) => reason !== null,
  )
  await owner.setBalance({ address: poor.address, value: 10n ** 18n })
  await warp(scene.chain, 1)

  expect(health).toMatchObject({ ok: false })
  expect(health.reason).toContain('cannot pay')
  await expect.poll(async () => countClaimed(scene, [[deal, 2n]]), PATIENCE).toBe(2)
  await until(
    async () => healthOf(keeper),
    ({ ok }) => ok,
  )
})

test('blocks that are taken back while it is away are read again', async () => {
  const database = join(folder, 'away.sqlite')
  const deal = await makeDeal(scene, { tasks: 2n })
  await passDeadline(scene)
  const first = startProcess({ database })
  await expect.poll(async () => countClaimed(scene, [[deal, 2n]]), PATIENCE).toBe(2)
  await whenLive(first)
  await first.stop()

  await rollBack(scene.chain, 1)
  await warp(scene.chain, 1)
  startProcess({ database })

  await expect.poll(async () => countClaimed(scene, [[deal, 2n]]), PATIENCE).toBe(2)
})

/** What a keeper says that cannot start. */
async function refusalOf(start: Start, hub?: string): Promise<string> {
  const args = [...(start.args ?? []), ...(hub === undefined ? [] : ['--hub', hub])]
  const keeper = startProcess({ ...start, args })
  expect(await keeper.ended).toBe(1)
  return keeper.said()
}

describe('what is wrong is said in one sentence, with what to do', () => {
  test('a key that others may read is refused', async () => {
    const key = keyFile(KEY, 0o644)

    const said = await refusalOf({ key })

    expect(said).toBe(`${key} may be read by others than its owner (mode 644): chmod 600 ${key} mends it.\n`)
  })

  test('a key in the environment is as good as one in a file, and shown nowhere', async () => {
    const { chain } = scene
    const args = ['--rpc', chain.url, '--hub', chain.contracts.hub, '--port', '0', '--database', ':memory:']
    const keeper = spawnService(MAIN, args, { KEEPER_KEY: KEY })
    onTestFinished(keeper.kill)

    await whenLive(keeper)
    await keeper.stop()

    expect(keeper.said()).toContain(`paid by ${accountOf(KEEPER).address}`)
    expect(keeper.said()).not.toContain(KEY.slice(2))
    expect(keeper.said()).not.toContain('is no setting')
  })

  test('a key without coins is told at the start, and makes it unwell until it has some', async () => {
    const key: Hex = `0x${'9'.repeat(64)}`
    const [poor, rich] = [startProcess({ key: keyFile(key) }), startProcess()]
    const { address } = privateKeyToAccount(key)
    const health = async (): Promise<Response> => fetch(`${await poor.listening}/health`)
    const sentence = `${address} has no coins, so it can claim nothing: send it some for gas.`

    await whenLive(rich)
    await expect.poll(async () => (await health()).status, PATIENCE).toBe(503)
    await expect.poll(async () => (await healthOf(poor)).reason, PATIENCE).toBe(sentence)
    await scene.chain.market.owner.setBalance({ address, value: 10n ** 18n })
    await warp(scene.chain, 1)
    await expect.poll(async () => (await health()).status, PATIENCE).toBe(200)

    expect(poor.said()).toContain(sentence)
    expect(rich.said()).not.toContain('has no coins')
  })

  test('a hub that is not there, and an app in its place, are refused', async () => {
    const nobody = `0x${'1'.repeat(40)}`
    const { app, chain } = scene

    const [absent, other] = await Promise.all([refusalOf({}, nobody), refusalOf({}, app)])

    expect(absent).toBe(`There is no contract at ${nobody} on this chain (${chain.chainId}).\n`)
    expect(other).toBe(`The contract at ${app} is no hub of a market: it does not name its registries.\n`)
  })

  test('a second keeper on one file, and a database of another hub, are refused', async () => {
    const database = join(folder, 'mine.sqlite')
    const first = startProcess({ database })
    await whenLive(first)

    const second = await refusalOf({ database })
    await first.stop()
    const other = `0x${'ab'.repeat(20)}`
    const tables = new DatabaseSync(database)
    tables.prepare("update about set value = ? where key = 'hub'").run(other)
    tables.close()
    const foreign = await refusalOf({ database })

    expect(second).toMatch(/^Another process uses .*mine\.sqlite .*several copies of the service need PostgreSQL\.\n$/u)
    expect(foreign).toContain(`This database belongs to the hub ${other} on chain`)
    expect(foreign).toContain('give --database another place.')
  })
})

describe('the documented commands', () => {
  // runs: (umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > keeper.key)
  // runs: npx -y pnpm@12.21.0 --filter @iexec/keeper start --rpc http://127.0.0.1:8545 --hub 0x… --key-file keeper.key
  test('make a key and start a keeper with it, and Ctrl-C ends it', async () => {
    const made = spawnSync(
      'sh',
      ['-c', "(umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' > keeper.key)"],
      {
        cwd: folder,
      },
    )
    const command = ['-y', 'pnpm@12.21.0', '--filter', '@iexec/keeper', 'start', '--rpc', scene.chain.url]
    const env = { ...process.env, INIT_CWD: undefined, KEEPER_PORT: '0', KEEPER_DATABASE: join(folder, 'documented') }
    const child = spawn(
      'npx',
      [...command, '--hub', scene.chain.contracts.hub, '--key-file', join(folder, 'keeper.key')],
      { cwd: HOUSE, env, detached: true },
    )
    const closed = new Promise<void>((resolve) => {
      child.once('close', () => {
        resolve()
      })
    })
    // A terminal sends its signals to the whole group.
    const signal = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, name)
    }
    onTestFinished(() => {
      signal('SIGKILL')
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })

    const url = await until(
      async () => Promise.resolve(/listens on (\S+)/u.exec(said)?.[1] ?? ''),
      (found) => found !== '',
    )
    const { state } = await until(
      async () => healthOf({ listening: Promise.resolve(url) }),
      (health) => health.state === 'live',
    )
    signal('SIGINT')
    await closed

    expect([made.status, state]).toEqual([0, 'live'])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  // runs: npx -y pnpm@12.21.0 --filter @iexec/keeper start --help
  test('explain every setting when asked for --help', () => {
    const help = spawnSync('npx', ['-y', 'pnpm@12.21.0', '--filter', '@iexec/keeper', 'start', '--help'], {
      cwd: HOUSE,
      encoding: 'utf8',
    })

    expect(help.status).toBe(0)
    for (const { envVar } of keeperCommand().options) expect(help.stdout).toContain(envVar ?? '')
    expect(help.stdout).not.toContain('undefined')
  })
})
