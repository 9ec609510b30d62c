// What a task may use, by its category. One table for all workers, so that what is too much for one is too much for all of them.
import type { Limits } from '../job.ts'

/** What may be fetched before an app starts. */
export type FetchLimits = {
  /** Of app, dataset and inputs, fetched at the same time. */
  readonly seconds: number
  /** Of the dataset, and of all inputs together, each. Zip files count packed and unpacked. */
  readonly bytes: number
  /** Of inputs, and of files that are in them. */
  readonly files: number
}

/** What a task may use, from the first byte that is fetched. */
export type CategoryLimits = { readonly run: Limits; readonly fetch: FetchLimits }

type Row = {
  readonly upTo: number
  readonly memoryGiB: number
  readonly cpus: number
  readonly outputMB: number
  readonly inputGB: number
}

// The names are those of the public hubs; a category of another hub takes the first row whose time is not shorter.
// Outputs stay below the 1 GB and 10,000 files that the SDK unpacks, with room for the logs.
const ROWS: readonly Row[] = [
  /* XS */ { upTo: 300, memoryGiB: 2, cpus: 1, outputMB: 250, inputGB: 1 },
  /* S  */ { upTo: 1_200, memoryGiB: 2, cpus: 1, outputMB: 500, inputGB: 2 },
  /* M  */ { upTo: 3_600, memoryGiB: 4, cpus: 2, outputMB: 900, inputGB: 5 },
  /* L  */ { upTo: 10_800, memoryGiB: 8, cpus: 2, outputMB: 900, inputGB: 10 },
  /* XL */ { upTo: Infinity, memoryGiB: 16, cpus: 4, outputMB: 900, inputGB: 20 },
]

const PIDS = 512
const OUTPUT_FILES = 9_000
const INPUT_FILES = 10_000
const LOG_BYTES = 1_000_000

/**
 * Bytes of a path below the folder of a run at most. Systems name no more than 4,095 together with the path of the folder, which
 * every worker chooses for itself: this is reached before.
 */
export const LONGEST_PATH = 3_000

/**
 * What a task of a category may use.
 *
 * | category | time      | memory | cpus | outputs          | dataset, inputs |
 * | -------- | --------- | ------ | ---- | ---------------- | --------------- |
 * | XS       | ≤ 300 s   | 2 GiB  | 1    | 250 MB, 9,000 files | 1 GB each    |
 * | S        | ≤ 1,200 s | 2 GiB  | 1    | 500 MB, 9,000 files | 2 GB each    |
 * | M        | ≤ 3,600 s | 4 GiB  | 2    | 900 MB, 9,000 files | 5 GB each    |
 * | L        | ≤ 10,800 s| 8 GiB  | 2    | 900 MB, 9,000 files | 10 GB each   |
 * | XL       | more      | 16 GiB | 4    | 900 MB, 9,000 files | 20 GB each   |
 *
 * All of them: 512 processes and threads, 1 MB of stdout and of stderr each, 3,000 bytes for the path of a file. Fetching may take as long as running.
 *
 * @param seconds `workClockTimeRef` of the deal's category
 * @example
 * limitsOf(300).run.memoryBytes // 2_147_483_648
 */
export function limitsOf(seconds: number): CategoryLimits {
  const row = ROWS.find(({ upTo }) => seconds <= upTo)
  if (row === undefined) throw new Error(`A category has a time in seconds, not ${seconds}.`)
  return {
    run: {
      seconds,
      memoryBytes: row.memoryGiB * 2 ** 30,
      cpus: row.cpus,
      pids: PIDS,
      outputBytes: row.outputMB * 1_000_000,
      outputFiles: OUTPUT_FILES,
      logBytes: LOG_BYTES,
    },
    fetch: { seconds, bytes: row.inputGB * 1_000_000_000, files: INPUT_FILES },
  }
}
