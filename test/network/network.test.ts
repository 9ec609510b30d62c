// A network of one's own by the command: started, bought from, killed, there again, ended and removed.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIexec, readZip, type ChainSettings, type Iexec } from '@iexec/sdk'
import { sha256, type Address, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDesk, type Desk } from '../iexec.ts'
import { installNetwork } from '../outer.ts'
import { echoModule } from '../work/echo.ts'
import { findPortBase } from './portBase.ts'

type Part = { readonly service: string; readonly pid: number; readonly healthy: boolean; readonly memoryBytes: number }
type State = { readonly ok: boolean; readonly state: string; readonly services: readonly Part[] }

const PARTS = [
  'supervisor',
  'chain',
  'market',
  'storage',
  'scheduler',
  'worker-1',
  'worker-2',
  'worker-3',
  'keeper',
  'web',
]

let desk: Desk
let portBase: string
let folder: string
beforeAll(async () => {
  desk = openDesk()
  installNetwork(desk)
  folder = join(desk.home, '.iexec/networks/local')
  portBase = String(await findPortBase())
})
afterAll(async () => {
  await network('reset', '--yes')
  desk.clear()
})

async function network(...args: readonly string[]): ReturnType<Desk['iexec']> {
  return desk.iexec(['network', ...args])
}

async function readState(): Promise<State> {
  return JSON.parse((await network('status', '--json')).out) as State
}

function readNetworkFile(): Readonly<Record<string, string>> & {
  readonly accounts: readonly { readonly role: string; readonly privateKey: string }[]
} {
  return JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8')) as ReturnType<typeof readNetworkFile>
}

function readChain(): ChainSettings {
  const { chainId, hub, rpcUrl = '', marketUrl, storageUrl, ipfsApiUrl } = readNetworkFile()
  const services = { marketUrl, storageUrl, ipfsApiUrl }
  return { name: 'local', chainId: Number(chainId), hub: hub as Address, rpcUrls: [rpcUrl], ...services }
}

/** Somebody who only looks. */
async function openReader(): Promise<Iexec> {
  return createIexec({ chain: readChain() })
}

/** What must be the same again: deal, result, orders and balances. */
async function look({ app, taskId, dealId, buyer }: Bought): Promise<unknown> {
  const { account, deals, orderbooks, tasks, wallet } = await openReader()
  return {
    deal: await deals.show(dealId),
    task: await tasks.show(taskId),
    offers: await orderbooks.fetchApps({ app }),
    account: await account.show(buyer),
    wallet: await wallet.show(buyer),
  }
}

type Bought = { readonly app: Address; readonly dealId: Hex; readonly taskId: Hex; readonly buyer: Address }

type Run = { readonly deals: readonly { readonly dealId: Hex }[]; readonly taskIds: readonly Hex[] }

/** Stores an app. */
async function storeApp(): Promise<object> {
  const module = await echoModule()
  const { location: multiaddr } = await (await openReader()).storage.add({ content: module })
  return { name: 'echo', type: 'WASM', multiaddr, checksum: sha256(module), price: '7' }
}

/** A stranger makes a wallet, fills it, sells an app and buys a run of it himself. */
async function buyRun(): Promise<Bought> {
  const { address: owner } = await desk.raw(['wallet', 'create', '--unencrypted'])
  await desk.raw(['wallet', 'get-ether'])
  await desk.raw(['wallet', 'get-RLC'])
  await desk.raw(['account', 'deposit', '50', 'RLC'])
  writeFileSync(join(desk.folder, 'iexec.json'), JSON.stringify({ app: { owner, ...(await storeApp()) } }))
  const app = String((await desk.raw(['app', 'deploy']))['address'])
  const line = ['app', 'run', app, '--args', 'forty-two', '--trust', '8', '--force', '--json']
  const bought = await desk.iexec([...line, '--download', 'result.zip'])
  expect(bought).toMatchObject({ exitCode: 0, errors: '' })
  const { deals, taskIds } = JSON.parse(bought.out) as Run
  return {
    app: app as Address,
    buyer: owner as Address,
    dealId: deals[0]?.dealId ?? '0x',
    taskId: taskIds[0] ?? '0x',
  }
}

// runs: iexec network start --detach
// runs: iexec network start --allow-origin https://remix.ethereum.org
// runs: iexec network status
// runs: iexec network logs scheduler --lines 20
test('the whole market starts behind its user, and tells where it is and how it is', async () => {
  const line = [
    'start',
    '--detach',
    '--port-base',
    portBase,
    '--no-docker',
    '--allow-origin',
    'https://remix.ethereum.org',
  ]
  const started = await network(...line)

  expect(started).toMatchObject({ exitCode: 0, errors: '' })
  expect(started.out).toContain('The network is ready after')
  const { ok, state, services } = await readState()
  expect({ ok, state, names: services.map(({ service }) => service).toSorted() }).toEqual({
    ok: true,
    state: 'running',
    names: PARTS.toSorted(),
  })
  const shown = await network('status')
  const said = await network('logs', 'scheduler', '--lines', '20')
  expect(said).toMatchObject({ exitCode: 0, errors: '' })
  expect(said.out.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
  expect(shown.out).toMatch(/worker-3 +http:\/\/127\.0\.0\.1:\d+ +\d+ +yes/u)
  expect(await askChainFrom('https://remix.ethereum.org')).toBe(200)
  expect(await askChainFrom('https://page.example')).toBe(403)
})

/** How the chain answers the page of a website. */
async function askChainFrom(origin: string): Promise<number> {
  const { rpcUrl = '' } = readNetworkFile()
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] })
  const { status } = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body,
  })
  return status
}

test.each(['remix.ethereum.org', 'https://remix.ethereum.org/', 'https://*', 'https://*.ethereum.org', 'null'])(
  '%s is no origin that could be allowed, and nothing is started',
  async (origin) => {
    const refused = await network('start', '--name', 'third', '--allow-origin', origin)

    expect(refused.exitCode).toBe(2)
    expect(refused.errors).toContain('It is no origin of a website, ')
  },
)

test('network.json is for its owner alone, and has everything that tools need', () => {
  const { accounts, ...known } = readNetworkFile()

  expect(statSync(join(folder, 'network.json')).mode & 0o777).toBe(0o600)
  expect(Object.keys(known).toSorted()).toEqual(
    [
      'rpcUrl wsUrl chainId hub rlc appRegistry datasetRegistry workerpoolRegistry marketUrl graphqlUrl storageUrl',
      'ipfsApiUrl compassUrl schedulerUrl webUrl workerpool',
    ]
      .join(' ')
      .split(' ')
      .toSorted(),
  )
  expect(accounts.map(({ role }) => role)).toEqual([
    'faucet',
    'app-owner',
    'requester',
    'pool-owner',
    'keeper',
    'worker-1',
    'worker-2',
    'worker-3',
  ])
})

test('a second one in the same folder, and one on the same ports, are refused in one sentence', async () => {
  const again = await network('start')
  const beside = await network('start', '--name', 'second', '--port-base', portBase)

  expect(again).toMatchObject({ exitCode: 1, out: '' })
  expect(again.errors).toMatch(
    /^A network runs in \S+local already \(process \d+\): iexec network status shows it, .+\n$/u,
  )
  expect(beside).toMatchObject({ exitCode: 1, out: '' })
  expect(beside.errors).toMatch(new RegExp(`^Port ${portBase}, of the chain, is taken by .+--port-base.+\n$`, 'u'))
})

// runs: iexec wallet create --unencrypted
// runs: iexec wallet get-ether
// runs: iexec wallet get-RLC
// runs: iexec account deposit 50 RLC
test('whoever is new gets coins and RLC, buys a run from three workers, and finds all of it again after kill -9', async () => {
  const bought = await buyRun()
  await untilSaved()
  const before = await look(bought)

  for (const { pid } of (await readState()).services) process.kill(pid, 'SIGKILL')
  const killed = await network('status')
  const again = await network('start', '--detach', '--no-docker')

  expect(killed).toMatchObject({ exitCode: 1 })
  expect(again).toMatchObject({ exitCode: 0, errors: '' })
  expect(await look(bought)).toEqual(before)
  await desk.iexec(['task', 'show', bought.taskId, '--download', 'again.zip'])
  const [file] = readZip(readFileSync(join(desk.folder, 'again.zip'))).filter(({ name }) => name === 'result.txt')
  expect(new TextDecoder().decode(file?.read())).toBe('forty-two')
}, 120_000)

/**
 * Waits until the chain has saved what happened up to now: it does so within a second after a new block. What others do makes that
 * block, because the block itself may be lost.
 */
async function untilSaved(): Promise<void> {
  const { accounts } = readNetworkFile()
  const keyOf = (role: string): Hex => (accounts.find((account) => account.role === role)?.privateKey ?? '0x') as Hex
  const { wallet } = await createIexec({ chain: readChain(), account: privateKeyToAccount(keyOf('requester')) })
  const sending = { to: privateKeyToAccount(keyOf('app-owner')).address, amount: 1n }
  // Whatever was just being saved when the run ended is on the disk when the first one is mined.
  await wallet.sendCoins(sending)
  const now = Date.now()
  await wallet.sendCoins(sending)
  const saved = join(folder, 'chain/state.json.gz')
  await expect.poll(() => statSync(saved).mtimeMs, { timeout: 20_000 }).toBeGreaterThan(now)
}

test('what a killed supervisor leaves behind is told, and ended by stop', async () => {
  const { services } = await readState()
  const pidOf = (name: string): number => services.find(({ service }) => service === name)?.pid ?? 0
  process.kill(pidOf('supervisor'), 'SIGKILL')

  const left = await network('status')
  const stopped = await network('stop')
  const once = await network('stop')

  expect(left.out).toMatch(/was killed, and left chain, market, .+ iexec network start starts it\./u)
  expect(stopped).toMatchObject({ exitCode: 0, errors: '' })
  expect(stopped.out).toContain('What a killed network had left was ended: ')
  expect(once).toEqual({ exitCode: 0, errors: '', out: `No network runs in ${folder}.\n` })
})

// runs: iexec network start
// runs: iexec network stop
test('a person starts it in a terminal, a service that falls over is started again, and Ctrl-C ends all', async () => {
  const call = desk.person(['network', 'start', '--no-docker'])
  await call.sees('The network is ready after')
  const { services } = await readState()
  process.kill(services.find(({ service }) => service === 'keeper')?.pid ?? 0, 'SIGKILL')
  await call.sees('keeper fell over (a signal ended it) and is started again.')
  await call.sees('keeper runs again.')
  const logs = await network('logs', 'keeper', '--lines', '1000')
  call.presses('\u0003')
  await call.sees('The network has ended.')

  expect(await call.ended).toBe(0)
  expect(logs.out.match(/listens on/gu)?.length).toBeGreaterThan(1)
  expect(await readState()).toMatchObject({ ok: false, state: 'stopped', services: [] })
})

// runs: iexec network reset
test('reset asks, removes everything, and says when there is nothing', async () => {
  const unasked = await network('reset')
  const call = desk.person(['network', 'reset'])
  await call.sees('with all its deals, results and keys? [y/N]')
  call.types('n')
  expect(await call.ended).toBe(1)
  expect(existsSync(join(folder, 'network.json'))).toBe(true)
  const wanted = desk.person(['network', 'reset'])
  await wanted.sees('[y/N]')
  wanted.types('y')

  expect(await wanted.ended).toBe(0)
  expect(unasked).toMatchObject({ exitCode: 2 })
  expect(existsSync(folder)).toBe(false)
  expect(await network('reset', '--yes')).toMatchObject({ exitCode: 0, out: `There is no network in ${folder}.\n` })
})
