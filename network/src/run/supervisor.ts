// A whole network: started, kept alive, and ended in the opposite order. One supervisor has a folder at a time.
import { NetworkFault } from '../folder/fault.ts'
import { holdFolder } from '../folder/hold.ts'
import { openFolder, writeHabits } from '../folder/networkFolder.ts'
import { writeNetworkFile, type NetworkFile } from '../folder/networkFile.ts'
import { portsOf, requireFreePorts } from '../folder/ports.ts'
import { findSupervisor, forgetRunning } from '../folder/running.ts'
import type { Say } from './keepAlive.ts'
import { endLeftovers } from './leftovers.ts'
import { watchLogs } from './logQuota.ts'
import { openRegister } from './register.ts'
import { closeRegistry, type RegistryChoice } from './registryPart.ts'
import { startAll, type Started } from './startAll.ts'

/** Which network, and how. */
export type SupervisorOptions = {
  readonly folder: string
  readonly portBase: number
  readonly workers: number
  /** Origins whose pages may use the chain, beside those of this machine. */
  readonly origins?: readonly string[]
  /** What workers are told of engines. */
  readonly engineArgs: readonly string[]
  /** Undefined without a container engine. */
  readonly registry: RegistryChoice | undefined
  readonly say: Say
  /** Ends the start. */
  readonly signal: AbortSignal
}

/** A network that runs. */
export type Supervisor = { readonly network: NetworkFile; readonly stop: () => Promise<void> }

/** The start was ended by its signal. */
export class StartEnded extends Error {
  override readonly name: string = 'StartEnded'
}

/**
 * Starts the network of a folder, or goes on with it.
 *
 * @throws NetworkFault when something is in the way; StartEnded
 * @example
 * const supervisor = await startSupervisor({ folder, portBase: 8545, workers: 3, engineArgs: ['--no-docker'], registry: undefined, say, signal })
 * await supervisor.stop()
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const { folder, portBase, workers, say } = options
  openFolder(folder)
  const letGo = takeHold(folder)
  const onProblem = (sentence: string): void => {
    say('problem', sentence)
  }
  const started: Started = { services: [], closeRegistry: async () => closeRegistry(folder, onProblem) }
  try {
    const { names: left } = await endLeftovers(folder, onProblem)
    if (left.length > 0) say('leftovers', `What a killed network had left was ended: ${left.join(', ')}.`, { left })
    const ports = portsOf(options)
    await requireFreePorts(ports)
    writeHabits(folder, { portBase, workers })
    const register = openRegister(folder)
    started.logs = watchLogs(folder)
    const network = await startUnlessEnded({ ...options, ports, register }, started)
    writeNetworkFile(folder, network)
    register.ready()
    return { network, stop: async () => stopAll(started).finally(leave(folder, letGo)) }
  } catch (error) {
    await stopAll(started).finally(leave(folder, letGo))
    throw error
  }
}

function leave(folder: string, letGo: () => void): () => void {
  return () => {
    forgetRunning(folder)
    letGo()
  }
}

function takeHold(folder: string): () => void {
  const letGo = holdFolder(folder)
  if (letGo !== undefined) return letGo
  const pid = findSupervisor(folder)?.supervisor.pid
  const who = pid === undefined ? '' : ` (process ${pid})`
  throw new NetworkFault(
    `A network runs in ${folder} already${who}: iexec network status shows it, and iexec network stop ends it.`,
  )
}

async function startUnlessEnded(start: Parameters<typeof startAll>[0], started: Started): Promise<NetworkFile> {
  const { signal } = start
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (): void => {
    reject(new StartEnded('It was ended before it was ready.'))
  }
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  const work = startAll(start, started)
  try {
    return await Promise.race([work, ended])
  } catch (error) {
    // What has been started goes first, or the rest would wait for it; then what was just being started.
    await stopAll(started)
    await work.catch(() => undefined)
    throw error
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** Whoever needs others ends before them. */
const ENDING = [/^(?:keeper|web|worker-\d+)$/u, /^scheduler$/u, /^(?:market|storage)$/u]

async function stopAll({ chain, services, logs, closeRegistry: close }: Started): Promise<void> {
  logs?.()
  for (const names of ENDING) {
    await Promise.all(services.filter(({ service }) => names.test(service.name)).map(async ({ stop }) => stop()))
  }
  await Promise.all([chain?.stop(), close()])
}
