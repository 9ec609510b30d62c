// iexec app check and test: an app is tried on this machine, with the engines of the worker's package.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isIpfsPath } from '@iexec/protocol'
import { CliError, type CliErrorParts } from '../../cliError.ts'
import type { Call, Command, Option, Outcome } from '../../command.ts'
import { requireSection } from '../../files/iexecFile.ts'
import { CHAIN_OPTION } from '../../options.ts'
import { askOuterPackage, OUTER_PACKAGES, placesFor } from '../../outerPackage.ts'
import { WRONG_USAGE } from '../../render.ts'
import { chainOf, projectFolder } from '../../session.ts'
import { readApp } from './readApp.ts'

const TRIAL_OPTIONS: readonly Option[] = [
  { flags: '--args <text>', summary: 'arguments of the app, in one text' },
  { flags: '--input-file <files...>', summary: 'inputs: paths, URLs or /ipfs paths' },
  { flags: '--dataset <file>', summary: 'the dataset: a path, a URL or an /ipfs path' },
  { flags: '--seconds <number>', summary: 'time of its category', fallback: '300' },
  { flags: '--callback', summary: 'its result goes to a contract' },
  { flags: '--allow-network', summary: 'it may reach the internet' },
  { flags: '--docker-host <url>', summary: 'Docker engine, as DOCKER_HOST has it', fallback: 'that of this machine' },
  { flags: '--ipfs-gateway <urls...>', summary: 'gateways for files of IPFS', fallback: 'ipfsGateway of the chain' },
  CHAIN_OPTION,
]

const APP_ARGUMENT = {
  name: 'app',
  summary: 'an image by its reference, or a module: a .wasm file, a URL or an /ipfs path; app.multiaddr when left out',
  isOptional: true,
}

export const checkAppCommand: Command = {
  name: 'check',
  summary: 'look whether workers would take an app, and whether all get the same result',
  description:
    'Looks whether workers would take the app: folders, platform, size, digest. Then it runs the app several times with the same inputs, while what differs between workers is varied: start time, clock, time zone, host name, cpus, process numbers, order of files, temporary folder. It says what differs, from which byte, why, and what to do. Needs the package @iexec/worker.',
  arguments: [APP_ARGUMENT],
  options: TRIAL_OPTIONS,
  examples: [
    { line: 'iexec app check', meaning: 'the app of iexec.json' },
    { line: 'iexec app check my-app:1.0.0 --args "--fast"', meaning: 'an image of this machine, with arguments' },
    { line: 'iexec app check app.wasm --input-file data.csv', meaning: 'a module, with an input' },
  ],
  run: async (call) => tryApp(call, 'check', []),
}

export const testAppCommand: Command = {
  name: 'test',
  summary: 'run an app once on this machine, exactly as a worker would',
  description:
    'Runs an app once, with the same limits and the same containment as on a worker, and keeps what a requester would download, with its digest. Needs the package @iexec/worker.',
  arguments: [APP_ARGUMENT],
  options: [
    ...TRIAL_OPTIONS,
    { flags: '--out <folder>', summary: 'folder for the result; it must not be there yet', fallback: 'result' },
  ],
  examples: [
    { line: 'iexec app test', meaning: 'the app of iexec.json' },
    { line: 'iexec app test my-app:1.0.0 --args hello --out first', meaning: 'its result is in the folder first' },
  ],
  run: async (call) => tryApp(call, 'test', valuesOf(call, 'out', '--out')),
}

/** What the package of the worker answers: what came of the trial, or why there was none. */
type TrialAnswer =
  | {
      readonly json: Readonly<Record<string, unknown>>
      readonly text: readonly string[]
      readonly failures: readonly string[]
    }
  | { readonly ok: false; readonly error: { readonly message: string } & CliErrorParts }

async function tryApp(call: Call, name: 'check' | 'test', more: readonly string[]): Promise<Outcome> {
  const worker = OUTER_PACKAGES.find((outer) => outer.name === 'worker')
  if (worker === undefined) throw new CliError('Failed', 'Nobody knows the package of the worker.')
  const app = call.args[0] ?? (await appOfProject(call))
  const places = placesFor(resolve(projectFolder()), fileURLToPath(import.meta.url))
  const line = [`app-${name}`, ...lineOf(call), ...(await gatewayFor(call, app)), ...more, '--json', '--', app]
  const { code, said } = await askOuterPackage(worker, line, { places, what: `iexec app ${name}` })
  const answer = readAnswer(said)
  const kind = code === WRONG_USAGE ? 'Usage' : 'Failed'
  if (answer === undefined) {
    throw new CliError(
      kind,
      `${app} was not tried: the package @iexec/worker ended with ${code} and without an answer.`,
      {
        hints: ['What it wrote on stderr says why.'],
        details: { code },
      },
    )
  }
  if ('error' in answer) throw new CliError(kind, answer.error.message, answer.error)
  const { json, text, failures } = answer
  return { raw: json, json, text, failures }
}

/**
 * The gateway of the chain, where something of IPFS is named and no gateway.
 *
 * @throws CliError `Usage` when the chain has none
 */
async function gatewayFor(call: Call, app: string): Promise<readonly string[]> {
  const { inputFile = [], dataset, ipfsGateway } = call.options
  const files: readonly unknown[] = [app, inputFile, dataset].flat()
  const named = files.filter((file) => typeof file === 'string').find(isIpfsPath)
  if (named === undefined || ipfsGateway !== undefined) return []
  const chain = await chainOf(call).catch((error: unknown) => {
    // Only a chain that was named has to be there.
    if (call.options['chain'] !== undefined || !(error instanceof CliError)) throw error
  })
  if (chain?.storageUrl !== undefined) return [`--ipfs-gateway=${chain.storageUrl}`]
  const why = chain === undefined ? 'no chain names a gateway here' : `the chain ${chain.name} has no ipfsGateway`
  throw new CliError('Usage', `${named} is on IPFS, and ${why}.`, {
    hints: ['Name a gateway with --ipfs-gateway, or write ipfsGateway into chain.json.'],
  })
}

async function appOfProject({ terminal }: Call): Promise<string> {
  return readApp(await requireSection(projectFolder(), 'app', terminal)).multiaddr
}

function lineOf(call: Call): readonly string[] {
  return [
    ...valuesOf(call, 'args', '--args'),
    ...valuesOf(call, 'inputFile', '--input-file'),
    ...valuesOf(call, 'dataset', '--dataset'),
    ...valuesOf(call, 'seconds', '--seconds'),
    ...valuesOf(call, 'dockerHost', '--docker-host'),
    ...valuesOf(call, 'ipfsGateway', '--ipfs-gateway'),
    ...(call.options['callback'] === true ? ['--callback'] : []),
    ...(call.options['allowNetwork'] === true ? ['--allow-network'] : []),
  ]
}

/** The flag once for each of its values; with `=`, so that a value may begin with a dash. */
function valuesOf({ options }: Call, name: string, flag: string): readonly string[] {
  const given = options[name]
  const values: readonly unknown[] = Array.isArray(given) ? given : [given]
  return values.filter((value) => typeof value === 'string').map((value) => `${flag}=${value}`)
}

function readAnswer(said: string): TrialAnswer | undefined {
  try {
    return JSON.parse(said) as TrialAnswer
  } catch {
    return undefined
  }
}
