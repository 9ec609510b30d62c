// The site among the parts of a network: explorer, market and store, for people. A network whose pages cannot be had goes on without.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listExamples, parseNetwork } from '@iexec/store'
import type { NetworkFile } from '../folder/networkFile.ts'
import type { NetworkPorts } from '../folder/ports.ts'
import type { ServicePlan } from '../service.ts'
import type { Say } from './keepAlive.ts'
import { keepService, type KeptService } from './keptService.ts'
import { logFile } from './plans.ts'
import type { Register } from './register.ts'
import { timed } from './timed.ts'

/** The name of the service. */
const WEB = 'web'

/** Which network it is a part of. */
export type WebPart = {
  readonly folder: string
  readonly ports: Pick<NetworkPorts, 'web'>
  readonly register: Register
  readonly say: Say
}

/**
 * Starts the site of a network. In a clone its pages are built first, when they have changed.
 *
 * @param keep hears at once of what has to be ended
 * @returns where it is; undefined when its pages cannot be had
 * @example
 * await openWeb({ folder, ports, register, say }, network, (kept) => services.push(kept))
 */
export async function openWeb(
  { folder, ports, register, say }: WebPart,
  network: NetworkFile,
  keep: (kept: KeptService) => void,
): Promise<string | undefined> {
  const plan: ServicePlan = {
    name: WEB,
    main: 'store/src/serve/main.ts',
    port: ports.web,
    log: logFile(folder, WEB),
    args: ['--site', siteOf(folder)],
  }
  try {
    writeSite(folder, network)
    const kept = keepService(plan, { register, say })
    keep(kept)
    await timed(say, { name: WEB, work: async () => kept.started, place: () => kept.service.url })
    return kept.service.url
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say('problem', `${why} The network goes on without its web pages.`, { service: WEB })
    return undefined
  }
}

/**
 * Lists the examples that are on a network in its store.
 *
 * @example
 * await listInStore(folder, network, say)
 */
export async function listInStore(folder: string, network: NetworkFile, say: Say): Promise<void> {
  try {
    await listExamples(parseNetwork(network, 'network.json'), join(siteOf(folder), 'registry'))
  } catch (error) {
    // A store that shows less is no reason to end anything.
    say('problem', error instanceof Error ? error.message : String(error), { service: WEB })
  }
}

/** The address of a task's page; undefined without a site. */
export function taskPage({ webUrl }: NetworkFile, task: string): string | undefined {
  return webUrl === undefined ? undefined : `${webUrl}/local/task/${task}`
}

function siteOf(folder: string): string {
  return join(folder, WEB)
}

function writeSite(folder: string, network: NetworkFile): void {
  const { site } = parseNetwork(network, 'network.json')
  const config = {
    name: 'iExec',
    parts: ['store', 'explorer', 'market'],
    chains: [site],
    listings: ['registry/index.json'],
  }
  mkdirSync(siteOf(folder), { recursive: true, mode: 0o700 })
  writeFileSync(join(siteOf(folder), 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
}
