// Runs a module in a process of its own, from its inputs to its outputs, and says how it ended.
import { StringDecoder } from 'node:string_decoder'
import { MachineFault, type Ending, type Job, type Log, type Ran, type RunFolders, type RunOptions } from '../job.ts'
import { timerMs } from '../timer.ts'
import { gatherInputs, type Inputs } from './gatherInputs.ts'
import { wasTooLarge, type Frame, type GuestProcess } from './guestProcess.ts'
import { OutputKeeper } from './keepOutputs.ts'
import { limitMemory } from './module/limitMemory.ts'
import { FRAME, type Ended, type Order, type OutputEntry } from './protocol.ts'

/** How long the process may be silent while it is not the module that is running, in milliseconds. */
const PATIENCE_MS = 60_000
const PAGE_BYTES = 65_536
const NO_LOG: Log = { text: '', isCut: false }

/**
 * Runs a module.
 *
 * @param module a module that was rewritten
 * @throws MachineFault when the run says nothing about the module
 */
export async function runModule(
  module: Uint8Array,
  run: { readonly job: Job; readonly folders: RunFolders; readonly start: () => Promise<GuestProcess> },
  options: RunOptions,
): Promise<Ran> {
  const { job, folders } = run
  if (options.signal.aborted) return withoutStart({ kind: 'aborted' })
  const limited = limitMemory(module, Math.floor(job.limits.memoryBytes / PAGE_BYTES))
  const inputs = await gatherInputs(folders)
  // Inputs lie in memory: the rule is the same on every machine.
  if (limited === undefined || inputs.bytes > job.limits.memoryBytes) return withoutStart({ kind: 'out-of-memory' })
  const guest = await run.start()
  const session = new Session(guest, run, options)
  try {
    return await session.carryOut(orderOf(job, limited, inputs), feedOf(limited, inputs))
  } finally {
    session.stop()
    await guest.death
  }
}

function withoutStart(ending: Ending): Ran {
  return { ending, stdout: NO_LOG, stderr: NO_LOG, milliseconds: 0 }
}

function orderOf(job: Job, module: Uint8Array, { entries }: Inputs): Order {
  return {
    do: 'run',
    moduleBytes: module.length,
    args: job.args,
    env: job.env,
    startTime: job.startTime,
    seed: job.id.slice(2),
    limits: job.limits,
    inputs: entries,
  }
}

async function* feedOf(module: Uint8Array, inputs: Inputs): AsyncGenerator<Uint8Array> {
  yield module
  yield* inputs.read()
}

type Why = 'timeout' | 'aborted' | 'silent'

/** One run while it lasts: who may end it, and what came of it so far. */
class Session {
  readonly #guest: GuestProcess
  readonly #job: Job
  readonly #options: RunOptions
  readonly #keeper: OutputKeeper
  readonly #logs: { readonly stdout: LogText; readonly stderr: LogText }
  #timer: NodeJS.Timeout | undefined
  /** Why it was killed, when it was. */
  #why: Why | undefined
  #startedAt: number | undefined
  #endedAt: number | undefined
  #ended: Ended | undefined
  #isDone = false
  #failure: string | undefined

  constructor(guest: GuestProcess, { job, folders }: { job: Job; folders: RunFolders }, options: RunOptions) {
    this.#guest = guest
    this.#job = job
    this.#options = options
    this.#keeper = new OutputKeeper(folders, job.limits)
    const logOf = (stream: 'stdout' | 'stderr'): LogText =>
      new LogText(job.limits.logBytes, (text) => options.onLog?.({ stream, text }))
    this.#logs = { stdout: logOf('stdout'), stderr: logOf('stderr') }
    options.signal.addEventListener('abort', this.#abort)
    if (options.signal.aborted) this.#abort()
  }

  async carryOut(order: Order, after: AsyncIterable<Uint8Array>): Promise<Ran> {
    this.#expect(PATIENCE_MS, 'silent')
    await Promise.all([this.#guest.feed(order, this.#watched(after)), this.#listen()])
    return this.#result()
  }

  /** Ends the process, whatever it does. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#options.signal.removeEventListener('abort', this.#abort)
    this.#guest.kill()
  }

  readonly #abort = (): void => {
    this.#kill('aborted')
  }

  #kill(why: Why): void {
    this.#why ??= why
    this.#guest.kill()
  }

  #expect(withinMs: number, why: Why): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#kill(why), timerMs(withinMs / 1000))
  }

  /** Feeding a large input takes its time: as long as it goes on, the process is not silent. */
  async *#watched(after: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of after) {
      if (this.#startedAt === undefined) this.#expect(PATIENCE_MS, 'silent')
      yield bytes
    }
  }

  async #listen(): Promise<void> {
    try {
      for await (const frame of this.#guest.frames()) {
        await this.#take(frame)
        if (this.#isDone || this.#failure !== undefined) break
      }
    } finally {
      this.#guest.kill()
      await this.#keeper.close()
    }
  }

  async #take({ kind, bytes }: Frame): Promise<void> {
    if (this.#ended !== undefined) this.#expect(PATIENCE_MS, 'silent')
    if (kind === FRAME.started) {
      this.#startedAt = performance.now()
      this.#expect(this.#job.limits.seconds * 1_000, 'timeout')
    } else if (kind === FRAME.stdout) this.#logs.stdout.add(bytes)
    else if (kind === FRAME.stderr) this.#logs.stderr.add(bytes)
    else if (kind === FRAME.ended) {
      this.#endedAt = performance.now()
      this.#ended = JSON.parse(textOf(bytes)) as Ended
      this.#expect(PATIENCE_MS, 'silent')
    } else if (kind === FRAME.entry) await this.#keeper.begin(JSON.parse(textOf(bytes)) as OutputEntry)
    else if (kind === FRAME.bytes) await this.#keeper.write(bytes)
    else if (kind === FRAME.done) this.#isDone = true
    else this.#failure = textOf(bytes)
  }

  async #result(): Promise<Ran> {
    const ending = await this.#ending()
    return {
      ending,
      stdout: this.#logs.stdout.done(this.#ended?.isStdoutCut ?? false),
      stderr: this.#logs.stderr.done(this.#ended?.isStderrCut ?? false),
      milliseconds: (this.#endedAt ?? performance.now()) - (this.#startedAt ?? performance.now()),
    }
  }

  async #ending(): Promise<Ending> {
    const ended = this.#ended
    if (this.#isDone && ended !== undefined) {
      if (ended.ending.kind === 'fault')
        throw new MachineFault(`A WASM module could not be run here: ${ended.ending.message}.`)
      return ended.ending
    }
    if (this.#why === 'timeout' || this.#why === 'aborted') return { kind: this.#why }
    if (this.#why === 'silent') throw new MachineFault(`The process of a WASM module was silent for ${PATIENCE_MS} ms.`)
    if (this.#failure !== undefined) throw new MachineFault(`The process of a WASM module failed: ${this.#failure}`)
    const death = await this.#guest.death
    if (wasTooLarge(death)) return { kind: 'out-of-memory' }
    const { code, signal, stderr } = death
    throw new MachineFault(
      `The process of a WASM module ended with ${signal ?? `code ${code}`} and said: ${stderr.trim()}`,
    )
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}

/** What came over one stream so far. */
class LogText {
  readonly #decoder = new StringDecoder('utf8')
  readonly #tell: (text: string) => void
  readonly #pieces: string[] = []
  #left: number

  constructor(limitBytes: number, tell: (text: string) => void) {
    this.#left = limitBytes
    this.#tell = tell
  }

  add(bytes: Uint8Array): void {
    this.#left -= bytes.length
    if (this.#left < 0)
      throw new MachineFault(
        'The process of a WASM module broke its agreement: it sent more than its streams may hold.',
      )
    this.#push(this.#decoder.write(Buffer.from(bytes)))
  }

  done(isCut: boolean): Log {
    // Half a character at the place of the cut was never meant to be seen.
    if (!isCut) this.#push(this.#decoder.end())
    return { text: this.#pieces.join(''), isCut }
  }

  #push(text: string): void {
    if (text === '') return
    this.#pieces.push(text)
    this.#tell(text)
  }
}
