// `iexec app check` and `iexec app test`: an app is tried on this machine, exactly as a worker would run it.
import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import {
  checkLocalApp,
  openLocalApp,
  testApp,
  type CheckReport,
  type Difference,
  type LocalApp,
  type LocalAppSource,
  type LocalWish,
  type TestedApp,
} from '@iexec/runtime'
import { isIpfsPath } from '@iexec/protocol'
import { asGateway, asText, sayWhy, whole } from '@iexec/service'
import { Command } from 'commander'
import { asEngine } from '../settings/options.ts'
import { formOf } from '../settings/form.ts'
import { UsageError } from '../settings/usage.ts'

/** What came of a trial: for programs, and line by line for people. */
export type TrialReport = {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: readonly string[]
  /** Why the app cannot be sold like this, a sentence each. */
  readonly failures: readonly string[]
}

type TrialOptions = {
  readonly args?: string
  readonly inputFile?: readonly string[]
  readonly dataset?: string
  readonly seconds: number
  readonly callback?: boolean
  readonly allowNetwork?: boolean
  readonly dockerHost?: string
  readonly ipfsGateway?: readonly string[]
  readonly out?: string
  readonly json?: boolean
}

/** How long an app may be fetched, in seconds. */
const FETCH_SECONDS = 1_800

/** Tries whether an app is acceptable and deterministic. @returns the exit code */
export async function checkCommand(args: readonly string[]): Promise<number> {
  const command = trialCommand(
    'check',
    'Looks whether workers would take an app, and whether it gives all of them the same result.',
  )
  return runTrial(command, args, checkOne)
}

/** Runs an app once. @returns the exit code */
export async function testCommand(args: readonly string[]): Promise<number> {
  const command = trialCommand('test', 'Runs an app once, exactly as a worker would, and keeps its result.').option(
    '--out <folder>',
    'folder for the result; it must not be there yet',
    'result',
  )
  return runTrial(command, args, testOne)
}

function trialCommand(name: string, description: string): Command {
  return new Command(`iexec app ${name}`)
    .description(description)
    .exitOverride()
    .argument(
      '<app>',
      'an image by its reference, or a module: a .wasm file, a URL or an /ipfs path that ends in .wasm',
    )
    .option('--args <text>', 'arguments of the app, in one text', asText)
    .option('--input-file <files...>', 'inputs: paths, URLs or /ipfs paths')
    .option('--dataset <file>', 'the dataset: a path, a URL or an /ipfs path', asText)
    .option('--seconds <number>', 'time of its category', whole(1, 10_000_000), 300)
    .option('--callback', 'its result goes to a contract')
    .option('--allow-network', 'it may reach the internet')
    .option('--docker-host <url>', 'Docker engine, as DOCKER_HOST has it', asEngine)
    .option(
      '--ipfs-gateway <urls...>',
      'gateways for files of IPFS',
      (text: string, all: readonly string[]) => [...all, asGateway(text)],
      [],
    )
    .option('--json', 'print JSON')
}

type Trial = {
  readonly app: LocalApp
  readonly wish: LocalWish
  readonly options: TrialOptions
  readonly folder: string
  readonly signal: AbortSignal
}

async function runTrial(
  command: Command,
  args: readonly string[],
  carryOut: (trial: Trial) => Promise<TrialReport>,
): Promise<number> {
  if (formOf(args) !== 'text') command.configureOutput({ writeErr: () => undefined })
  command.parse([...args], { from: 'user' })
  const options = command.opts<TrialOptions>()
  const [name = ''] = command.args
  const [wish, source] = [wishOf(options), sourceOf(name)]
  const stop = new AbortController()
  process.once('SIGINT', () => {
    stop.abort(new Error('It was stopped.'))
  })
  const out = options.out === undefined ? undefined : await makeOut(resolve(options.out))
  const folder = await mkdtemp(join(tmpdir(), 'iexec-app-'))
  try {
    tell(`Looking at ${name} …`)
    const app = await openApp(source, { options, folder, signal: stop.signal })
    const report = await carryOut({ app, wish, options, folder, signal: stop.signal })
    const { text, failures } = report
    if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`)
    else for (const line of [...text, ...failures]) process.stdout.write(`${line}\n`)
    return failures.length === 0 ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
    // Nothing came of it.
    if (out !== undefined) await rmdir(out).catch(() => undefined)
  }
}

/**
 * The folder for the result, made before anything is fetched or run.
 *
 * One level after the other: where a system refuses new folders without a reason, as in /proc, node tries all of them for ever.
 *
 * @throws Error when it is there already, or cannot be made
 */
async function makeOut(out: string): Promise<string> {
  if (existsSync(out)) throw new Error(`${out} is there already: name another folder with --out.`)
  const missing = [out]
  for (let above = dirname(out); !existsSync(above); above = dirname(above)) missing.unshift(above)
  try {
    for (const path of missing) await mkdir(path)
  } catch (cause) {
    throw new Error(
      `The folder ${out} cannot be made: ${sayWhy(cause).replace(/^[A-Z]+: (.*), mkdir .*$/su, '$1')}. Name another one with --out.`,
      { cause },
    )
  }
  return out
}

type Opening = Pick<Trial, 'options' | 'folder' | 'signal'>

async function openApp(source: LocalAppSource, { options, folder, signal }: Opening): Promise<LocalApp> {
  const { dockerHost: host, ipfsGateway: gateways = [] } = options
  return openLocalApp(source, {
    folder: join(folder, 'engine'),
    docker: { label: `trial-${process.pid}`, ...(host === undefined ? {} : { host }) },
    gateways,
    // Whoever tries an app named its files himself.
    allowsPrivate: true,
    signal,
    seconds: FETCH_SECONDS,
  })
}

function sourceOf(name: string): LocalAppSource {
  const isModule = /\.wasm$/iu.test(name) || ELSEWHERE.test(name)
  return isModule ? { type: 'WASM', module: pathOf(name) } : { type: 'DOCKER', image: name }
}

function wishOf({ args, inputFile, dataset, seconds, callback, allowNetwork }: TrialOptions): LocalWish {
  return {
    args,
    inputFiles: inputFile?.map(pathOf),
    dataset: dataset === undefined ? undefined : pathOf(dataset),
    categorySeconds: seconds,
    hasCallback: callback,
    network: allowNetwork,
  }
}

/** What is not on this disk, but fetched. */
const ELSEWHERE = /^(?:https?:\/\/|\/ipfs\/)/iu

/** A mistyped name is none of the app's faults: nothing is run. */
function pathOf(name: string): string {
  if (existsSync(name)) {
    if (statSync(name).isFile()) return resolve(name)
    throw new UsageError(`${resolve(name)} is no file, but a folder or something else: name a file.`)
  }
  if (isIpfsPath(name) || (/^https?:/iu.test(name) && URL.canParse(name))) return name
  if (ELSEWHERE.test(name)) {
    throw new UsageError(
      `${name} is neither a URL nor a path of IPFS, such as /ipfs/Qm… with 46 characters: is all of it there?`,
    )
  }
  throw new UsageError(`There is no file ${resolve(name)}: name one that is there, a URL, or an /ipfs path.`)
}

async function checkOne({ app, wish, options, folder, signal }: Trial): Promise<TrialReport> {
  const report = await checkLocalApp(app, wish, {
    folder: join(folder, 'check'),
    gateways: options.ipfsGateway ?? [],
    signal,
    onRun: ({ number, varied }) => {
      tell(`Run ${number}${varied.length === 0 ? '' : `, with another ${varied.join(', ')}`} …`)
    },
  })
  const failures = [...app.refusals, ...failuresOf(report)]
  return {
    json: { app: app.app, image: app.image, refusals: app.refusals, toDo: app.toDo, report },
    text: linesOf(app, report),
    failures,
  }
}

function linesOf({ app, image, toDo }: LocalApp, report: CheckReport): readonly string[] {
  return [
    `${app.type} ${app.multiaddr}, checksum ${app.checksum}`,
    ...(image === undefined ? [] : [`Platform ${image.platform}, ${image.sizeBytes} bytes.`]),
    ...(report.kind === 'deterministic'
      ? [`All ${report.runs} runs gave the digest ${report.digest}.`, ...report.differences.map(sayDifference)]
      : []),
    `Varied: ${report.varied.join(', ')}.`,
    ...report.notVaried.map(({ thing, why }) => `Not varied: ${thing}. ${why}`),
    ...warningLines(report.warnings),
    ...toDo,
  ]
}

function warningLines(warnings: readonly string[] = []): readonly string[] {
  return warnings.map((warning) => `Warning: ${warning}`)
}

function failuresOf(report: CheckReport): readonly string[] {
  if (report.kind === 'deterministic') return []
  if (report.kind === 'failed') return [report.message]
  const { votes, explainedBy, differences, advice } = report
  const cause =
    explainedBy.length === 0 ? 'None of these alone explains it' : `What explains it: ${explainedBy.join(', ')}`
  return [
    `Two runs gave different results: ${votes[0]} and ${votes[1]}. ${cause}.`,
    ...differences.map(sayDifference),
    ...advice,
  ]
}

function sayDifference({ output, fromByte, excerpts, missingIn }: Difference): string {
  if (missingIn !== undefined) return `${output} is only in one of two results.`
  const [one = '', other = ''] = excerpts ?? []
  return `${output} differs from byte ${fromByte ?? 0}: ${JSON.stringify(one)} and ${JSON.stringify(other)}.`
}

async function testOne({ app, wish, options, signal }: Trial): Promise<TrialReport> {
  const tested = await testApp(app, wish, {
    folder: resolve(options.out ?? 'result'),
    gateways: options.ipfsGateway ?? [],
    signal,
    onEvent: (event) => {
      if (event.type === 'running') tell('The app runs …')
      if (event.type === 'log') process.stderr.write(event.text)
    },
  })
  return {
    json: { app: app.app, refusals: app.refusals, toDo: app.toDo, ...plainOf(tested) },
    text: [
      `The result is in ${tested.resultFolder}.`,
      ...(tested.digest === undefined ? [] : [`Workers would vote for the digest ${tested.digest}.`]),
      ...warningLines(tested.warnings),
      ...app.toDo,
    ],
    failures: [...app.refusals, ...(tested.kind === 'fault' ? [`${tested.cause}: ${tested.message}`] : [])],
  }
}

function plainOf(tested: TestedApp): Readonly<Record<string, unknown>> {
  const { resultFolder, archive, ran, digest, kind, warnings = [] } = tested
  const milliseconds = ran?.milliseconds
  const fault = tested.kind === 'fault' ? { cause: tested.cause, message: tested.message } : {}
  return { kind, digest, resultFolder, archive, ending: ran?.ending, milliseconds, warnings, ...fault }
}

/** Progress stands apart from the result, for whoever reads that with a program. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}
