// The bag of a request: one JSON file with the arguments and inputs of each of its tasks.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BagEntry } from '../contract/describeRun.ts'
import { TaskFault } from '../job.ts'
import { budgetOf } from './download.ts'
import { FetchFault } from './fetchFault.ts'
import { fetchFile, isFileAddress, type FetchOptions } from './fetchFile.ts'

/** Which entry of which bag, and how it is fetched. */
export type BagOptions = Omit<FetchOptions, 'budget'> & {
  /** Of this task alone, on the disk. */
  readonly folder: string
  /** Of the task. */
  readonly index: number
}

/** 10,000 tasks with 5 kB each. */
const LARGEST = 50_000_000

/**
 * Fetches what one task gets out of a bag.
 *
 * @param cid content identifier of the bag
 * @throws TaskFault `INPUT_FILES_DOWNLOAD_FAILED` when it cannot be had, is no bag, or has nothing for this task; MachineFault
 * @example
 * await fetchBagEntry('Qm…', { index: 3, folder, gateways, … }) // { args: '--seed 3', inputFiles: [] }
 */
export async function fetchBagEntry(cid: string, { folder, index, ...options }: BagOptions): Promise<BagEntry> {
  const file = join(folder, 'bag.json')
  try {
    await fetchFile({ url: `/ipfs/${cid}` }, file, { ...options, budget: budgetOf(LARGEST) })
    const bag: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (!Array.isArray(bag)) throw new FetchFault('absent', `The bag ${cid} is no JSON array.`)
    return requireEntry(bag, { cid, index })
  } catch (error) {
    if (error instanceof SyntaxError) throw fault(`The bag ${cid} is not JSON.`, error)
    throw error instanceof FetchFault ? fault(error.message, error) : error
  } finally {
    await rm(file, { force: true })
  }
}

function requireEntry(bag: readonly unknown[], { cid, index }: { cid: string; index: number }): BagEntry {
  const entry: unknown = bag[index]
  if (typeof entry !== 'object' || entry === null) {
    throw new FetchFault('absent', `The bag ${cid} has ${bag.length} entries, and none for the task ${index}.`)
  }
  const { args = '', inputFiles = [] }: { args?: unknown; inputFiles?: unknown } = entry
  if (typeof args !== 'string')
    throw new FetchFault('absent', `"args" of the task ${index} in the bag ${cid} is no text.`)
  if (!Array.isArray(inputFiles) || !inputFiles.every((url) => typeof url === 'string' && isFileAddress(url))) {
    throw new FetchFault('absent', `"inputFiles" of the task ${index} in the bag ${cid} is no list of URLs.`)
  }
  return { args, inputFiles }
}

function fault(message: string, cause: Error): TaskFault {
  return new TaskFault('INPUT_FILES_DOWNLOAD_FAILED', message, { cause })
}
