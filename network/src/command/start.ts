// `iexec network start`: a whole market on this machine, in front of its user or behind him.
import process from 'node:process'
import { Option, type Command } from 'commander'
import { readHabits } from '../folder/networkFolder.ts'
import type { NetworkFile } from '../folder/networkFile.ts'
import { MOST_WORKERS, PORT_BASES, USUAL_PORT_BASE } from '../folder/ports.ts'
import type { Say } from '../run/keepAlive.ts'
import { StartEnded, startSupervisor, type Supervisor } from '../run/supervisor.ts'
import { startDetached } from './detach.ts'
import {
  allowOriginOption,
  dockerHostOption,
  folderOf,
  networkCommand,
  noDockerOption,
  parseLine,
  registryImageOption,
  whole,
  wordsOf,
  type Place,
} from './options.ts'
import { createSpeaker, speakEvenIfNobodyHears } from './speak.ts'

type Options = Place & {
  readonly detach?: boolean
  readonly portBase?: number
  readonly workers?: number
  readonly allowOrigin?: readonly string[]
  readonly docker: boolean
  readonly dockerHost?: string
  readonly registry?: boolean
  readonly registryImage?: string
  readonly json?: boolean
}

const USUAL_WORKERS = 3
/** As shells count who was ended by Ctrl-C. */
const INTERRUPTED = 130

function startCommand(): Command {
  return networkCommand({
    name: 'start',
    description:
      'Starts a whole market on this machine: chain, contracts, market, storage, scheduler with its pool, workers, keeper and web pages. What was in it before is there again.',
    examples: [
      ['iexec network start', 'in this terminal; Ctrl-C ends it, and everything is kept'],
      ['iexec network start --detach', 'behind it; returns when everything is ready'],
      ['iexec network start --name second --port-base 18545', 'a second one beside it'],
    ],
  })
    .addOption(new Option('--detach', 'return when everything is ready, and leave it running'))
    .addOption(
      new Option(
        '--port-base <number>',
        `port of the chain; services follow (default: as before, else ${USUAL_PORT_BASE})`,
      ).argParser(whole(PORT_BASES.least, PORT_BASES.most)),
    )
    .addOption(
      new Option('--workers <number>', `how many workers (default: as before, else ${USUAL_WORKERS})`).argParser(
        whole(1, MOST_WORKERS),
      ),
    )
    .addOption(allowOriginOption())
    .addOption(dockerHostOption())
    .addOption(noDockerOption())
    .addOption(new Option('--registry', 'with a registry of images, from now on at each start'))
    .addOption(registryImageOption())
    .addOption(new Option('--json', 'print JSON lines, for programs'))
}

/**
 * Runs a network until Ctrl-C, or leaves it behind.
 *
 * @returns the exit code
 * @throws NetworkFault when something is in the way
 */
export async function start(args: readonly string[]): Promise<number> {
  const options = parseLine<Options>(startCommand(), args)
  const say = createSpeaker(options.json ?? false)
  if (options.detach === true) return startDetached(args, { folder: folderOf(options), say })
  speakEvenIfNobodyHears()
  const relay = relayTo(say)
  const signals = watchSignals()
  const began = performance.now()
  let supervisor: Supervisor
  try {
    supervisor = await startSupervisor({ ...settle(options), say: relay, signal: signals.first })
  } catch (error) {
    if (!(error instanceof StartEnded)) throw error
    relay('ended', error.message)
    return INTERRUPTED
  }
  tellReady(relay, { network: supervisor.network, options, ms: performance.now() - began })
  await whenAborted(signals.first)
  relay('ending', 'Ending; everything is kept.')
  await supervisor.stop()
  relay('ended', 'The network has ended.')
  return 0
}

type Settled = Omit<Parameters<typeof startSupervisor>[0], 'say' | 'signal'>

/** What was not typed is as it was the last time, but whose pages may come in: that is allowed each time anew. */
function settle(options: Options): Settled {
  const folder = folderOf(options)
  const habits = readHabits(folder)
  const { dockerHost, docker, registryImage: image } = options
  const ofHost = dockerHost === undefined ? [] : ['--docker-host', dockerHost]
  return {
    folder,
    portBase: options.portBase ?? habits?.portBase ?? USUAL_PORT_BASE,
    workers: options.workers ?? habits?.workers ?? USUAL_WORKERS,
    origins: options.allowOrigin ?? [],
    engineArgs: docker ? ofHost : ['--no-docker'],
    registry: docker ? { isWanted: options.registry === true || image !== undefined, image, dockerHost } : undefined,
  }
}

/** Who started this in the background hears everything until it is ready. */
function relayTo(say: Say): Say {
  return (event, sentence, facts) => {
    say(event, sentence, facts)
    if (process.connected) process.send?.({ event, sentence, facts })
  }
}

type Signals = { readonly first: AbortSignal }

/** The first signal asks to end in order. A second one changes nothing: the saved state of the chain is worth the moment. */
function watchSignals(): Signals {
  const first = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      first.abort()
    })
  }
  return { first: first.signal }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<undefined>()
  signal.addEventListener('abort', () => {
    resolve(undefined)
  })
  // A promise alone keeps no process running.
  const alive = setInterval(() => undefined, 2 ** 30)
  await promise
  clearInterval(alive)
}

type Ready = { readonly network: NetworkFile; readonly options: Options; readonly ms: number }

function tellReady(say: Say, { network, options, ms }: Ready): void {
  const { accounts, ...reach } = network
  const roles = Object.fromEntries(accounts.map(({ role, address }) => [role, address]))
  const folder = folderOf(options)
  say('running', sayAddresses({ network, folder, ms, words: wordsOf(options) }), {
    ms: Math.round(ms),
    folder,
    ...reach,
    accounts: roles,
  })
}

type Told = { readonly network: NetworkFile; readonly folder: string; readonly ms: number; readonly words: string }

function sayAddresses({ network, folder, ms, words }: Told): string {
  const { rpcUrl, chainId, hub, marketUrl, graphqlUrl, storageUrl, schedulerUrl, imageRegistry, workerpool } = network
  const { webUrl } = network
  return [
    `The network is ready after ${(ms / 1000).toFixed(1)} s.`,
    '',
    `  chain       ${rpcUrl}  (id ${chainId})`,
    `  hub         ${hub}`,
    `  market      ${marketUrl}  (GraphQL: ${graphqlUrl})`,
    `  storage     ${storageUrl}`,
    `  scheduler   ${schedulerUrl}`,
    ...(imageRegistry === undefined
      ? []
      : [`  registry    ${imageRegistry}  (of images: docker push ${imageRegistry}/my-app)`]),
    ...(webUrl === undefined ? [] : [`  web         ${webUrl}  (explorer, market, store)`]),
    `  workerpool  ${workerpool}`,
    `  kept in     ${folder}`,
    '',
    `  iexec network status${words} shows it, iexec network stop${words} ends it; what is in it is kept.`,
  ].join('\n')
}
