// The registry of images among the parts of a network: a network whose registry cannot be had goes on without.
import { NetworkFault } from '../folder/fault.ts'
import type { NetworkPorts } from '../folder/ports.ts'
import { endRegistry, hasRegistry, REGISTRY, startRegistry } from '../registry/registry.ts'
import type { Say } from './keepAlive.ts'
import { timed } from './timed.ts'

/** What whoever starts a network decides about its registry. */
export type RegistryChoice = {
  /** Whether there should be one from now on. */
  readonly isWanted: boolean
  /** Of which image; undefined for the one of before, or the usual one. */
  readonly image: string | undefined
  /** In the words of DOCKER_HOST. */
  readonly dockerHost: string | undefined
}

/** Which network it is a part of. */
export type RegistryPart = {
  readonly folder: string
  readonly ports: Pick<NetworkPorts, 'registry'>
  readonly registry: RegistryChoice | undefined
  readonly say: Say
  readonly signal: AbortSignal
}

/**
 * Starts the registry of a network that has one, or should.
 *
 * @returns where it is; undefined when there is none
 * @example
 * await openRegistry({ folder, ports, registry: { isWanted: true, image: undefined, dockerHost: undefined }, say, signal })
 */
export async function openRegistry(part: RegistryPart): Promise<string | undefined> {
  const { folder, ports, registry, say, signal } = part
  if (registry === undefined || !(registry.isWanted || hasRegistry(folder))) return undefined
  const { image, dockerHost } = registry
  try {
    return await timed(say, {
      name: REGISTRY,
      work: async () => startRegistry({ folder, port: ports.registry, image, dockerHost, signal }),
      place: (place) => place,
    })
  } catch (error) {
    if (signal.aborted) return undefined
    say('problem', `${sentenceOf(error)} The network goes on without a registry.`, { service: REGISTRY })
    return undefined
  }
}

/** Ends the registry of a network; one whose engine does not answer is told, and left to it. */
export async function closeRegistry(
  folder: string,
  say: (sentence: string) => void,
): Promise<'ended' | 'none' | 'failed'> {
  try {
    return (await endRegistry(folder)) ? 'ended' : 'none'
  } catch (error) {
    say(`The registry of images could not be ended: ${sentenceOf(error)}`)
    return 'failed'
  }
}

function sentenceOf(error: unknown): string {
  const words = error instanceof NetworkFault || error instanceof Error ? error.message : String(error)
  return /[.!?]$/u.test(words) ? words : `${words}.`
}
