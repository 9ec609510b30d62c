// What a killed supervisor left: processes that go on without it, and are found by what it wrote down of them.
import { join } from 'node:path'
import { endOrphan } from '../chain/anvil.ts'
import { forgetRunning, readRunning } from '../folder/running.ts'
import { endProcess, isRunning } from '../process/identity.ts'
import { REGISTRY } from '../registry/registry.ts'
import { closeRegistry } from './registryPart.ts'

/**
 * Ends the services of a network whose supervisor was killed.
 *
 * @param onProblem hears what could not be ended
 * @returns their names
 * @example
 * await endLeftovers(folder, console.error) // ['chain', 'market']
 */
export async function endLeftovers(folder: string, onProblem: (sentence: string) => void): Promise<readonly string[]> {
  const left = readRunning(folder)?.services.filter((service) => isRunning(service.process)) ?? []
  await Promise.all(left.map(async (service) => endProcess(service.process)))
  // Killed at the wrong moment, a supervisor had not yet written down the chain that it had started.
  await endOrphan(join(folder, 'chain'))
  const hadRegistry = await closeRegistry(folder, onProblem)
  forgetRunning(folder)
  return [...left.map(({ name }) => name), ...(hadRegistry ? [REGISTRY] : [])]
}
