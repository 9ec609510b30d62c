// What a killed supervisor left: processes that go on without it, and are found by what it wrote down of them.
import { join } from 'node:path'
import { endOrphan } from '../chain/anvil.ts'
import { forgetRunning, readRunning } from '../folder/running.ts'
import { endProcess, isRunning } from '../process/identity.ts'

/**
 * Ends the services of a network whose supervisor was killed.
 *
 * @returns their names
 * @example
 * await endLeftovers(folder) // ['chain', 'market']
 */
export async function endLeftovers(folder: string): Promise<readonly string[]> {
  const left = readRunning(folder)?.services.filter((service) => isRunning(service.process)) ?? []
  await Promise.all(left.map(async (service) => endProcess(service.process)))
  // Killed at the wrong moment, a supervisor had not yet written down the chain that it had started.
  await endOrphan(join(folder, 'chain'))
  forgetRunning(folder)
  return left.map(({ name }) => name)
}
