// Whether the disk has room for the run that is sold: workers that have too little of it refuse the task, after it was paid for.
import { statfs } from 'node:fs/promises'
import { limitsOf } from '@iexec/runtime/limits'
import { NetworkFault } from '../folder/fault.ts'

/** The shortest category, in seconds: the sale buys a run of it. */
const SHORTEST_SECONDS = 300
/** Workers leave so much free, in bytes. */
const RESERVE = 500_000_000

/**
 * Why workers would refuse the run; undefined when there is room.
 *
 * @param freeBytes of the disk on which their folders are
 * @example
 * whyNoRoom(1_000_000_000) // 'The disk has 1.0 GB free, and …'
 */
export function whyNoRoom(freeBytes: number): string | undefined {
  const { run, fetch } = limitsOf(SHORTEST_SECONDS)
  const needed = 2 * run.outputBytes + fetch.bytes + RESERVE
  if (freeBytes >= needed) return undefined
  return `The disk has ${(freeBytes / 1e9).toFixed(1)} GB free, and workers take no task like this with less than ${(needed / 1e9).toFixed(1)} GB: make room, or name a folder on another disk with --data-dir.`
}

/** @throws NetworkFault when workers would refuse the run */
export async function requireRoom(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const why = whyNoRoom(bavail * bsize)
  if (why !== undefined) throw new NetworkFault(`Nothing is sold. ${why}`)
}
