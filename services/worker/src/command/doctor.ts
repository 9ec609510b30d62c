// `iexec worker doctor`: looks whether everything is ready to work, and says what to do where it is not.
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { openChain, type OpenedChain } from '@iexec/chain'
import { formatIn, formatRlc } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createWasmEngine, whyNoEngine } from '@iexec/runtime'
import { requireWorkerpool, sayWhy, whyNotStored } from '@iexec/service'
import { askHidden, readAccount } from '@iexec/service/wallet'
import { welcome, type PoolFacts } from '@iexec/wire/work'
import type { LocalAccount } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { WebSocket } from 'ws'
import { profileOf } from '../machine.ts'
import { freeDiskOf } from '../place/works.ts'
import { gatewayOf, whyNotOpened, whyNotSpoken } from '../pool/connection.ts'
import { findScheduler } from '../pool/findScheduler.ts'
import { whyOtherPool } from '../pool/login.ts'
import { PREFIX, workerCommand } from '../settings/options.ts'
import { readOptions, readSettings, type Settings } from '../settings/read.ts'
import { giveAnswer } from './answer.ts'
import { whyDiskTooSmall } from './disk.ts'
import { askMoney, sayMissing, type Missing } from './money.ts'
import { tryWasm } from './tryWasm.ts'

/** What one look found: all right, worth a thought, or in the way. */
export type Finding = {
  readonly what: string
  readonly state: 'ok' | 'warning' | 'wrong'
  readonly says: string
  /** What to do about it. */
  readonly remedy?: string
}

const EXAMPLES = `
Examples:
  Before a start, with the same options:
    iexec worker doctor --pool 0x… --chain arbitrum-mainnet --market https://market.example

  For a program; the exit code is 1 when something is in the way:
    iexec worker doctor --config worker.json --json`

/** Seconds that the clock of a machine may differ from the chain's. */
const MOST_SKEW = 60
/** A chain whose newest block is older than this may be at a standstill, or only makes blocks on demand. */
const OLD_HEAD = 300

/**
 * Looks at everything that a worker needs.
 *
 * @returns the exit code: 0 when nothing is in the way
 * @throws Error in one sentence when the settings cannot be read
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const command = workerCommand(
    'doctor',
    'Looks whether a worker could start here, and says what to do where it could not. Takes the options of start.',
    EXAMPLES,
  )
  const options = readOptions(args, command)
  const settings = await readSettings(options, process.cwd())
  const findings: Finding[] = []
  // A look takes its time: people see each of them as it comes.
  const isForPeople = options.json !== true && options.raw !== true
  const note = (finding: Finding): void => {
    findings.push(finding)
    if (isForPeople) process.stdout.write(lineOf(finding))
  }
  note(lookAtNode())
  const account = await lookAtWallet(settings, note)
  for (const finding of await lookAtMachine(settings)) note(finding)
  const opened = await lookAtChain(settings, note)
  if (opened !== undefined) for (const finding of await lookAtMarket(settings, opened, account)) note(finding)
  if (opened !== undefined) for (const finding of await lookAtScheduler(settings, opened)) note(finding)
  const failures = findings.filter(({ state }) => state === 'wrong').map(({ what, says }) => `${what}: ${says}`)
  return giveAnswer({ json: { findings }, text: [], failures }, options)
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✓', warning: '!', wrong: '✗' }

function lineOf({ what, state, says, remedy }: Finding): string {
  const first = `${MARKS[state]} ${what.padEnd(12)} ${says}\n`
  return remedy === undefined ? first : `${first}${' '.repeat(15)}${remedy}\n`
}

function lookAtNode(): Finding {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const isOld = major < 22 || (major === 22 && minor < 13)
  if (!isOld) return { what: 'node', state: 'ok', says: `Node ${node}.` }
  return { what: 'node', state: 'wrong', says: `Node ${node} is too old.`, remedy: 'nodejs.org has 22.13 and newer.' }
}

type Note = (finding: Finding) => void

async function lookAtWallet({ options }: Settings, note: Note): Promise<LocalAccount | undefined> {
  const ask = process.stdin.isTTY ? askHidden : undefined
  try {
    const account = await readAccount(options, { folder: process.cwd(), env: process.env, prefix: PREFIX, ask })
    note({ what: 'wallet', state: 'ok', says: `${account.address}.` })
    return account
  } catch (error) {
    note({ what: 'wallet', state: 'wrong', says: sayWhy(error) })
    return undefined
  }
}

async function lookAtMachine(settings: Settings): Promise<readonly Finding[]> {
  const { folder, options } = settings
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const remedy = 'Name another folder with --data-dir.'
    return [{ what: 'folder', state: 'wrong', says: `${folder} cannot be used: ${sayWhy(error)}`, remedy }]
  }
  return [
    await lookAtDisk(folder, settings),
    await lookAtWasm(folder),
    ...(options.docker ? [await lookAtDocker(options.dockerHost)] : []),
  ]
}

async function lookAtDisk(folder: string, settings: Settings): Promise<Finding> {
  const free = await freeDiskOf(folder)
  const { places, cpus } = profileOf({ ...settings, engines: [] }, free)
  const gigabytes = (free / 1e9).toFixed(1)
  const [tasks, processors] = [counted(places, 'task'), counted(cpus, 'cpu')]
  const says = `${gigabytes} GB are free in ${folder}; ${tasks} at a time on ${processors}.`
  const remedy = await whyDiskTooSmall(folder)
  if (remedy === undefined) return { what: 'machine', state: 'ok', says }
  return { what: 'machine', state: 'wrong', says, remedy }
}

/** `1 task`, `2 tasks`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

async function lookAtWasm(folder: string): Promise<Finding> {
  const trial = join(folder, `doctor-${process.pid}`)
  try {
    const milliseconds = await tryWasm(createWasmEngine({ folder: trial, gateways: [], allowsPrivate: true }), trial)
    return { what: 'wasm', state: 'ok', says: `A module that does nothing ran in ${milliseconds} ms.` }
  } catch (error) {
    return { what: 'wasm', state: 'wrong', says: `A module that does nothing did not run: ${sayWhy(error)}` }
  } finally {
    await rm(trial, { recursive: true, force: true })
  }
}

async function lookAtDocker(host: string | undefined): Promise<Finding> {
  const why = await whyNoEngine(host)
  if (why === undefined) return { what: 'docker', state: 'ok', says: 'The engine answers.' }
  const remedy = 'Start Docker, or name an engine with --docker-host. Without one, only WebAssembly is run.'
  return { what: 'docker', state: 'warning', says: why, remedy }
}

async function lookAtChain(settings: Settings, note: Note): Promise<OpenedChain | undefined> {
  try {
    const opened = await openChain({ rpcUrls: settings.rpcUrls, timeoutMs: settings.rpcTimeoutMs })
    const block = await getBlock(opened.client)
    const age = Math.floor(Date.now() / 1000) - Number(block.timestamp)
    const says = `Chain ${opened.chainId} is at block ${block.number}, which is ${age} s old.`
    if (age < -MOST_SKEW) {
      const remedy = 'The clock of this machine is behind: switch its synchronisation on.'
      note({ what: 'chain', state: 'warning', says, remedy })
    } else if (age > OLD_HEAD) {
      const remedy = 'The node may be behind, the clock of this machine ahead, or the chain makes blocks on demand.'
      note({ what: 'chain', state: 'warning', says, remedy })
    } else note({ what: 'chain', state: 'ok', says })
    return opened
  } catch (error) {
    note({ what: 'chain', state: 'wrong', says: sayWhy(error), remedy: 'Name another node with --rpc.' })
    return undefined
  }
}

async function lookAtMarket(
  settings: Settings,
  { client, chainId }: OpenedChain,
  account: LocalAccount | undefined,
): Promise<readonly Finding[]> {
  const { hub, workerpool, marketUrl } = settings
  if (workerpool === undefined) {
    return [{ what: 'workerpool', state: 'wrong', says: 'None was named.', remedy: 'Name its address with --pool.' }]
  }
  const args = [workerpool] as const
  try {
    await requireWorkerpool(client, { hub, workerpool })
    const pool = await readContract(client, { address: hub, abi: hubAbi, functionName: 'viewWorkerpool', args })
    const says = `${workerpool}, "${pool.m_workerpoolDescription}", of ${pool.owner}; workers stake ${pool.m_workerStakeRatioPolicy} % of its price.`
    const found: Finding = { what: 'workerpool', state: 'ok', says }
    if (account === undefined) return [found]
    const money = await askMoney({ client, chainId, hub, worker: account.address, workerpool, marketUrl })
    const { places } = profileOf({ ...settings, engines: [] }, 0)
    const missing = sayMissing(money, places)
    const stake = `${formatRlc(money.free)} free and ${formatRlc(money.locked)} locked on the market.`
    const coins = `${formatIn(money.coins, 'ether')} ether for gas.`
    return [found, lookAtMoney('stake', stake, missing), lookAtMoney('coins', coins, missing)]
  } catch (error) {
    const remedy = 'Look at the addresses of --hub and --pool, and whether they are of this chain.'
    return [{ what: 'workerpool', state: 'wrong', says: sayWhy(error), remedy }]
  }
}

/** Who has no coins can vote for nothing; who has no stake, still for tasks of one worker. */
function lookAtMoney(what: Missing['kind'], says: string, missing: readonly Missing[]): Finding {
  const lack = missing.find(({ kind }) => kind === what)
  if (lack === undefined) return { what, state: 'ok', says }
  return { what, state: what === 'coins' ? 'wrong' : 'warning', says, remedy: lack.sentence }
}

async function lookAtScheduler(settings: Settings, { client, chainId }: OpenedChain): Promise<readonly Finding[]> {
  const { hub, workerpool, marketUrl, schedulerUrl } = settings
  const remedy = 'Ask the owner of the pool, or name its scheduler with --scheduler.'
  if (workerpool === undefined) return [{ what: 'scheduler', state: 'wrong', says: 'No workerpool was named.' }]
  try {
    if (schedulerUrl === undefined && marketUrl === undefined) {
      const where = 'Give --scheduler or --market.'
      return [{ what: 'scheduler', state: 'wrong', says: 'Nobody says where it is.', remedy: where }]
    }
    const url =
      schedulerUrl ??
      (await findScheduler({ client, chainId, hub, workerpool, marketUrl: marketUrl ?? '', now: Date.now }))
    const { pool } = welcome.parse(JSON.parse(await firstWord(url)))
    const why = whyOtherPool(pool, { chainId, hub, workerpool })
    if (why !== undefined) return [{ what: 'scheduler', state: 'wrong', says: why, remedy }]
    const storages = [...new Set([...settings.storages, ...pool.storages])]
    const says = `${url} answers; results go to ${storages.join(', ') || 'nowhere'}.`
    return [{ what: 'scheduler', state: 'ok', says }, ...(await lookAtStorages(storages, pool))]
  } catch (error) {
    return [{ what: 'scheduler', state: 'wrong', says: sayWhy(error), remedy }]
  }
}

/** One that takes results is enough; without any, nobody is paid for what has a file for a result. */
async function lookAtStorages(urls: readonly string[], pool: PoolFacts): Promise<readonly Finding[]> {
  const troubles = await Promise.all(urls.map(async (url) => whyNotStored(url, pool)))
  const bad = troubles.filter((trouble) => trouble !== undefined)
  const state = bad.length === urls.length ? 'wrong' : 'warning'
  const remedy = 'Tell the owner of the pool, or name a storage of your own with --storage.'
  return bad.map((says) => ({ what: 'storage', state, says, remedy }))
}

/** What a scheduler says before anybody logs in. */
async function firstWord(url: string): Promise<string> {
  const socket = new WebSocket(gatewayOf(url), { handshakeTimeout: 10_000 })
  try {
    const word = await new Promise<string | Error>((resolve, reject) => {
      socket.once('message', (data: Buffer) => {
        resolve(data.toString())
      })
      socket.once('unexpected-response', (_, { statusCode = 0 }) => {
        reject(new Error(whyNotOpened(url, statusCode)))
      })
      socket.once('error', resolve)
      socket.once('close', () => {
        reject(new Error(`${url} closed the connection without a word.`))
      })
    })
    if (word instanceof Error) throw new Error(await whyNotSpoken(url, word), { cause: word })
    return word
  } finally {
    socket.terminate()
  }
}
