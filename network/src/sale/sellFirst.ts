// `pnpm start`: the whole market on this machine, and the first sale on it before its user's eyes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { IexecError } from '@iexec/sdk'
import { findShell } from '@iexec/store'
import { Option } from 'commander'
import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import {
  dockerHostOption,
  folderOf,
  networkCommand,
  noDockerOption,
  parseLine,
  registryImageOption,
  whole,
  wordsOf as placeWords,
  type Place,
} from '../command/options.ts'
import { reset } from '../command/reset.ts'
import { createSpeaker, speakEvenIfNobodyHears } from '../command/speak.ts'
import { start } from '../command/start.ts'
import { stop } from '../command/stop.ts'
import { NetworkFault } from '../folder/fault.ts'
import { isNetworkFolder } from '../folder/networkFolder.ts'
import type { Account, Role } from '../folder/accounts.ts'
import { PORT_BASES } from '../folder/ports.ts'
import { readNetworkFile, type NetworkFile } from '../folder/networkFile.ts'
import { findSupervisor } from '../folder/running.ts'
import { whyNoEngine } from '../registry/engine.ts'
import type { Say } from '../run/keepAlive.ts'
import { listInStore, taskPage } from '../run/webPart.ts'
import { buildImageOfModule, buildModule, offerImage } from './goods.ts'
import type { Goods, SaleMarket } from './market.ts'
import { requireRoom } from './room.ts'
import { sellAndRun } from './sale.ts'
import type { Step } from './steps.ts'
import { takeTurns, type Voice } from './takeTurns.ts'
import { wordsOf } from './words.ts'

type Options = Place & {
  readonly once?: boolean
  readonly fresh?: boolean
  readonly portBase?: number
  readonly docker: boolean
  readonly dockerHost?: string
  readonly registryImage?: string
  readonly json?: boolean
}

/** What is sold: the module, and the image as soon as it is built; undefined where that cannot be. */
type Shelf = { readonly module: Promise<Goods>; readonly image: Promise<boolean> }

/** As shells count who was ended by Ctrl-C. */
const INTERRUPTED = 130

/**
 * Starts the market unless it runs, sells a picture on it, and leaves it running. Whoever ends this early is told what goes on.
 *
 * @returns the exit code: 0 when the sale came to its end
 * @throws NetworkFault or IexecError when something is in the way; with --json it is told as an event, too
 */
export async function sellFirst(args: readonly string[]): Promise<number> {
  const options = parseLine<Options>(command(), args)
  const voice = takeTurns(createSpeaker(options.json === true))
  speakEvenIfNobodyHears()
  const signal = watchSignals()
  try {
    return await startAndSell({ folder: folderOf(options), options, voice, signal })
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    voice.goOn()
    const hints = error instanceof IexecError ? error.hints : []
    if (options.json === true) voice.say('failed', error instanceof Error ? error.message : String(error), { hints })
    throw error
  }
}

/** A second signal changes nothing: the market ends in order. */
function watchSignals(): AbortSignal {
  const leaving = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      leaving.abort()
    })
  }
  return leaving.signal
}

async function startAndSell(selling: Selling): Promise<number> {
  const { folder, options, voice, signal } = selling
  const place = options.dataDir === undefined ? ['--name', options.name] : ['--data-dir', options.dataDir]
  const tell = (sentence: string): void => {
    if (options.json === true) voice.say('market', sentence)
    else console.log(sentence)
  }
  // The app is built while the market starts. Its fault is told when it is needed.
  const shelf = buildAll(options, voice.say)
  // Of a start that failed, nothing but logs may be left.
  if (options.fresh === true && isNetworkFolder(folder)) {
    const exitCode = await reset([...place, '--yes'], tell)
    if (exitCode !== 0) return exitCode
  }
  const isOurs = findSupervisor(folder) === undefined
  if (!isOurs && options.once === true) {
    tell(
      `The market runs already: --once ends only what it starts, so it goes on after the sale. ${howToStop(options)}`,
    )
  }
  signal.throwIfAborted()
  if (isOurs) {
    const exitCode = await start(['--detach', ...place, ...wordsForStart(options)])
    if (exitCode !== 0) return exitCode
  }
  const endsMarket = isOurs && options.once === true
  try {
    await unlessAborted(sellAll(shelf, selling), signal)
  } catch (error) {
    voice.goOn()
    if (signal.aborted)
      tell(
        `\nThe sale was left. ${endsMarket ? 'The market ends.' : `The market goes on. ${howToStop(options)}`}`.trim(),
      )
    throw error
  } finally {
    if (endsMarket) await stop(place, tell)
  }
  return 0
}

function howToStop(options: Options): string {
  return `npx -y pnpm@12.21.0 iexec network stop${placeWords(options)} ends it.`
}

/** @throws the signal's reason as soon as it is aborted, whatever the work does */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => undefined)
  const { promise, reject } = Promise.withResolvers<never>()
  const leave = (): void => {
    reject(signal.reason as Error)
  }
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function wordsForStart({ portBase, json, docker, dockerHost }: Options): readonly string[] {
  return [
    ...(portBase === undefined ? [] : ['--port-base', String(portBase)]),
    ...(dockerHost === undefined ? [] : ['--docker-host', dockerHost]),
    ...(docker ? [] : ['--no-docker']),
    ...(json === true ? ['--json'] : []),
  ]
}

function command(): ReturnType<typeof networkCommand> {
  return networkCommand({
    name: 'first',
    description:
      'Starts the whole market on this machine, sells an app on it, buys a run that all workers have to agree on, and leaves the market running. With a container engine, the image of the same app is sold, too.',
    examples: [
      ['npx -y pnpm@12.21.0 start', 'the market stays; start it again for another sale'],
      ['npx -y pnpm@12.21.0 start --once', 'ends it after the sale, unless it ran before; everything is kept'],
    ],
  })
    .name('pnpm start')
    .addOption(new Option('--once', 'end the market after the sale, unless it ran before'))
    .addOption(new Option('--fresh', 'forget what was on the market before'))
    .addOption(
      new Option('--port-base <number>', 'port of the chain; services follow').argParser(
        whole(PORT_BASES.least, PORT_BASES.most),
      ),
    )
    .addOption(dockerHostOption())
    .addOption(noDockerOption())
    .addOption(registryImageOption())
    .addOption(new Option('--json', 'print JSON lines, for programs'))
}

/** Begins to build all that is sold. */
function buildAll(options: Options, say: Say): Shelf {
  const module = buildModule()
  const image = isImageBuilt(module, options, say)
  // The site needs its pages: whoever serves them tells what is wrong with them.
  for (const work of [module, image, findShell()]) work.catch(() => undefined)
  return { module, image }
}

/** Where no engine is, that is told in a line. */
async function isImageBuilt(module: Promise<Goods>, { docker, dockerHost }: Options, say: Say): Promise<boolean> {
  try {
    const why = docker ? await whyNoEngine(dockerHost) : 'Docker is switched off.'
    if (why !== undefined) throw new NetworkFault(why)
    await module
    await buildImageOfModule(dockerHost, say)
    return true
  } catch (error) {
    sayNoImage(error, say)
    return false
  }
}

/** A network without images is a network: only what nobody foresaw ends the sale. */
function sayNoImage(error: unknown, say: Say): void {
  if (!(error instanceof NetworkFault)) throw error
  const why = error.message.replace(/[.!?]?$/u, '.')
  say('no-image', `The app is sold as WebAssembly alone, not as an image. ${why}`, { why })
}

type Selling = {
  readonly folder: string
  readonly options: Options
  readonly voice: Voice
  readonly signal: AbortSignal
}

/** A sale that came to its end. */
type Sold = {
  readonly type: Goods['product']['type']
  readonly picture: string
  /** The page of its task; undefined without a site. */
  readonly page: string | undefined
  /** Who agreed on the result. */
  readonly voters: readonly string[]
  readonly milliseconds: number
}

async function sellAll(shelf: Shelf, selling: Selling): Promise<void> {
  const { folder, options, voice } = selling
  const network = readNetworkFile(folder)
  if (network === undefined) throw new NetworkFault(`The network in ${folder} has no network.json: it is not ready.`)
  await requireRoom(folder)
  const module = await shelf.module
  const sold = [await sell(module, { ...selling, network })]
  const image = (await shelf.image) ? await offer(module, { ...selling, network }) : undefined
  if (image !== undefined) sold.push(await sell(image, { ...selling, network }))
  const areSame = await areSameBytes(sold)
  if (options.json !== true) console.log(sayEnd({ sold, areSame, options, network }))
  else if (sold.length > 1) voice.say('compared', sayCompared(areSame), { same: areSame })
}

type OnNetwork = Selling & { readonly network: NetworkFile }

async function offer(
  module: Goods,
  { folder, options, voice: { say }, network }: OnNetwork,
): Promise<Goods | undefined> {
  const { dockerHost, registryImage } = options
  try {
    return await offerImage(module, { folder, network, dockerHost, registryImage, say })
  } catch (error) {
    sayNoImage(error, say)
    return undefined
  }
}

const TITLES: Readonly<Record<Sold['type'], string>> = {
  WASM: 'The first sale: a ray tracer in WebAssembly renders the Stanford bunny.',
  DOCKER: 'The second sale: the same ray tracer, as an image in containers.',
}

async function sell(goods: Goods, { folder, options, voice, signal, network }: OnNetwork): Promise<Sold> {
  const { type } = goods.product
  const isJson = options.json === true
  const tell = (step: Step): void => {
    // Whoever has left hears no more of it.
    if (signal.aborted) return
    if (isJson) voice.say('sale', step.step, { ...plain(step), type })
    else for (const line of wordsOf(step)) console.log(line)
  }
  if (!isJson) {
    voice.hold()
    console.log(`\n${TITLES[type]}\n`)
  }
  const results = type === 'WASM' ? join(folder, 'results') : join(folder, 'results/of-image')
  const { task, voters, files, milliseconds } = await sellAndRun(marketOf(network), goods, {
    folder: results,
    tell,
    signal,
  })
  const page = taskPage(network, task)
  await listInStore(folder, network, voice.say)
  if (!isJson) console.log('')
  voice.goOn()
  if (isJson)
    voice.say('sold', 'The sale came to its end.', { ms: Math.round(milliseconds), type, files, page, voters })
  return {
    type,
    page,
    picture: files.find((file) => file.endsWith('.png')) ?? files[0] ?? results,
    voters,
    milliseconds,
  }
}

async function areSameBytes(sold: readonly Sold[]): Promise<boolean> {
  const [first, ...others] = await Promise.all(sold.map(async ({ picture }) => readFile(picture)))
  return others.every((other) => first?.equals(other) === true)
}

/** Numbers that JSON has no form for are told as digits. */
function plain(step: Step): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Readonly<Record<string, unknown>>
}

function marketOf(network: NetworkFile): SaleMarket {
  const { accounts, rpcUrl, chainId, hub, marketUrl, storageUrl, ipfsApiUrl, workerpool } = network
  return {
    chain: { name: 'local', chainId, hub, rpcUrls: [rpcUrl], marketUrl, storageUrl, ipfsApiUrl },
    workerpool,
    appOwner: signerOf(accounts, 'app-owner'),
    requester: signerOf(accounts, 'requester'),
    poolOwner: signerOf(accounts, 'pool-owner').address,
    workers: accounts
      .filter(({ role }) => role.startsWith('worker-'))
      .map(({ role, address }) => ({ name: role, address })),
  }
}

function signerOf(accounts: readonly Account[], wanted: Role): LocalAccount {
  const account = accounts.find(({ role }) => role === wanted)
  if (account === undefined) throw new NetworkFault(`network.json names nobody who is the ${wanted}.`)
  return privateKeyToAccount(account.privateKey)
}

type End = {
  readonly sold: readonly Sold[]
  readonly areSame: boolean
  readonly options: Options
  readonly network: NetworkFile
}

function sayEnd({ sold, areSame, options, network }: End): string {
  const pages = sold.flatMap(({ page }) => page ?? [])
  const goesOn =
    options.once === true
      ? []
      : [
          ...(pages.length === 0
            ? []
            : ['All that happened, and what can be checked of it, is on the page of the task:']),
          ...pages.map((page) => `  ${page}`),
          `The market goes on: ${network.marketUrl} (orders), ${network.rpcUrl} (chain), ${network.storageUrl} (files).`,
          `  npx -y pnpm@12.21.0 iexec network status${placeWords(options)} shows it, and stop ends it.`,
        ]
  const seconds = sold.map(({ milliseconds }) => `${(milliseconds / 1_000).toFixed(1)} s`)
  const voters = new Set(sold.map((one) => one.voters.length))
  const isOne = sold.length === 1
  return [
    ...(sold.length === 1 ? [] : ['']),
    `Sold, computed by ${[...voters].join(' and ')} workers who agree, verified and paid in ${seconds.join(' and ')}. The picture${isOne ? '' : 's'}:`,
    ...sold.map(({ picture }) => `  ${pathToFileURL(picture).href}`),
    ...(isOne ? [] : [sayCompared(areSame)]),
    ...goesOn,
  ].join('\n')
}

function sayCompared(areSame: boolean): string {
  return areSame
    ? 'Both pictures are the same bytes, one made by the module and one by the image.'
    : 'The picture that the module made and the one that the image made are not the same bytes.'
}
