// iexec doctor, on a machine where everything is ready, and on those where something is not.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

// What this machine has must not change what is tested.
beforeEach(() => {
  vi.stubEnv('DOCKER_HOST', undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

function newDesk(chain: House['chain'] | undefined): Desk {
  const desk = openDesk(chain)
  onTestFinished(desk.clear)
  return desk
}

type Check = { readonly name: string; readonly state: string; readonly says: string; readonly remedy?: string }

type Report = {
  readonly exitCode: number
  readonly fail: readonly string[]
  readonly of: (name: string) => Check | undefined
}

async function examine(desk: Desk, ...options: readonly string[]): Promise<Report> {
  const { exitCode, out, errors } = await desk.iexec(['doctor', '--json', ...options])
  expect(errors).toBe('')
  const {
    checks,
    fail = [],
    ok,
  } = JSON.parse(out) as { readonly checks: readonly Check[]; readonly fail?: readonly string[]; readonly ok: boolean }
  expect(ok).toBe(exitCode === 0)
  return { exitCode, fail, of: (name) => checks.find((check) => check.name === name) }
}

async function makeWallet(desk: Desk): Promise<string> {
  const { address } = await desk.raw(['wallet', 'create', '--unencrypted'])
  return String(address)
}

test('where a wallet, a chain and a market are, nothing is broken, and each is told in a line', async () => {
  const desk = newDesk(house.chain)
  const address = await makeWallet(desk)

  const { exitCode, of } = await examine(desk)

  expect(exitCode).toBe(0)
  expect(of('node')).toMatchObject({ state: 'ok', says: process.versions.node })
  expect(of('wallet')).toMatchObject({ state: 'ok', says: expect.stringContaining(address) })
  expect(of('chain')?.says).toContain(house.chain.hub)
  expect(of('chain')?.says).toMatch(/block \d+ is \d+ (?:s|min|h) old/u)
  expect(of('market')).toMatchObject({ state: 'ok', says: expect.stringMatching(/version .*up to date/u) })
  expect(of('vault')).toMatchObject({ state: 'note', remedy: expect.stringContaining('sms') })
  // A new wallet cannot pay for gas.
  expect(of('balance')).toMatchObject({ state: 'note', remedy: expect.stringContaining(address) })
})

test('people see it in lines, and the exit code is 0', async () => {
  const { exitCode, out } = await newDesk(house.chain).iexec(['doctor'])

  expect(out).toMatch(/^ok {6}chain {7}test \(\d+\) at 127\.0\.0\.1:\d+/mu)
  expect(out).toMatch(/^- {7}wallet {6}there is none.*\n {20}iexec wallet create/mu)
  expect(exitCode).toBe(0)
})

test('a wallet that others can read is broken, and the remedy can be typed', async () => {
  const desk = newDesk(house.chain)
  await makeWallet(desk)
  const path = join(desk.folder, 'wallet.json')
  chmodSync(path, 0o644)

  const { exitCode, fail, of } = await examine(desk)

  expect(exitCode).toBe(1)
  expect(fail).toEqual(['Not ready: wallet.'])
  expect(of('wallet')).toMatchObject({ state: 'broken', remedy: `chmod 600 ${path}` })
})

test('without a chain, that is what is broken', async () => {
  const { exitCode, of } = await examine(newDesk(undefined))

  expect(exitCode).toBe(1)
  expect(of('chain')).toMatchObject({ state: 'broken', says: 'No chain is named, and none runs on this machine.' })
})

test('a dead node, a wrong chain and an address without a market are told apart', async () => {
  const dead = await examine(newDesk({ ...house.chain, rpcUrls: ['http://127.0.0.1:9'] }))
  const wrong = await examine(newDesk({ ...house.chain, chainId: house.chain.chainId + 1 }))
  const empty = await examine(newDesk({ ...house.chain, hub: `0x${'1'.repeat(40)}` }))

  expect(dead.of('chain')).toMatchObject({ state: 'broken', says: expect.stringContaining('127.0.0.1:9') })
  expect(wrong.of('chain')).toMatchObject({
    state: 'broken',
    says: expect.stringContaining(String(house.chain.chainId)),
  })
  expect(empty.of('chain')).toMatchObject({
    state: 'broken',
    says: expect.stringContaining('There is no iExec market'),
  })
})

/** A service on a free port, until the test is over. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a market that is dead, of another chain, or none at all is broken', async () => {
  const url = await serve((_request, response) => {
    response.end('<html>')
  })

  const dead = await examine(newDesk({ ...house.chain, marketUrl: 'http://127.0.0.1:9' }))
  const strange = await examine(newDesk({ ...house.chain, marketUrl: url }))

  expect(dead.of('market')).toMatchObject({ state: 'broken', remedy: expect.stringContaining('iexecGateway') })
  expect(strange.of('market')).toMatchObject({ state: 'broken', says: expect.stringContaining('JSON') })
})

test('a market below a path is asked there, and nothing of its URL is shown that could be a key', async () => {
  const asked: (string | undefined)[] = []
  const url = await serve(({ url: path }, response) => {
    asked.push(path)
    response.end(JSON.stringify({ version: '7' }))
  })
  const desk = newDesk({ ...house.chain, marketUrl: `${url}/s3cret/?key=s3cret`, storageUrl: `${url}/s3cret` })

  const { exitCode, out } = await desk.iexec(['doctor'])

  expect(exitCode).toBe(0)
  expect(asked).toEqual(expect.arrayContaining(['/s3cret/health?key=s3cret', '/s3cret/version?key=s3cret', '/s3cret']))
  expect(out).toContain(`${new URL(url).host}, version 7`)
  expect(out).not.toContain('s3cret')
})

test('services that fail are named without the password or the key in their URLs', async () => {
  const desk = newDesk({
    ...house.chain,
    marketUrl: 'http://me:s3cret@127.0.0.1:9',
    storageUrl: 'http://127.0.0.1:9/?key=s3cret',
    vaultUrl: 'http://me:s3cret@127.0.0.1:9/',
  })

  const { exitCode, out, errors } = await desk.iexec(['doctor'])

  expect(exitCode).toBe(1)
  for (const name of ['market', 'storage', 'vault']) expect(out).toContain(`the ${name} at 127.0.0.1:9 does not answer`)
  expect(out + errors).not.toContain('s3cret')
})

test('an answer without end is not read to its end, of a market and of an engine', async () => {
  const url = await serve((_request, response) => {
    const part = ' '.repeat(65_536)
    const write = (): void => {
      while (response.write(part));
    }
    response.on('drain', write)
    write()
  })
  vi.stubEnv('DOCKER_HOST', url.replace('http://', 'tcp://me:s3cret@'))

  const { of } = await examine(newDesk({ ...house.chain, marketUrl: url }))

  expect(of('market')).toMatchObject({ state: 'broken', says: expect.stringContaining('more than 1 MiB') })
  expect(of('engine')).toMatchObject({ state: 'broken', says: expect.stringContaining('no container engine') })
  expect(of('engine')?.says).not.toContain('s3cret')
})

/** An engine that says its version, at a socket. */
async function startEngine(socket: string): Promise<void> {
  const engine = createServer((_request, response) => {
    response.end(JSON.stringify({ Version: '29.1.0', Platform: { Name: 'Docker Engine' } }))
  })
  onTestFinished(() => {
    engine.close()
  })
  mkdirSync(dirname(socket), { recursive: true })
  await new Promise<void>((resolve) => {
    engine.listen(socket, resolve)
  })
}

test('the engine is asked where DOCKER_HOST says: one that answers is ready, one that does not is broken', async () => {
  const socket = join(newDesk(house.chain).home, 'engine.sock')
  await startEngine(socket)
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`)
  const there = newDesk(house.chain)
  vi.stubEnv('DOCKER_HOST', `unix://${socket}.no`)
  const absent = newDesk(house.chain)

  const [ready, broken] = [await examine(there), await examine(absent)]

  expect(ready.of('engine')).toMatchObject({ state: 'ok', says: `Docker Engine 29.1.0 at unix://${socket}` })
  expect(broken.of('engine')).toMatchObject({ state: 'broken', remedy: expect.stringContaining('DOCKER_HOST') })
})

test.skipIf(existsSync('/var/run/docker.sock'))(
  'without DOCKER_HOST, or with an empty one, the engine is found where workers find theirs',
  async () => {
    vi.stubEnv('DOCKER_HOST', '')
    const desk = newDesk(house.chain)
    const socket = join(desk.home, '.docker/run/docker.sock')
    await startEngine(socket)

    const { of } = await examine(desk)

    expect(of('engine')).toMatchObject({ state: 'ok', says: `Docker Engine 29.1.0 at unix://${socket}` })
  },
)

test('an engine that only certificates open is not called broken', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:2376')

  const { of } = await examine(newDesk(house.chain))

  expect(of('engine')).toMatchObject({ state: 'note', says: expect.stringContaining('not looked at from here') })
})

test('completion is found where the shell of the user looks for it', async () => {
  vi.stubEnv('SHELL', '/usr/bin/fish')
  const desk = newDesk(house.chain)

  const without = await examine(desk)
  mkdirSync(join(desk.home, '.config/fish'), { recursive: true })
  writeFileSync(join(desk.home, '.config/fish/config.fish'), 'iexec completion fish | source\n')
  const having = await examine(desk)

  expect(without.of('completion')).toMatchObject({ state: 'note', remedy: expect.stringContaining('config.fish') })
  expect(having.of('completion')).toMatchObject({ state: 'ok', says: 'in fish' })
})
