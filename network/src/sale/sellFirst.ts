// `pnpm start`: the whole market on this machine, and the first sale on it before its user's eyes.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { parseRlc } from '@iexec/protocol'
import { Option } from 'commander'
import type { LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { folderOf, networkCommand, parseLine, whole, wordsOf as placeWords, type Place } from '../command/options.ts'
import { reset } from '../command/reset.ts'
import { createSpeaker } from '../command/speak.ts'
import { start } from '../command/start.ts'
import { stop } from '../command/stop.ts'
import { NetworkFault } from '../folder/fault.ts'
import type { Account, Role } from '../folder/accounts.ts'
import { PORT_BASES } from '../folder/ports.ts'
import { readNetworkFile, type NetworkFile } from '../folder/networkFile.ts'
import { findSupervisor } from '../folder/running.ts'
import type { Goods, SaleMarket } from './market.ts'
import { sellAndRun } from './sale.ts'
import type { Step } from './steps.ts'
import { wordsOf } from './words.ts'

type Options = Place & {
  readonly once?: boolean
  readonly fresh?: boolean
  readonly portBase?: number
  readonly json?: boolean
}

const EXAMPLES = join(import.meta.dirname, '../../../examples')
const PRICE = parseRlc('0.02 RLC')
/** Small enough that three workers on one machine are done in a moment. */
const ARGS = '--size 320x320 --samples 4'

/**
 * Starts the market unless it runs, sells a picture on it, and leaves it running.
 *
 * @returns the exit code: 0 when the sale came to its end
 * @throws NetworkFault or IexecError when something is in the way
 */
export async function sellFirst(args: readonly string[]): Promise<number> {
  const options = parseLine<Options>(command(), args)
  const place = options.dataDir === undefined ? ['--name', options.name] : ['--data-dir', options.dataDir]
  const folder = folderOf(options)
  // The app is built while the market starts. Its fault is told when it is needed.
  const goods = buildGoods()
  goods.catch(() => undefined)
  if (options.fresh === true) await reset([...place, '--yes'])
  if (findSupervisor(folder) === undefined) {
    const base = options.portBase === undefined ? [] : ['--port-base', String(options.portBase)]
    const exitCode = await start(['--detach', ...place, ...base, ...(options.json === true ? ['--json'] : [])])
    if (exitCode !== 0) return exitCode
  }
  try {
    await sell(await goods, { folder, options })
  } finally {
    if (options.once === true) await stop(place)
  }
  return 0
}

function command(): ReturnType<typeof networkCommand> {
  return networkCommand({
    name: 'first',
    description:
      'Starts the whole market on this machine, sells an app on it, buys a run that all workers have to agree on, and leaves the market running.',
    examples: [
      ['npx -y pnpm@12.21.0 start', 'the market stays; start it again for another sale'],
      ['npx -y pnpm@12.21.0 start --once', 'ends it after the sale; everything is kept'],
    ],
  })
    .name('pnpm start')
    .addOption(new Option('--once', 'end the market after the sale'))
    .addOption(new Option('--fresh', 'forget what was on the market before'))
    .addOption(
      new Option('--port-base <number>', 'port of the chain; services follow').argParser(
        whole(PORT_BASES.least, PORT_BASES.most),
      ),
    )
    .addOption(new Option('--json', 'print JSON lines, for programs'))
}

async function sell(
  goods: Goods,
  { folder, options }: { readonly folder: string; readonly options: Options },
): Promise<void> {
  const network = readNetworkFile(folder)
  if (network === undefined) throw new NetworkFault(`The network in ${folder} has no network.json: it is not ready.`)
  const isJson = options.json === true
  const say = createSpeaker(true)
  const tell = (step: Step): void => {
    if (isJson) say('sale', step.step, plain(step))
    else for (const line of wordsOf(step)) console.log(line)
  }
  if (!isJson) console.log('\nThe first sale: a ray tracer in WebAssembly renders the Stanford bunny.\n')
  const results = join(folder, 'results')
  const { signal } = new AbortController()
  const { files, milliseconds } = await sellAndRun(marketOf(network), goods, { folder: results, tell, signal })
  const picture = files.find((file) => file.endsWith('.png')) ?? files[0] ?? results
  if (isJson) say('sold', 'The sale came to its end.', { ms: Math.round(milliseconds), files })
  else console.log(sayEnd({ picture, milliseconds, options, network }))
}

/** Numbers that JSON has no form for are told as digits. */
function plain(step: Step): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as Readonly<Record<string, unknown>>
}

async function buildGoods(): Promise<Goods> {
  const run = promisify(execFile)
  const [model] = await Promise.all([
    run(process.execPath, [join(EXAMPLES, 'ray-tracer/bunny.ts')], { maxBuffer: 2 ** 26 }),
    run(process.execPath, [join(EXAMPLES, 'wasi/build.ts'), 'ray-tracer']),
  ])
  return {
    name: 'ray-tracer',
    module: await readFile(join(EXAMPLES, 'ray-tracer/app.wasm')),
    inputs: [{ name: 'bunny.obj', content: Buffer.from(model.stdout) }],
    args: ARGS,
    price: PRICE,
  }
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
  readonly picture: string
  readonly milliseconds: number
  readonly options: Options
  readonly network: NetworkFile
}

function sayEnd({ picture, milliseconds, options, network }: End): string {
  const seconds = (milliseconds / 1_000).toFixed(1)
  const goesOn =
    options.once === true
      ? []
      : [
          `The market goes on: ${network.marketUrl} (orders), ${network.rpcUrl} (chain), ${network.storageUrl} (files).`,
          `  npx -y pnpm@12.21.0 iexec network status${placeWords(options)} shows it, and stop ends it.`,
        ]
  return [
    '',
    `Sold, computed by all workers, verified and paid in ${seconds} s. The picture:`,
    `  ${pathToFileURL(picture).href}`,
    ...goesOn,
  ].join('\n')
}
