// Whoever earns with a machine, runs a pool, sells data, or only looks: each by the commands of the guides, on one network.
import { readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createIexec, fetchDeals, readZip, type Iexec } from '@iexec/sdk'
import { zipOf } from '@iexec/sdk/test/market'
import { verifyTask } from '@iexec/sdk/verify'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Conversation } from '../iexec.ts'
import { echoModule } from '../work/echo.ts'
import { theNetwork } from './ground.ts'
import type { Home, UsersNetwork } from './network.ts'

const ID = /0x[0-9a-f]{64}/u
const DEPOSIT = 10_000_000_000n
const SCHEDULER = join(import.meta.dirname, '../../services/scheduler/src/main.ts')

// A dozen processes, of which five compute: on a machine with other work to do, that takes its time.
vi.setConfig({ testTimeout: 120_000 })

let network: UsersNetwork
let requester: Home
let payer: Address
let reader: Iexec
let faucet: Iexec
/** Two apps of the same module, by the same developer. */
let app: Address
let otherApp: Address
const running: Conversation[] = []
beforeAll(async () => {
  network = theNetwork()
  reader = await createIexec({ chain: network.chain })
  const { privateKey = '0x' } = network.facts.accounts.find(({ role }) => role === 'faucet') ?? {}
  faucet = await createIexec({ chain: network.chain, account: privateKeyToAccount(privateKey), pollingMs: 50 })
  const developer = await settle()
  ;[app, otherApp] = [await sellApp(developer, 'first'), await sellApp(developer, 'second')]
  requester = await settle()
  payer = addressOf(requester)
})
afterAll(async () => {
  // A second Ctrl-C does not wait for anybody.
  for (const call of running) for (const _ of [1, 2]) call.presses('\u0003')
  await Promise.all(running.map(async ({ ended }) => ended))
})

/** A home with a wallet, coins, and 10 RLC on the market: quicker than by the commands, which the worker's owner types. */
async function settle(): Promise<Home> {
  const home = network.openHome()
  const privateKey = generatePrivateKey()
  writeFileSync(join(home.folder, 'wallet.json'), JSON.stringify({ privateKey }), { mode: 0o600 })
  const account = privateKeyToAccount(privateKey)
  await faucet.wallet.sendCoins({ to: account.address, amount: 10n ** 19n })
  await faucet.wallet.sendRlc({ to: account.address, amount: DEPOSIT })
  const { account: own } = await createIexec({ chain: network.chain, account, pollingMs: 50 })
  await own.deposit(DEPOSIT)
  return home
}

function keyOf(home: Home): Hex {
  return (JSON.parse(home.read('wallet.json')) as { readonly privateKey: Hex }).privateKey
}

function addressOf(home: Home): Address {
  return privateKeyToAccount(keyOf(home)).address
}

async function sellApp(home: Home, name: string): Promise<Address> {
  home.write('app.wasm', await echoModule())
  home.write('iexec.json', { app: { name, type: 'WASM', multiaddr: 'app.wasm', price: '0.1 RLC' } })
  const { address } = await home.raw(['app', 'deploy'])
  return address as Address
}

/** Types a line, and returns its exit code and its screen. */
async function typeLine(home: Home, line: string): Promise<{ readonly code: number; readonly screen: string }> {
  const call = home.line(line)
  return { code: await call.ended, screen: call.screen() }
}

/** The same for a line that has to end well. */
async function typeWell(home: Home, line: string): Promise<string> {
  const { code, screen } = await typeLine(home, line)
  expect(code === 0 ? '' : screen).toBe('')
  return screen
}

function find(screen: string, word: string, what: RegExp): string {
  return new RegExp(`${word}\\s+(${what.source})`, 'u').exec(screen)?.[1] ?? ''
}

/** Buys a run, and returns its task; nothing waits for its end. */
async function buy(line: string): Promise<{ readonly deal: Hex; readonly task: Hex }> {
  const screen = await typeWell(requester, `iexec app run ${line} --yes --detach`)
  return { deal: find(screen, 'deal', ID) as Hex, task: find(screen, 'task', ID) as Hex }
}

async function untilDone({ deal, task }: { readonly deal: Hex; readonly task: Hex }): Promise<void> {
  for await (const { end } of reader.tasks.watch(task, { dealid: deal })) {
    if (end !== undefined) expect(end).toBe('completed')
  }
}

/** Starts a worker in a terminal, and returns when its scheduler has it. */
async function startWorker(home: Home, words = ''): Promise<Conversation> {
  const call = home.line(`iexec worker start --no-docker ${words}`)
  running.push(call)
  await call.sees('The scheduler has this worker.')
  return call
}

/** Waits until a pool sells this trust. */
async function untilSold(workerpool: Address, trust: number): Promise<void> {
  const count = async (): Promise<number> => {
    const { items } = await reader.orderbooks.fetchWorkerpools({ workerpool, minTrust: BigInt(trust) })
    return items.length
  }
  await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(0)
}

let worker: Home
let wallet: Address

describe('a worker owner', () => {
  // runs: iexec worker doctor
  // runs: iexec wallet create --unencrypted
  // runs: iexec wallet get-ether
  // runs: iexec wallet get-RLC
  // runs: iexec account deposit 10 RLC
  test('is told by the doctor what is missing, one thing after the other, until nothing is', async () => {
    worker = network.openHome()

    const walletless = await typeLine(worker, 'iexec worker doctor --no-docker')
    await typeWell(worker, 'iexec wallet create --unencrypted')
    const poor = await typeLine(worker, 'iexec worker doctor --no-docker')
    await typeWell(worker, 'iexec wallet get-ether')
    await typeWell(worker, 'iexec wallet get-RLC')
    await typeWell(worker, 'iexec account deposit 10 RLC')
    const well = await typeLine(worker, 'iexec worker doctor --no-docker')

    expect(walletless.screen).toContain('There is no wallet: iexec wallet create makes one')
    expect(poor.screen).toMatch(/✗ coins .*0 ether for gas\./u)
    expect(poor.screen).toContain('iexec account deposit')
    expect(well.screen).not.toMatch(/[✗!] /u)
    expect([walletless.code, poor.code, well.code]).toEqual([1, 1, 0])
    wallet = find(well.screen, 'wallet', /0x[0-9a-fA-F]{40}/u) as Address
  })

  // runs: iexec worker start
  // runs: iexec worker status
  // runs: iexec worker earnings
  // runs: iexec account history
  test('joins the pool of the network with one command, computes with the three others, and sees what he earned, and why', async () => {
    await startWorker(worker)
    await untilSold(network.facts.workerpool, 16)
    const bought = await buy(`${app} --args four --trust 16`)
    await untilDone(bought)
    const { contributions } = await reader.tasks.show(bought.task)
    await expect.poll(async () => (await typeLine(worker, 'iexec worker earnings')).screen).toContain('with 1 task')

    const status = await typeWell(worker, 'iexec worker status')
    const earnings = await typeWell(worker, 'iexec worker earnings')
    const history = await typeWell(worker, 'iexec account history')

    expect(contributions.filter(({ status: is }) => is === 'proved').map((vote) => vote.worker)).toContain(wallet)
    expect(contributions).toHaveLength(4)
    expect(status).toContain('scheduler  connected')
    expect(status).toMatch(new RegExp(`${bought.task.slice(0, 10)}…  done`, 'u'))
    expect(find(earnings, 'Earned', /[\d.]+ n?RLC/u)).toBe(find(history, 'Reward', /[\d.]+ n?RLC/u))
    expect(find(history.slice(history.indexOf('Reward')), 'of', ID)).toBe(bought.task)
  })

  test('loses nothing when his worker is killed in the middle of a task and started again', async () => {
    const first = running.at(-1)
    const bought = await buy(`${app} --args killed --trust 16`)
    await first?.sees(`${bought.task.slice(0, 10)}… is voted for`)
    const { pid } = JSON.parse(readFileSync(join(worker.home, '.iexec/worker/running.json'), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGKILL')
    await first?.ended

    await startWorker(worker)
    await untilDone(bought)

    const { contributions } = await reader.tasks.show(bought.task)
    expect(contributions.map(({ status }) => status)).toEqual(['proved', 'proved', 'proved', 'proved'])
    const { checks } = await verifyTask(reader.context, bought.task)
    expect(checks.filter(({ verdict }) => verdict !== 'same')).toEqual([])
  })
})

describe('a pool operator', () => {
  let operator: Home
  let pool: Address
  let scheduler: StartedProcess
  const PRICES = { orders: [{ category: 0, price: '20000000', trust: 4, volume: 10 }] }

  function startScheduler(port = '0'): StartedProcess {
    const { rpcUrl, marketUrl, storageUrl, hub } = network.facts
    const { folder } = operator
    const words = `--rpc ${rpcUrl} --ws ${rpcUrl.replace('http', 'ws')} --hub ${hub} --pool ${pool} --market ${marketUrl} --storage ${storageUrl}`
    const own = [
      '--key-file',
      join(folder, 'pool.key'),
      '--prices',
      join(folder, 'prices.json'),
      '--database',
      join(folder, 'pool.sqlite'),
    ]
    const place = port === '0' ? [] : ['--public-url', `http://127.0.0.1:${port}`]
    return spawnService(SCHEDULER, [...words.split(' '), ...own, ...place, '--port', port])
  }

  // runs: iexec workerpool init
  // runs: iexec workerpool deploy
  test('registers a pool, and runs it by one process with one file of prices and one database file', async () => {
    operator = await settle()
    await typeWell(operator, 'iexec workerpool init')
    const deployed = await typeWell(operator, 'iexec workerpool deploy')
    pool = find(deployed, 'Workerpool', /0x[0-9a-fA-F]{40}/u) as Address
    writeFileSync(join(operator.folder, 'pool.key'), keyOf(operator), { mode: 0o600 })
    operator.write('prices.json', PRICES)
    scheduler = startScheduler(String(Number(new URL(network.facts.schedulerUrl).port) + 15))
    const url = await scheduler.listening

    expect(url).toMatch(/^http:/u)
  })

  test('two workers join it, and a run is bought of it by its address', async () => {
    const url = await scheduler.listening
    const homes = [await settle(), await settle()]
    await Promise.all(homes.map(async (home) => startWorker(home, `--pool ${pool}`)))
    await untilSold(pool, 4)
    const bought = await buy(`${app} --args mine --trust 4 --workerpool ${pool}`)
    await untilDone(bought)

    const metrics = await (await fetch(`${url}/metrics`)).text()
    const { deal, contributions } = await reader.tasks.show(bought.task)
    expect(deal.workerpool.pointer).toBe(pool)
    expect(deal.workerpool.price).toBe(20_000_000n)
    expect(contributions).toHaveLength(2)
    expect(metrics).toMatch(/^scheduler_workers\S* 2$/mu)
  })

  test('a second copy on the same file is refused while the first lives, and goes on with the deal when it was killed', async () => {
    const { port } = new URL(await scheduler.listening)
    const early = startScheduler()
    expect(await early.ended).toBe(1)
    expect(early.said()).toContain('Another process uses')
    const bought = await buy(`${app} --args taken-over --trust 4 --workerpool ${pool}`)

    await scheduler.kill()
    const before = await reader.tasks.show(bought.task, { dealid: bought.deal })
    scheduler = startScheduler(port)
    await untilDone(bought)

    expect(before.end).toBeUndefined()
    await scheduler.stop()
  })
})

const DATA = 'date,degrees\n2026-11-23,4\n'
let dataset: Address
let computed: { readonly deal: Hex; readonly task: Hex }

describe('a dataset provider', () => {
  let provider: Home

  // runs: iexec dataset init --encrypted
  // runs: iexec dataset encrypt
  // runs: iexec dataset deploy
  test('encrypts a file, and registers what nobody can read', async () => {
    provider = await settle()
    await typeWell(provider, 'iexec dataset init --encrypted')
    provider.write('datasets/original/weather.csv', DATA)
    const encrypted = await typeWell(provider, 'iexec dataset encrypt')
    describeDataset('datasets/encrypted/weather.csv.enc')

    const deployed = await typeWell(provider, 'iexec dataset deploy')

    expect(encrypted).toContain(checksumOf('datasets/encrypted/weather.csv.enc'))
    expect(deployed).toContain(checksumOf('datasets/encrypted/weather.csv.enc'))
    expect(readFileSync(join(provider.folder, 'datasets/encrypted/weather.csv.enc'), 'utf8')).not.toContain('degrees')
  })

  // runs: iexec dataset publish --price 0.2 RLC --app-restrict 0x…
  // runs: iexec app run 0x… --dataset 0x… --trust 8
  test('sells a file per use to one app alone: another is refused before anything is paid, and each use is paid', async () => {
    describeDataset('datasets/original/weather.csv')
    const deployed = await typeWell(provider, 'iexec dataset deploy')
    dataset = find(deployed, 'Dataset', /0x[0-9a-fA-F]{40}/u) as Address
    await typeWell(provider, `iexec dataset publish --price 0.2 RLC --app-restrict ${app} --force`)
    const { stake } = await reader.account.show(payer)

    const refused = await typeLine(requester, `iexec app run ${otherApp} --dataset ${dataset} --trust 8 --yes`)
    const after = await reader.account.show(payer)
    computed = await buy(`${app} --args data --dataset ${dataset} --trust 8`)
    await untilDone(computed)

    expect(refused.code).toBe(1)
    expect(refused.screen.toLowerCase()).toContain(app.toLowerCase())
    expect(refused.screen.toLowerCase()).toContain(otherApp.toLowerCase())
    expect(after.stake).toBe(stake)
    // What was earned is told by the market, which hears of a block a moment after the chain has it.
    await expect.poll(async () => typeWell(provider, 'iexec account show')).toMatch(/earned +0\.2 RLC/u)
  })

  function describeDataset(file: string): void {
    provider.write('iexec.json', { dataset: { name: 'weather', multiaddr: file } })
  }

  function checksumOf(name: string): string {
    return `0x${createHash('sha256')
      .update(readFileSync(join(provider.folder, name)))
      .digest('hex')}`
  }
})

describe('an auditor', () => {
  // runs: iexec deal show 0x…
  // runs: iexec task show 0x… --download result.zip
  // runs: iexec account history 0x…
  // runs: iexec task verify 0x…
  // runs: iexec task verify 0x… --result result.zip
  // runs: iexec task verify 0x… --json > task.json
  test('reads a deal, its task and its payments by commands without any wallet, and computes all of it again', async () => {
    const auditor = network.openHome()
    const { deal, task } = computed

    const shown = await typeWell(auditor, `iexec deal show ${deal}`)
    await typeWell(auditor, `iexec task show ${task} --download result.zip`)
    const history = await typeWell(auditor, `iexec account history ${wallet}`)
    const verified = await typeWell(auditor, `iexec task verify ${task}`)
    const atHand = await typeWell(auditor, `iexec task verify ${task} --result result.zip`)
    await typeWell(auditor, `iexec task verify ${task} --json > task.json`)
    auditor.write('forged.zip', zipOf({ 'result.txt': 'forged' }))
    const forged = await typeLine(auditor, `iexec task verify ${task} --result forged.zip`)

    expect(shown).toContain(dataset)
    expect(history).toContain('Reward')
    expect(verified).toContain('nothing differs; 0 cannot be computed.')
    expect(verified).toMatch(/same +price of the dataset: 0\.2 RLC/u)
    expect(atHand).toContain('nothing differs; 0 cannot be computed.')
    expect(JSON.parse(auditor.read('task.json'))).toMatchObject({ ok: true, right: true, evidence: { id: task } })
    expect(forged.code).toBe(1)
    expect(forged.screen).toMatch(/DIFFERENT +digest: read 0x/u)
  })

  test('finds every deal of a pool by the SDK alone, and none of their tasks differs from the rules', async () => {
    const { items } = await fetchDeals(reader.context, { workerpool: network.facts.workerpool })
    const tasks = await Promise.all(items.map(async ({ dealId }) => reader.deals.show(dealId)))
    const verified = await Promise.all(
      tasks.flatMap((deal) => [...deal.tasks]).map(async (task) => verifyTask(reader.context, task)),
    )

    expect(items.map(({ dealId }) => dealId)).toContain(computed.deal)
    expect(verified.length).toBeGreaterThanOrEqual(3)
    // Open would be the result, when no storage had it.
    const checks = verified.flatMap((one) => one.checks)
    expect(checks.filter(({ verdict }) => verdict !== 'same')).toEqual([])
    expect(checks.filter(({ step }) => step === 'result').length).toBeGreaterThanOrEqual(verified.length)
    const zip = await reader.results.download(computed.task)
    expect(readZip(new Uint8Array(await zip.arrayBuffer())).map(({ name }) => name)).toContain('result.txt')
  })
})
