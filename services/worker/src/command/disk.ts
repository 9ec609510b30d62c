// Whether the disk of a worker has room for tasks.
import { freeDiskOf } from '../place/works.ts'

/** Bytes below which the disk is too full for tasks. */
const LEAST_DISK = 2_000_000_000

/**
 * Why tasks are refused for want of disk, with what to do; `undefined` when there is room.
 *
 * @throws what the system says when the folder is not there
 * @example
 * await whyDiskTooSmall('/data') // undefined
 */
export async function whyDiskTooSmall(folder: string): Promise<string | undefined> {
  const free = await freeDiskOf(folder)
  if (free >= LEAST_DISK) return undefined
  const [has, wants] = [free, LEAST_DISK].map((bytes) => (bytes / 1e9).toFixed(1))
  return `${has} GB are free in ${folder}, and tasks want ${wants} GB: make room, or name another folder with --data-dir.`
}
