// One HTTP request with one or many calls, and its answer; or one of viem's errors, without the secrets of the URL.
import { HttpRequestError, ResponseBodyTooLargeError, RpcRequestError, TimeoutError } from 'viem'
import { ChainError } from './chainError.ts'

/** A call of JSON-RPC. */
export type RpcCall = { readonly method: string; readonly params?: unknown }

/** What came back for one call. */
export type RpcReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: RpcRequestError }

/** Where to send calls to. */
export type RpcTarget = {
  /** Scheme, host and port: all of a URL that may be shown. */
  readonly origin: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** Sends one request: `fetch`, or what does the same with less. Redirects need not be followed. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>

/** What is sent. */
export type FetchRequest = {
  readonly method: 'POST'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What comes back, as far as it is read. */
export type FetchAnswer = {
  readonly status: number
  readonly headers: Headers
  /** Leaving it early ends the connection. */
  readonly body: AsyncIterable<Uint8Array> | null
}

/** How long and how much to wait for, and through what. */
export type PostLimits = {
  readonly timeoutMs: number
  readonly maxBodyBytes: number
  readonly signal?: AbortSignal | undefined
  readonly fetch?: Fetch | undefined
}

/** The node did not take the calls together: it may take fewer. */
export class BatchRefused extends Error {
  override readonly name: string = 'BatchRefused'
}

/**
 * Reads a URL. What stands before its `@` goes into a header, because `fetch` refuses it.
 *
 * @throws ChainError when it is none
 */
export function parseTarget(text: string): RpcTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw new ChainError('BadUrl', 'The URL of a node must begin with http:// or https://.')
  }
  const { username, password, origin } = url
  url.username = ''
  url.password = ''
  const authorization = `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`
  const isAuthorized = username !== '' || password !== ''
  return {
    origin,
    url: url.href,
    headers: { 'content-type': 'application/json', ...(isAuthorized ? { authorization } : {}) },
  }
}

/**
 * Sends calls, and returns a reply for each, in their order.
 *
 * @throws HttpRequestError, TimeoutError or ResponseBodyTooLargeError of viem; BatchRefused when several calls got one answer
 */
export async function postCalls(
  target: RpcTarget,
  calls: readonly RpcCall[],
  limits: PostLimits,
): Promise<readonly RpcReply[]> {
  const messages = calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))
  const { response, text } = await post(target, JSON.stringify(calls.length === 1 ? messages[0] : messages), limits)
  const { status } = response
  const answers = parseAnswers(text)
  const isOk = status >= 200 && status < 300
  const fails = (code: number, details: string): HttpRequestError =>
    new HttpRequestError({ url: target.origin, status: code, details, headers: response.headers })
  if (answers.some(isRateLimit)) throw fails(429, 'too many requests')
  // A node that understood the call says so in JSON, whatever its status is; 429 and 5xx are of what stands before it.
  if (status === 429 || status >= 500 || (!isOk && answers.length === 0)) throw fails(status, text.slice(0, 200))
  if (calls.length > 1 && answers.length !== calls.length) throw new BatchRefused()
  if (answers.length === 0) throw fails(status, 'The node did not answer JSON-RPC.')
  // Answers to a batch may come in any order.
  const byId = new Map(answers.map((answer) => [answer.id, answer]))
  return calls.map((call, id) => toReply(target, call, calls.length === 1 ? answers[0] : byId.get(id)))
}

type Answered = { readonly response: FetchAnswer; readonly text: string }

async function post(target: RpcTarget, body: string, limits: PostLimits): Promise<Answered> {
  const { timeoutMs, maxBodyBytes, signal, fetch: ask = fetch } = limits
  // Not the signal that ends by itself: of thousands of requests, each would go on counting after its answer.
  const ending = new AbortController()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    ending.abort()
  }, timeoutMs)
  const request = {
    method: 'POST',
    body,
    headers: target.headers,
    signal: signal === undefined ? ending.signal : AbortSignal.any([signal, ending.signal]),
  } as const
  try {
    const response = await ask(target.url, request)
    return { response, text: await readBody(response, maxBodyBytes) }
  } catch (error) {
    if (signal?.aborted === true) throw error
    if (error instanceof ResponseBodyTooLargeError) throw error
    if (isLate) throw new TimeoutError({ body: {}, url: target.origin })
    throw new HttpRequestError({ url: target.origin, details: codeOf(error) })
  } finally {
    clearTimeout(timer)
  }
}

/** The code alone: what else a network error says may hold the URL. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  // A port that fetch never connects to, such as 1: it has no code.
  if (cause instanceof Error && cause.message === 'bad port') return 'No web client connects to its port.'
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : 'The connection failed.'
}

async function readBody({ body }: FetchAnswer, maxSize: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  // Counted while it comes, so that a body without end cannot fill the memory. Leaving the loop ends the connection.
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > maxSize) throw new ResponseBodyTooLargeError({ maxSize, size })
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

type RawAnswer = {
  readonly id?: unknown
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Empty when it is no JSON-RPC. */
function parseAnswers(text: string): readonly RawAnswer[] {
  try {
    const parsed: unknown = JSON.parse(text)
    const list = Array.isArray(parsed) ? parsed : [parsed]
    return list.every(isAnswer) ? list : []
  } catch {
    return []
  }
}

function isAnswer(value: unknown): value is RawAnswer {
  if (typeof value !== 'object' || value === null) return false
  if ('result' in value) return true
  if (!('error' in value) || typeof value.error !== 'object' || value.error === null) return false
  return 'code' in value.error && 'message' in value.error && typeof value.error.message === 'string'
}

const RATE_LIMIT = /too many requests|rate.?limit|per second|request limit|capacity/iu

/** Some providers say 429 inside of a 200. `-32005` alone may also mean too many results. */
function isRateLimit({ error }: RawAnswer): boolean {
  if (error === undefined) return false
  return error.code === 429 || error.code === -32_007 || (error.code === -32_005 && RATE_LIMIT.test(error.message))
}

function toReply(target: RpcTarget, call: RpcCall, answer: RawAnswer | undefined): RpcReply {
  if (answer !== undefined && answer.error === undefined) return { ok: true, result: answer.result }
  const error = answer?.error ?? { code: -32_603, message: 'The node answered other calls than it was asked.' }
  return { ok: false, error: new RpcRequestError({ body: { ...call }, error: { ...error }, url: target.origin }) }
}
