// What the worker and the process of a task say to each other: one order in, pieces out. Both sides are built from this file.
import type { Limits } from '../job.ts'

/** Folders of a module, in the order in which it finds them open. */
export const ROOTS = ['/iexec_in', '/iexec_out', '/iexec', '/tmp'] as const
/** One of the folders. */
export type Root = (typeof ROOTS)[number]
/** Folders whose new files are kept. */
export const OUTPUT_ROOTS = ['/iexec_out', '/iexec'] as const
/** One of the folders whose new files are kept. */
export type OutputRoot = (typeof OUTPUT_ROOTS)[number]

/** An input: a file with so many bytes, the same file as an earlier one, or a folder. */
export type InputEntry = {
  readonly root: Root
  readonly path: string
  readonly content:
    | { readonly kind: 'folder' }
    | { readonly kind: 'bytes'; readonly length: number }
    /** Counted among all entries. */
    | { readonly kind: 'same'; readonly as: number }
}

/** What the process is to do. After it come the module's bytes, and the bytes of the inputs in their order. */
export type Order =
  | { readonly do: 'rewrite'; readonly moduleBytes: number }
  | {
      readonly do: 'run'
      readonly moduleBytes: number
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly startTime: number
      /** The task's id, as 64 hexadecimal digits. */
      readonly seed: string
      readonly limits: Pick<Limits, 'outputBytes' | 'outputFiles' | 'logBytes' | 'memoryBytes'>
      readonly inputs: readonly InputEntry[]
    }

/** How a module ended, as its process tells it. */
export type GuestEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'out-of-memory' }
  | { readonly kind: 'disk-full' }
  | { readonly kind: 'trapped'; readonly message: string }
  /** Something that is this machine's fault and not the module's. */
  | { readonly kind: 'fault'; readonly message: string }

/** The end of a module, and whether something of its streams was left out. */
export type Ended = { readonly ending: GuestEnding; readonly isStdoutCut: boolean; readonly isStderrCut: boolean }

/** A file or folder that a module made. */
export type OutputEntry = { readonly root: OutputRoot; readonly path: string; readonly kind: 'file' | 'folder' }

/** Kinds of pieces that the process sends, by their byte. */
export const FRAME = {
  /** The module starts now. */
  started: 1,
  stdout: 2,
  stderr: 3,
  /** JSON of `Ended`; outputs follow. */
  ended: 4,
  /** JSON of `OutputEntry`; its bytes follow. */
  entry: 5,
  bytes: 6,
  /** Everything was said. */
  done: 7,
  /** A module is not run, and why. */
  refused: 8,
  /** The process itself failed, and why. */
  failed: 9,
} as const

/** Bytes of a piece at most. */
export const LONGEST_FRAME = 65_536
/** Bytes before each piece: its kind and its length. */
export const FRAME_HEAD = 5

/**
 * Makes the head of a piece.
 *
 * @example
 * frameHead(FRAME.done, 0) // Uint8Array [7, 0, 0, 0, 0]
 */
export function frameHead(kind: number, length: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD)
  head[0] = kind
  new DataView(head.buffer).setUint32(1, length, true)
  return head
}
