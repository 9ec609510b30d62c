// The process of one task, from outside: started without rights, fed over its stdin, heard over its stdout, killed when it is
// not needed any more.
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GUEST } from './generated/guest.ts'
import { FRAME_HEAD, LONGEST_FRAME, type Order } from './protocol.ts'

/** A piece of what the process says. */
export type Frame = { readonly kind: number; readonly bytes: Uint8Array }

/** How the process went: for a sentence when it was not meant to. */
export type Death = { readonly code: number | null; readonly signal: string | null; readonly stderr: string }

/**
 * Whether a process ended because what it keeps by itself is more than its limit, which is the same everywhere.
 *
 * @example
 * wasTooLarge(await guest.death)
 */
export function wasTooLarge({ signal, stderr }: Death): boolean {
  return signal === 'SIGABRT' && stderr.includes('heap out of memory')
}

/** A process that is on its way. */
export type GuestProcess = {
  readonly pid: number | undefined
  /** Gives it its order and what follows; settles when all is taken, or it does not listen any more. */
  readonly feed: (order: Order, after: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => Promise<void>
  /** What it says, until it says no more. */
  readonly frames: () => AsyncGenerator<Frame, void>
  readonly kill: () => void
  /** Settles when it is gone. */
  readonly death: Promise<Death>
}

/**
 * V8's stack, in KiB. The most that `STACK_BYTES` was seen to need is 25,100: stack.test.ts runs the worst.
 */
const STACK_KIB = 60_000
/** What the system gives for it and for V8 itself: as much as every system lets a process ask for. */
const SYSTEM_STACK_KIB = 65_520
/** What a compiler could keep on the stack without being counted: parts of other functions, copies of loops. */
const PLAIN_CODE = ['--no-wasm-inlining', '--no-wasm-loop-peeling', '--no-wasm-loop-unrolling']
/** The limit of the stack is taken at the start of a program: a shell sets it and becomes that program. */
const SHELL = `ulimit -S -s ${SYSTEM_STACK_KIB} && exec "$0" "$@"`
/** Files of a module and its memory do not count here: only what the process itself keeps, such as names of files. */
const HEAP_MIB = 512
const MOST_STDERR = 4_000

/** The program comes over stdin, so that it is neither a file nor shown in the list of processes. */
const LOADER = `
const { readSync } = require('node:fs')
const read = (length) => {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null)
    if (count === 0) process.exit(1)
    at += count
  }
  return bytes
}
const program = read(read(4).readUInt32LE()).toString()
new (require('node:vm').Script)('(function(require){' + program + '\\n})').runInThisContext()(require)
`
const PROGRAM = Buffer.from(GUEST)

/**
 * Starts a process for one task.
 *
 * @param folder its working directory, empty
 * @param name shown in the list of processes, to know it again
 */
export function startGuest(folder: string, name: string): GuestProcess {
  const rights = ['--permission', '--no-addons', '--disallow-code-generation-from-strings', '--no-global-search-paths']
  const limits = [`--stack-size=${STACK_KIB}`, `--max-old-space-size=${HEAP_MIB}`]
  const node = [process.execPath, ...rights, ...limits, ...PLAIN_CODE, '--input-type=commonjs', '-e', LOADER, name]
  const child = spawn('/bin/sh', ['-c', SHELL, ...node], {
    cwd: folder,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  return {
    pid: child.pid,
    feed: (order, after) => feed(child.stdin, order, after),
    frames: () => readFrames(child.stdout),
    kill: () => void child.kill('SIGKILL'),
    death: awaitDeath(child),
  }
}

async function awaitDeath(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<Death> {
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-MOST_STDERR)
  })
  try {
    // Unlike `exit`, it comes after the last word, by which it is told why it ended.
    await once(child satisfies ChildProcess, 'close')
  } catch (error) {
    return { code: null, signal: null, stderr: String(error) }
  }
  return { code: child.exitCode, signal: child.signalCode, stderr }
}

async function feed(
  stdin: Writable,
  order: Order,
  after: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  try {
    await pipeline(Readable.from(everything(order, after)), stdin)
  } catch (error) {
    // It went away while it was fed: its death says why. What could not be read on our side is our own fault.
    if (!isPipeError(error)) throw error
  }
}

function isPipeError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (
    code === 'EPIPE' ||
    code === 'ECONNRESET' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ERR_STREAM_DESTROYED'
  )
}

async function* everything(
  order: Order,
  after: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield withLength(PROGRAM)
  yield withLength(Buffer.from(JSON.stringify(order)))
  yield* after
}

function withLength(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

async function* readFrames(stdout: Readable): AsyncGenerator<Frame, void> {
  let pending: Buffer = Buffer.alloc(0)
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length >= FRAME_HEAD) {
      const length = pending.readUInt32LE(1)
      if (length > LONGEST_FRAME)
        throw new Error(`the process sent a piece of ${length} bytes, at most ${LONGEST_FRAME} are agreed`)
      if (pending.length < FRAME_HEAD + length) break
      yield { kind: pending.readUInt8(), bytes: pending.subarray(FRAME_HEAD, FRAME_HEAD + length) }
      pending = pending.subarray(FRAME_HEAD + length)
    }
  }
}
