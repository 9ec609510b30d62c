// What this machine can do for a pool.
import { availableParallelism, totalmem } from 'node:os'
import process from 'node:process'
import type { WorkerProfile } from '@iexec/wire/work'

/** What the owner of a machine says of it. */
export type MachineWish = {
  readonly name: string
  readonly version: string
  readonly engines: WorkerProfile['engines']
  readonly network: boolean
  readonly gpu: boolean
  /** As many as cpus and memory allow, when left out. */
  readonly places?: number | undefined
}

/** Memory of the smallest category, in bytes: a place needs so much. */
const BYTES_PER_PLACE = 2 * 2 ** 30

/**
 * The profile of this machine, without the apps that are at hand.
 *
 * @param diskBytes free for tasks
 * @example
 * profileOf({ name: 'box', version: '0.1.0', engines: ['WASM'], network: false, gpu: false }, 10_000_000_000).places // 4
 */
export function profileOf({ places, ...wish }: MachineWish, diskBytes: number): WorkerProfile {
  const cpus = availableParallelism()
  const memoryBytes = totalmem()
  return {
    ...wish,
    platform: `${process.platform}/${process.arch}`,
    cpus,
    memoryBytes,
    diskBytes,
    tee: [],
    places: places ?? usualPlaces(cpus, memoryBytes),
    cached: [],
  }
}

/**
 * How many tasks a machine takes at a time, when nobody says it: one for each cpu, as far as the memory goes, and always one.
 *
 * @example
 * usualPlaces(8, 8 * 2 ** 30) // 4
 */
function usualPlaces(cpus: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cpus, Math.floor(memoryBytes / BYTES_PER_PLACE)))
}
