// `iexec worker start`: joins a pool, computes for it, and ends in order.
import type { Logger } from 'pino'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { FileIsHeld, openLog, sayWhy, strayVariables } from '@iexec/service'
import { askHidden, readAccount } from '@iexec/service/wallet'
import type { Command } from 'commander'
import { openEngines, whenDocker, type EngineOptions } from '../run/engines.ts'
import { readRegistries } from '../settings/registries.ts'
import { PREFIX, SECRET_VARIABLES, workerCommand } from '../settings/options.ts'
import { readOptions, readSettings, type Settings } from '../settings/read.ts'
import { UsageError } from '../settings/usage.ts'
import { openShell } from '../shell/shell.ts'
import { startWorker, type Worker, type WorkerConfig } from '../worker.ts'
import { whyDiskTooSmall } from './disk.ts'
import { askMoney, sayMissing } from './money.ts'
import { createSpeaker, type Speaker } from './speak.ts'
import { tellPlaces } from './tellPlaces.ts'

const EXAMPLES = `
Examples:
  For the pool of the network on this machine, with the wallet of this folder:
    iexec worker start

  With the wallet of this folder, on a chain that is known by name:
    iexec worker start --pool 0x… --chain arbitrum-mainnet --market https://market.example

  On any chain, with a key of its own:
    iexec worker start --pool 0x… --rpc https://node.example --hub 0x… --market https://market.example --key-file ./key

Ctrl-C waits until no stake waits for a reveal any more; a second one ends at once.`

/** The command, as its help shows it. */
export function startCommand(): Command {
  return workerCommand('start', 'Joins a workerpool and earns RLC by computing its tasks.', EXAMPLES)
}

/** Where a running worker says who it is: other commands find it by this file. */
export const RUNNING_FILE = 'running.json'

/**
 * Runs a worker until a signal, or until its pool sends it away.
 *
 * @returns the exit code
 * @throws Error in one sentence when it cannot start
 */
export async function start(args: readonly string[]): Promise<number> {
  const options = readOptions(args, startCommand())
  const settings = await readSettings(options, process.cwd())
  const signals = watchSignals()
  const speaker = createSpeaker(options)
  const log = openLog(options.logLevel)
  for (const sentence of strayVariables(process.env, startCommand())) {
    if (!SECRET_VARIABLES.some((name) => sentence.startsWith(`${name} `))) log.warn(sentence)
  }
  const config = await completeConfig(settings)
  const wish = engineOptions(config, settings)
  const { engines, whyNoDocker } = await openEngines(wish)
  if (whyNoDocker !== undefined) speaker.say('engine', `Only WebAssembly is run: ${whyNoDocker}`)
  const whole = { ...config, engines: engines.map(({ type }) => type) }
  const worker = await startWorker(whole, { engines, log, now: Date.now, signal: signals.first }).catch(
    (error: unknown) => {
      throw error instanceof FileIsHeld ? runsAlready(config.folder, error) : error
    },
  )
  // Before anything else is waited for: the scheduler may answer at once.
  const stopTelling = tellPlaces(worker, speaker)
  const shell = await openShell(worker, { config: whole, options, log })
  await writeFile(
    join(config.folder, RUNNING_FILE),
    JSON.stringify({ pid: process.pid, url: shell.url, pool: config.workerpool, worker: config.account.address }),
    { mode: 0o600 },
  )
  speaker.say('started', `The worker ${config.account.address} listens on ${shell.url}`)
  const { client, chainId } = worker
  const { hub, marketUrl, workerpool } = whole
  const money = await askMoney({ client, chainId, hub, worker: config.account.address, workerpool, marketUrl })
  for (const { sentence } of sayMissing(money, worker.profile().places)) speaker.say('money', sentence)
  const fullDisk = await whyDiskTooSmall(config.folder)
  if (fullDisk !== undefined) speaker.say('disk', fullDisk)
  const over = new AbortController()
  const signal = AbortSignal.any([signals.first, over.signal])
  if (whyNoDocker !== undefined && wish.isDockerWanted) void addDocker(worker, { wish, speaker, log, signal })
  const code = await untilEnd(worker, { speaker, signals })
  over.abort()
  stopTelling()
  await shell.close()
  await worker.close()
  await rm(join(config.folder, RUNNING_FILE), { force: true })
  return code
}

type Signals = { readonly first: AbortSignal; readonly second: AbortSignal }

/** The first signal asks to end in order, the second one to end at once. */
function watchSignals(): Signals {
  const [first, second] = [new AbortController(), new AbortController()]
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first.signal.aborted) second.abort()
      else first.abort()
    })
  }
  return { first: first.signal, second: second.signal }
}

async function completeConfig(settings: Settings): Promise<Omit<WorkerConfig, 'engines'>> {
  const { workerpool, options } = settings
  if (workerpool === undefined) throw new UsageError('No workerpool was named: give its address with --pool.')
  if (settings.schedulerUrl === undefined && settings.marketUrl === undefined) {
    throw new UsageError(
      'Nobody says where the scheduler of the workerpool is: give --market, where its owner has told it, or --scheduler.',
    )
  }
  const ask = process.stdin.isTTY ? askHidden : undefined
  const account = await readAccount(options, { folder: process.cwd(), env: process.env, prefix: PREFIX, ask })
  await openFolder(settings.folder)
  return { ...settings, workerpool, account }
}

async function openFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const isFile = ['EEXIST', 'ENOTDIR'].includes(String((cause as { readonly code?: unknown }).code))
    const why = isFile ? 'a file has this name' : sayWhy(cause)
    throw new Error(`${folder} cannot be the folder of a worker: ${why}. Name another folder with --data-dir.`, {
      cause,
    })
  }
}

/** Of a worker, and not of services in general, which may share a PostgreSQL. */
function runsAlready(folder: string, cause: Error): Error {
  return new Error(
    `Another worker runs in ${folder}: iexec worker drain ends it in order; a second one needs a wallet and a --data-dir of its own.`,
    { cause },
  )
}

/** Gateways are the owner's, then his storages. */
function engineOptions(config: Omit<WorkerConfig, 'engines'>, { options }: Settings): EngineOptions {
  const { folder, gateways, storages, allowsPrivateInputs, account } = config
  return {
    folder,
    gateways: [...gateways, ...storages],
    allowsPrivateInputs,
    worker: account.address,
    registries: readRegistries(options.dockerConfig),
    isDockerWanted: options.docker,
    dockerHost: options.dockerHost,
  }
}

type Adding = Pick<Ending, 'speaker'> & {
  readonly wish: EngineOptions
  readonly log: Logger
  readonly signal: AbortSignal
}

/** An engine that is started after the worker is taken without a new start. */
async function addDocker(worker: Worker, { wish, speaker, log, signal }: Adding): Promise<void> {
  try {
    const docker = await whenDocker(wish, signal)
    if (docker === undefined) return
    await worker.addEngine(docker)
    speaker.say('engine', 'The Docker Engine answers: images are run from now on.')
  } catch (error) {
    log.warn(`The Docker Engine came and went: ${sayWhy(error)} Start the worker again once it stays.`)
  }
}

type Ending = { readonly speaker: Speaker; readonly signals: Signals }

async function untilEnd(worker: Worker, { speaker, signals }: Ending): Promise<number> {
  const asked = new Promise<undefined>((resolve) => {
    signals.first.addEventListener('abort', () => {
      resolve(undefined)
    })
    if (signals.first.aborted) resolve(undefined)
  })
  const goodbye = await Promise.race([asked, worker.ended])
  if (goodbye !== undefined && !signals.first.aborted) {
    speaker.say('goodbye', `The pool has sent this worker away: ${goodbye}`)
  }
  const open = countOpen(worker)
  if (open > 0) speaker.say('draining', `It takes nothing new, and finishes ${open}. Once more ends it at once.`)
  await worker.drain(signals.second)
  const left = countOpen(worker)
  if (left > 0)
    speaker.say('left', `Left for the next start: ${left}. Start again before their deadlines, or stakes are lost.`)
  else speaker.say('ended', 'Nothing is left to do.')
  return goodbye === undefined || signals.first.aborted ? 0 : 1
}

function countOpen({ desk }: Worker): number {
  return desk.list().filter(({ ending, at }) => ending === undefined && at !== 'revealed').length
}
