// The parts of a network in the order of their start: the chain, its market, then all services side by side.
import { keyFile, openAccounts, type Account } from '../folder/accounts.ts'
import { NetworkFault } from '../folder/fault.ts'
import type { NetworkFile } from '../folder/networkFile.ts'
import type { NetworkPorts } from '../folder/ports.ts'
import { memoryOf } from '../process/identity.ts'
import { layGround, PRICES, type MarketGround } from './ground.ts'
import { untilHealthy } from './health.ts'
import type { Say } from './keepAlive.ts'
import { startKeptChain, type KeptChain } from './keptChain.ts'
import { keepService, type KeptService } from './keptService.ts'
import { untilSold } from './market.ts'
import { planServices, urlOf, type Plans } from './plans.ts'
import type { Register } from './register.ts'
import { openRegistry, type RegistryChoice } from './registryPart.ts'
import { timed } from './timed.ts'
import { listInStore, openWeb } from './webPart.ts'

/** What has been started so far: whoever ends it early ends all of this. */
export type Started = {
  chain?: KeptChain
  services: readonly KeptService[]
  /** Somebody else may have started one since. */
  readonly closeRegistry: () => Promise<unknown>
  /** Leaves the logs alone. */
  logs?: () => void
}

/** Which network is started, and who hears of it. */
export type Start = {
  readonly folder: string
  readonly ports: NetworkPorts
  /** Origins whose pages may use the chain, beside those of this machine. */
  readonly origins?: readonly string[]
  /** What workers are told of engines. */
  readonly engineArgs: readonly string[]
  /** Undefined without a container engine. */
  readonly registry: RegistryChoice | undefined
  readonly register: Register
  readonly say: Say
  /** Nothing more is started once it aborts. */
  readonly signal: AbortSignal
}

/** News comes by the socket; asking is only the net below it, and must cost nothing while nothing happens. */
const SERVICE_ARGS = ['--polling', '2000', '--log-level', 'info']
/** Everything is on this machine, also what tasks fetch. */
const WORKER_ARGS = ['--allow-private-inputs']

/**
 * Starts all parts of a network, and returns when a run can be bought.
 *
 * @param started what was started stands there at once
 */
export async function startAll(start: Start, started: Started): Promise<NetworkFile> {
  const { folder, ports, origins = [], register, say, signal } = start
  const accounts = openAccounts(folder, ports.workers.length)
  const chain = await timed(say, {
    name: 'chain',
    work: async () => {
      started.chain = await startKeptChain({ folder, port: ports.chain, origins, register, say })
      return started.chain
    },
    place: () => urlOf(ports.chain),
  })
  signal.throwIfAborted()
  const ground = await timed(say, {
    name: 'contracts',
    work: async () => layGround(chain.now(), accounts),
    place: ({ addresses }) => addresses.hub,
  })
  await chain.watchHub(ground.addresses.hub)
  const network = describe(chain, { ground, ports, accounts })
  const plans = planAll(start, network)
  signal.throwIfAborted()
  const opening = openRegistry(start)
  const services = startServices(plans, start, started)
  const pages = openWeb(start, network, (kept) => {
    started.services = [...started.services, kept]
  })
  try {
    await services
    await timed(say, {
      name: 'pool',
      work: async () => untilReady(network, { plans, signal }),
      place: () => network.workerpool,
    })
    await tellEngines(network, say)
    await listInStore(folder, network, say)
  } finally {
    // Whoever ends what was started ends this, too.
    await opening
  }
  const [imageRegistry, webUrl] = await Promise.all([opening, pages])
  return {
    ...network,
    ...(imageRegistry === undefined ? {} : { imageRegistry }),
    ...(webUrl === undefined ? {} : { webUrl }),
  }
}

function planAll({ folder, ports, engineArgs }: Start, { rpcUrl, wsUrl, hub, workerpool }: NetworkFile): Plans {
  return planServices({
    folder,
    rpcUrl,
    wsUrl,
    hub,
    workerpool,
    ports,
    prices: PRICES,
    keyFile: (role) => keyFile(folder, role),
    args: SERVICE_ARGS,
    workerArgs: [...WORKER_ARGS, ...engineArgs],
  })
}

async function startServices(plans: Plans, { register, say }: Start, started: Started): Promise<void> {
  const { market, storage, scheduler, keeper, workers } = plans
  await Promise.all(
    [market, storage, scheduler, ...workers, keeper].map(async (plan) => {
      const kept = keepService(plan, { register, say })
      started.services = [...started.services, kept]
      const place = (): string => `${kept.service.url}${memoryWords(kept.service.pid())}`
      await timed(say, { name: plan.name, work: async () => kept.started, place })
    }),
  )
}

function memoryWords(pid: number): string {
  const bytes = memoryOf(pid)
  return bytes === undefined ? '' : `  ${Math.round(bytes / 2 ** 20)} MiB`
}

type Waiting = { readonly plans: Plans; readonly signal: AbortSignal }

/** Everybody is well, and a run can be bought. */
async function untilReady({ marketUrl, chainId }: NetworkFile, { plans, signal }: Waiting): Promise<void> {
  const { market, storage, scheduler, keeper, workers } = plans
  const parts = [market, storage, scheduler, keeper, ...workers].map(({ name, port }) => ({ name, url: urlOf(port) }))
  const ill = await untilHealthy(parts, signal)
  if (ill !== undefined) throw new NetworkFault(`${ill} does not become well: iexec network logs ${ill} shows why.`)
  if (await untilSold({ marketUrl, chainId }, signal)) return
  throw new NetworkFault('The pool does not sell anything: iexec network logs scheduler shows why.')
}

/** For apps that are images, an engine has to be here. */
async function tellEngines({ schedulerUrl }: NetworkFile, say: Say): Promise<void> {
  const answer = await fetch(`${schedulerUrl}/workers`)
  const { workers } = (await answer.json()) as { readonly workers: readonly { readonly engines: readonly string[] }[] }
  const engines = [...new Set(workers.flatMap((worker) => worker.engines))]
  const sentence = engines.includes('DOCKER')
    ? 'Workers run images and WebAssembly.'
    : 'Workers run WebAssembly alone: they have no Docker engine.'
  say('engines', sentence, { engines })
}

type Known = { readonly ground: MarketGround; readonly ports: NetworkPorts; readonly accounts: readonly Account[] }

function describe(chain: KeptChain, { ground, ports, accounts }: Known): NetworkFile {
  const { rpcUrl, wsUrl, chainId } = chain.now()
  const { hub, token, appregistry, datasetregistry, workerpoolregistry } = ground.addresses
  const [marketUrl, storageUrl] = [urlOf(ports.market), urlOf(ports.storage)]
  return {
    rpcUrl,
    wsUrl,
    chainId,
    hub,
    rlc: token,
    appRegistry: appregistry,
    datasetRegistry: datasetregistry,
    workerpoolRegistry: workerpoolregistry,
    marketUrl,
    graphqlUrl: `${marketUrl}/graphql`,
    storageUrl,
    ipfsApiUrl: storageUrl,
    compassUrl: marketUrl,
    schedulerUrl: urlOf(ports.scheduler),
    workerpool: ground.workerpool,
    accounts,
  }
}
