// What is to be run, and how it ended: data that both engines share. Nothing here knows a chain.
import type { Hex } from 'viem'

/** An app that somebody sells, as it is fetched: never by its name alone, always by what its bytes hash to. */
export type AppSource =
  | {
      readonly type: 'DOCKER'
      /** Reference of an image, with or without a tag: `registry.example/owner/name:tag`. */
      readonly image: string
      /** The manifest digest, 32 bytes: the app's registered checksum. */
      readonly digest: Hex
    }
  | {
      readonly type: 'WASM'
      /** http(s) URL or `/ipfs/…` path of the module. */
      readonly url: string
      /** sha256 of the module's bytes: the app's registered checksum. */
      readonly sha256: Hex
    }

/** What a run may use at most. The same for all workers of a task, so that all of them fail at the same point. */
export type Limits = {
  /** Wall clock of the app itself; fetching has limits of its own. */
  readonly seconds: number
  readonly memoryBytes: number
  readonly cpus: number
  readonly pids: number
  /** Of all files that the app writes together. */
  readonly outputBytes: number
  readonly outputFiles: number
  /** Of stdout and of stderr each; the rest is cut off, and that is said. */
  readonly logBytes: number
}

/** A file that the app gets. */
export type InputFile = {
  /** http(s) URL or `/ipfs/…` path. */
  readonly url: string
  /** Name in `/iexec_in`. */
  readonly name: string
  /** sha256 that its bytes must have, where one is registered. */
  readonly sha256?: Hex
}

/** One run of an app: everything that an engine has to know. */
export type Job = {
  /** The task's id: names the container, and seeds the randomness of a WASM module. */
  readonly id: Hex
  readonly app: AppSource
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Seconds since 1970 at which the clock of a WASM module starts: the deal's start. */
  readonly startTime: number
  readonly limits: Limits
  /** Whether the app reaches the internet: the deal's tag asks for it, and the worker's owner allows it. */
  readonly network: boolean
}

/** Folders of one run on the host. All of them belong to this run alone. */
export type RunFolders = {
  /** Becomes `/iexec_in`, read-only. */
  readonly input: string
  /** Becomes `/iexec_out`. */
  readonly output: string
  /** Becomes `/iexec`, the layout of 2018: inputs and outputs in one folder. */
  readonly legacy: string
}

/** How an app ended. Each kind is told apart, because each has another remedy. */
export type Ending =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'timeout' }
  /** Wrote more than it may, in bytes or in files. */
  | { readonly kind: 'disk-full' }
  /** A WASM module that stopped itself: unreachable code, a bad access, too deep a recursion. */
  | { readonly kind: 'trapped'; readonly message: string }
  /** Whoever ran it took it back. */
  | { readonly kind: 'aborted' }

/** What an app wrote to one of its streams. */
export type Log = { readonly text: string; /** Whether something is missing at the end. */ readonly isCut: boolean }

/** A run that took place. */
export type Ran = {
  readonly ending: Ending
  readonly stdout: Log
  readonly stderr: Log
  /** From the start of the app to its end, in milliseconds. */
  readonly milliseconds: number
}

/** A piece of what an app writes, as it comes. */
export type LogChunk = { readonly stream: 'stdout' | 'stderr'; readonly text: string }

/** How far an app is fetched. */
export type FetchProgress = {
  readonly doneBytes: number
  /** Unknown until the sender says it. */
  readonly totalBytes?: number
}

/** Something cannot be run by anybody, could not be fetched, or is not what it should be. All honest workers vote for its kind. */
export type FaultKind =
  | 'PARAMS_REFUSED'
  | 'APP_IMAGE_DOWNLOAD_FAILED'
  | 'APP_IMAGE_REFUSED'
  | 'DATASET_FILE_DOWNLOAD_FAILED'
  | 'DATASET_FILE_BAD_CHECKSUM'
  | 'INPUT_FILES_DOWNLOAD_FAILED'

/**
 * The app, its dataset or its inputs cannot be had as the deal says. It is the task's own fault and not this machine's: the
 * worker votes for its kind, so that the requester learns it now and not at a deadline.
 */
export class TaskFault extends Error {
  override readonly name = 'TaskFault'
  readonly kind: FaultKind

  /** @param message one sentence for people, with the compared values; it is not part of the vote */
  constructor(kind: FaultKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** This machine cannot run it now: no engine, no disk. Nobody votes for that; another worker takes the place. */
export class MachineFault extends Error {
  override readonly name = 'MachineFault'
}

/** An app that was fetched, checked, and can be run many times. */
export type PreparedApp = {
  readonly run: (job: Job, folders: RunFolders, options: RunOptions) => Promise<Ran>
}

/** Who listens while something runs, and how it is taken back. */
export type RunOptions = {
  readonly signal: AbortSignal
  readonly onLog?: (chunk: LogChunk) => void
  /** Only to find out whether an app is deterministic. Engines that have nothing to vary ignore it. */
  readonly variation?: Variation
}

/** What an app sees otherwise than in a run for a task. */
export type Variation = {
  readonly hostname?: string
  /** How many cpus it sees, not how much of them it gets. */
  readonly visibleCpus?: number
  /** Whether another process of its container comes first, so that it has another number. */
  readonly isSecondProcess?: boolean
  /** Where `TMPDIR` points to: a folder as `/tmp` is. */
  readonly temporaryFolder?: string
  /** Its clock, set by libfaketime: the path of that library on the engine's machine, and seconds since 1970. */
  readonly clock?: { readonly library: string; readonly startsAt: number }
}

/** What runs apps of one type. */
export type Engine = {
  readonly type: AppSource['type']
  /**
   * Fetches an app and checks it; a second time it is at hand.
   *
   * @throws TaskFault when it cannot be had or is refused; MachineFault when this machine is the reason
   */
  readonly prepare: (app: AppSource, options: PrepareOptions) => Promise<PreparedApp>
  /**
   * Removes what runs of this worker left behind when it died: containers, processes, folders.
   */
  readonly sweep: () => Promise<void>
}

/** Who listens while an app is fetched, and how long that may take. */
export type PrepareOptions = {
  readonly signal: AbortSignal
  /** Of everything that is fetched, in seconds. */
  readonly seconds: number
  readonly onProgress?: (progress: FetchProgress) => void
  /** IPFS gateways for this app, the preferred one first: those that the engine knows come behind them. */
  readonly gateways?: readonly string[]
}
