// Downloads one file over http: streamed to the disk, resumed where it broke off, never more or longer than allowed.
import { createHash, type Hash } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Hex } from 'viem'
import { Agent, request, type Dispatcher } from 'undici'
import { MachineFault, type FetchProgress } from '../job.ts'
import { timerMs } from '../timer.ts'
import { FetchFault } from './fetchFault.ts'
import { ForbiddenAddress, anyLookup, publicLookup, requirePublicHost } from './publicAddress.ts'

/** What may be spent on a download, and who listens. */
export type DownloadOptions = {
  readonly signal: AbortSignal
  /** Bytes that may still come. Shared by downloads that have one limit together. */
  readonly budget: Budget
  /** Of the whole download with all its tries, in seconds. */
  readonly seconds: number
  /** Whether addresses in private networks, and this machine, may be reached. */
  readonly allowsPrivate: boolean
  /** Origin that may be reached wherever it is, because the owner of this machine named it; so may be hosts below it. */
  readonly trusted?: URL | undefined
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** How patient it is. Tests are impatient. */
  readonly patience?: Patience | undefined
}

/** Bytes that may still come. */
export type Budget = { left: number; readonly limit: number }

/** How patient a download is, in milliseconds and tries. */
export type Patience = {
  /** Silence after which a connection is given up. */
  readonly stallMs: number
  /** Pause before the second try; it doubles each time. */
  readonly pauseMs: number
  /** Tries in a row that bring nothing new. */
  readonly tries: number
}

/** A file that was downloaded. */
export type Downloaded = { readonly bytes: number; readonly sha256: Hex }

const PATIENCE: Patience = { stallMs: 30_000, pauseMs: 500, tries: 4 }
/** However much each try brings: nobody drips a file byte by byte over thousands of connections. */
const MOST_TRIES = 100
const LONGEST_PAUSE_MS = 10_000
const MOST_REDIRECTS = 5
const REDIRECTS = [301, 302, 303, 307, 308]
const RETRIED_STATUSES = [408, 425, 429, 500, 502, 503, 504]

/** What may be spent. */
export function budgetOf(limit: number): Budget {
  return { left: limit, limit }
}

/**
 * Downloads a file to the disk. What the sender compressed stays compressed: nothing is unpacked here.
 *
 * @param file path of a file that is written anew
 * @throws FetchFault when it cannot be had; MachineFault when it cannot be written; what `signal` was aborted with
 * @example
 * await download(new URL('https://example.com/a.csv'), '/tmp/a.csv', { signal, budget: budgetOf(1e9), seconds: 300, allowsPrivate: false })
 */
export async function download(url: URL, file: string, options: DownloadOptions): Promise<Downloaded> {
  const late = AbortSignal.timeout(timerMs(options.seconds))
  const signal = AbortSignal.any([options.signal, late])
  await onDisk(rm(file, { force: true }))
  // Apps read it, and nobody changes it any more.
  const handle = await onDisk(open(file, 'wx', 0o444))
  const state: State = { url, handle, hash: createHash('sha256'), received: 0, etag: undefined, isMet: false }
  try {
    await tryAgain(state, { ...options, signal })
    return { bytes: state.received, sha256: `0x${state.hash.digest('hex')}` }
  } catch (error) {
    options.budget.left += state.received
    options.signal.throwIfAborted()
    if (late.aborted) throw new FetchFault('too-slow', `${show(url)} did not come within ${options.seconds} s.`)
    throw error
  } finally {
    await handle.close()
  }
}

/** How far a download is. */
type State = {
  readonly url: URL
  readonly handle: FileHandle
  hash: Hash
  received: number
  /** Names the version that was begun. Without it, nothing can be resumed. */
  etag: string | undefined
  /** Whether somebody was there at all. */
  isMet: boolean
}

/** What broke may go on: this is thrown and caught in here. */
class Interruption extends Error {
  override readonly name = 'Interruption'
}

async function tryAgain(state: State, options: DownloadOptions): Promise<void> {
  const { pauseMs, tries } = options.patience ?? PATIENCE
  let inVain = 0
  for (let all = 1; ; all++) {
    const before = state.received
    try {
      return await attempt(state, options)
    } catch (error) {
      options.signal.throwIfAborted()
      if (!(error instanceof Interruption)) throw error
      inVain = state.received > before ? 1 : inVain + 1
      if (inVain >= tries || all >= MOST_TRIES) {
        throw new FetchFault(
          state.isMet ? 'unreachable' : 'nobody',
          `${show(state.url)} cannot be downloaded: ${error.message}`,
          {
            cause: error,
          },
        )
      }
      await wait(Math.min(pauseMs * 2 ** (inVain - 1), LONGEST_PAUSE_MS), undefined, { signal: options.signal })
    }
  }
}

async function attempt(state: State, options: DownloadOptions): Promise<void> {
  const agents: Agent[] = []
  try {
    const { statusCode, headers, body } = await follow(state, options, agents)
    await start(state, options, { statusCode, headers })
    const total = lengthOf(headers)
    if (total !== undefined && total > options.budget.left) throw tooLarge(state, options, total + state.received)
    const totalBytes = total === undefined ? {} : { totalBytes: total + state.received }
    for await (const chunk of readable(body)) {
      if (chunk.length > options.budget.left) throw tooLarge(state, options)
      options.budget.left -= chunk.length
      await writeAll(state, chunk)
      state.hash.update(chunk)
      state.received += chunk.length
      options.onProgress?.({ doneBytes: state.received, ...totalBytes })
    }
  } finally {
    await Promise.all(agents.map(async (agent) => agent.destroy()))
  }
}

type Head = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>

/** Follows redirects. Each step is looked at as if it were the first. */
async function follow(state: State, options: DownloadOptions, agents: Agent[]): Promise<Dispatcher.ResponseData> {
  let url = state.url
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const answer = await ask(url, state, { ...options, agents })
    const location = headerOf(answer.headers, 'location')
    if (!REDIRECTS.includes(answer.statusCode) || location === undefined) return answer
    answer.body.on('error', () => undefined).destroy()
    url = requireTarget(url, location)
  }
  throw new FetchFault('absent', `${show(state.url)} redirects more than ${MOST_REDIRECTS} times.`)
}

function requireTarget(from: URL, location: string): URL {
  if (URL.canParse(location, from.href)) {
    const url = new URL(location, from)
    if (url.protocol === 'http:' || url.protocol === 'https:') return url
  }
  throw new FetchFault('forbidden', `${show(from)} redirects to something that is no http or https URL.`)
}

type Asking = DownloadOptions & { readonly agents: Agent[] }

async function ask(url: URL, state: State, options: Asking): Promise<Dispatcher.ResponseData> {
  const isFree = options.allowsPrivate || isTrusted(url, options.trusted)
  const { stallMs } = options.patience ?? PATIENCE
  const agent = new Agent({
    connect: { timeout: stallMs, lookup: isFree ? anyLookup : publicLookup },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
  })
  options.agents.push(agent)
  try {
    if (!isFree) requirePublicHost(url)
    const answer = await request(url, { dispatcher: agent, signal: options.signal, headers: headersFor(state) })
    state.isMet = true
    return answer
  } catch (error) {
    options.signal.throwIfAborted()
    state.isMet ||= !isUnconnected(error)
    const forbidden = forbiddenIn(error)
    if (forbidden === undefined) throw new Interruption(wordsOf(error), { cause: error })
    throw new FetchFault('forbidden', `${show(url)} must not be reached from a worker: ${forbidden.message}`)
  }
}

function headersFor({ received, etag }: State): Record<string, string> {
  // Compressed on the way, a file could grow without end here, and half of it could not be resumed.
  const plain = { 'accept-encoding': 'identity', 'user-agent': 'iexec-worker' }
  if (received === 0 || etag === undefined) return plain
  return { ...plain, range: `bytes=${received}-`, 'if-range': etag }
}

/** Decides what the answer's bytes are: the rest of the file, or all of it. */
async function start(state: State, { budget }: DownloadOptions, { statusCode, headers }: Head): Promise<void> {
  if (statusCode === 206 && isRestFrom(headers, state)) return
  if (RETRIED_STATUSES.includes(statusCode)) throw new Interruption(`the server answers ${statusCode}.`)
  await restart(state, budget)
  if (statusCode === 206 || statusCode === 416) throw new Interruption('it could not be resumed.')
  if (statusCode !== 200) {
    throw new FetchFault('absent', `${show(state.url)} cannot be downloaded: the server answers ${statusCode}.`)
  }
  const etag = headerOf(headers, 'etag')
  state.etag = etag?.startsWith('W/') === false ? etag : undefined
}

function isRestFrom(headers: Head['headers'], { received, etag }: State): boolean {
  const from = /^bytes (\d+)-/u.exec(headerOf(headers, 'content-range') ?? '')?.[1]
  return etag !== undefined && from === String(received) && (headerOf(headers, 'etag') ?? etag) === etag
}

async function restart(state: State, budget: Budget): Promise<void> {
  if (state.received === 0) return
  await onDisk(state.handle.truncate(0))
  budget.left += state.received
  state.received = 0
  state.hash = createHash('sha256')
  state.etag = undefined
}

/** The body, with whatever breaks it as an interruption. */
async function* readable(body: Dispatcher.ResponseData['body']): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { done, value } = await nextOf(chunks)
      if (done === true) return
      yield value
    }
  } finally {
    body.on('error', () => undefined).destroy()
  }
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
  try {
    return await chunks.next()
  } catch (error) {
    throw new Interruption(wordsOf(error), { cause: error })
  }
}

async function writeAll({ handle, received }: State, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const place = { offset: written, position: received + written }
    written += (await onDisk(handle.write(chunk, place))).bytesWritten
  }
}

async function onDisk<Done>(work: Promise<Done>): Promise<Done> {
  try {
    return await work
  } catch (error) {
    throw new MachineFault(`A download cannot be written: ${wordsOf(error)}`, { cause: error })
  }
}

/** A trusted gateway may send to names below its own, as kubo does for each content identifier. */
function isTrusted(url: URL, trusted: URL | undefined): boolean {
  if (trusted === undefined || url.protocol !== trusted.protocol || url.port !== trusted.port) return false
  return url.hostname === trusted.hostname || url.hostname.endsWith(`.${trusted.hostname}`)
}

function tooLarge({ url, received }: State, { budget }: DownloadOptions, told?: number): FetchFault {
  const size = told === undefined ? `after ${received} bytes there is more` : `it has ${told} bytes`
  return new FetchFault(
    'too-large',
    `${show(url)} is too large: ${size}, and all files together may have ${budget.limit}.`,
  )
}

function lengthOf(headers: Head['headers']): number | undefined {
  const length = Number(headerOf(headers, 'content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) && length >= 0 ? length : undefined
}

function headerOf(headers: Head['headers'], name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function forbiddenIn(error: unknown): ForbiddenAddress | undefined {
  if (error instanceof ForbiddenAddress) return error
  return error instanceof Error && error.cause !== undefined ? forbiddenIn(error.cause) : undefined
}

/** As node and undici say that there is no way to a machine, or nobody listens there. */
const UNCONNECTED: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

function isUnconnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnconnected)
  return error instanceof Error && 'code' in error && UNCONNECTED.includes(error.code)
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.endsWith('.') ? message : `${message}.`
}

const LONGEST_SHOWN = 300

/** A URL in words: without a password, not endless. */
function show(url: URL): string {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain.href.length > LONGEST_SHOWN ? `${plain.href.slice(0, LONGEST_SHOWN)}…` : plain.href
}
