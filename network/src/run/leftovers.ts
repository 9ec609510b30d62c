// What a killed supervisor left: processes that go on without it, and are found by what it wrote down of them.
import { join } from 'node:path'
import { endOrphan } from '../chain/anvil.ts'
import { forgetRunning, readRunning } from '../folder/running.ts'
import { endProcess, isRunning } from '../process/identity.ts'
import { REGISTRY } from '../registry/registry.ts'
import { closeRegistry } from './registryPart.ts'

/** What was ended. */
export type Leftovers = {
  readonly names: readonly string[]
  /** Whether the registry of images may run on: its engine did not answer. */
  readonly leavesRegistry: boolean
}

/**
 * Ends the services of a network whose supervisor was killed.
 *
 * @param onProblem hears what could not be ended
 * @example
 * await endLeftovers(folder, console.error) // { names: ['chain', 'market'], leavesRegistry: false }
 */
export async function endLeftovers(folder: string, onProblem: (sentence: string) => void): Promise<Leftovers> {
  const left = readRunning(folder)?.services.filter((service) => isRunning(service.process)) ?? []
  await Promise.all(left.map(async (service) => endProcess(service.process)))
  // Killed at the wrong moment, a supervisor had not yet written down the chain that it had started.
  await endOrphan(join(folder, 'chain'))
  const registry = await closeRegistry(folder, onProblem)
  forgetRunning(folder)
  const names = [...left.map(({ name }) => name), ...(registry === 'ended' ? [REGISTRY] : [])]
  return { names, leavesRegistry: registry === 'failed' }
}
