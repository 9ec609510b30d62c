// Asks a service over HTTP: JSON or nothing, never more than a page can hold, and never for ever.
import { SERVICE_WORDS, serviceUrl, type ServiceName } from '../chain/chainSettings.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { readBytes } from './readBytes.ts'
import { asWords, reasonOf } from './parse.ts'

/** One question to a service. */
export type ServiceCall = {
  /** `GET` when left out. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** With a slash at its start; put behind the URL of the service. */
  readonly path: string
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | bigint | boolean | undefined>>
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** A page of a thousand orders, with room. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Asks a service, and returns the JSON that it answers. The answer is a stranger's: read it with `parse.ts`.
 *
 * @throws IexecError `NotConfigured`; `ServiceUnreachable` when it does not answer in time, or fails; `ServiceRefused` with its
 * own words, and `details.status`; `BadAnswer` when it is no JSON or too much; `Aborted`
 * @example
 * await callService(context, 'market', { path: '/version' }) // { ok: true, version: '…' }
 */
export async function callService(context: Context, service: ServiceName, call: ServiceCall): Promise<unknown> {
  const url = urlOf(serviceUrl(context.chain, service), call)
  const asked = { service, url }
  const timeout = AbortSignal.timeout(context.serviceTimeoutMs)
  const signal = call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout])
  try {
    const response = await context.fetch(url, requestOf(call, signal))
    const text = await readText(response, asked)
    if (!response.ok) throw refusalOf(asked, response, text)
    return readJson(asked, response, text)
  } catch (cause) {
    if (cause instanceof IexecError) throw cause
    if (call.signal?.aborted === true) {
      throw new IexecError('Aborted', 'It was ended before it was done.', { cause: call.signal.reason })
    }
    const why = timeout.aborted ? `it did not answer within ${context.serviceTimeoutMs} ms` : reasonOf(cause)
    throw unreachable(asked, why, cause)
  }
}

/** Who is asked, and where. */
export type Asked = { readonly service: ServiceName; readonly url: URL }

/** Where a question goes. */
export function urlOf(base: string, { path, query = {} }: ServiceCall): URL {
  const url = new URL(`${base}${path}`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

/** How it is asked. */
export function requestOf({ method = 'GET', body, headers = {} }: ServiceCall, signal: AbortSignal): RequestInit {
  const accept = { accept: 'application/json' }
  // Secrets and authorizations are for the service that was asked, and for no other one to which it sends.
  const hasSecrets = body !== undefined || Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  const redirect = hasSecrets ? 'error' : 'follow'
  if (body === undefined) return { method, signal, redirect, headers: { ...accept, ...headers } }
  const isText = typeof body === 'string'
  const type = { 'content-type': isText ? 'text/plain' : 'application/json' }
  const sent = isText ? body : JSON.stringify(body)
  return { method, signal, redirect, headers: { ...accept, ...type, ...headers }, body: sent }
}

/** The body of an answer. @throws IexecError `BadAnswer` when it is too much */
export async function readText(response: Response, asked: Asked): Promise<string> {
  const bytes = await readBytes(response, MAX_BYTES)
  if (bytes !== undefined) return new TextDecoder().decode(bytes)
  throw badAnswer(asked, `answered more than ${MAX_BYTES} bytes`)
}

function readJson(asked: Asked, { headers, status }: Response, text: string): unknown {
  const type = headers.get('content-type') ?? ''
  // HEAD, and answers that say nothing but that it was done.
  if (text === '' && (status === 204 || type === '')) return undefined
  if (!isJson(headers))
    throw badAnswer(asked, `answered ${asWords(type) || 'something without a type'} instead of JSON`)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw badAnswer(asked, 'answered what cannot be read as JSON', cause)
  }
}

function isJson(headers: Headers): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/iu.test(headers.get('content-type') ?? '')
}

/** What a service says when it says no: its own words where it has some. */
export function refusalOf(asked: Asked, { status, headers }: Response, text: string): IexecError {
  const said = isJson(headers) ? errorIn(text) : undefined
  const words = said ?? (asWords(text) || 'nothing')
  if (status >= 500) return unreachable(asked, `it failed with ${status}: ${words}`)
  const hints = status === 429 ? ['Wait a moment, then try again.'] : []
  return new IexecError('ServiceRefused', said ?? `The ${SERVICE_WORDS[asked.service]} answered ${status}: ${words}`, {
    hints,
    details: { ...detailsOf(asked), status },
  })
}

function errorIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined
    return typeof error === 'string' && error !== '' ? asWords(error) : undefined
  } catch {
    return undefined
  }
}

/** The error of a service that does not answer. */
export function unreachable(asked: Asked, why: string, cause?: unknown): IexecError {
  const sentence = `The ${SERVICE_WORDS[asked.service]} at ${asked.url.host} cannot be used: ${why}.`
  return new IexecError('ServiceUnreachable', sentence, {
    hints: ['Look whether it runs and whether its URL is right; then try again.'],
    details: detailsOf(asked),
    cause,
  })
}

/** The error of a service that answers what cannot be used. */
export function badAnswer(asked: Asked, what: string, cause?: unknown): IexecError {
  return new IexecError('BadAnswer', `The ${SERVICE_WORDS[asked.service]} at ${asked.url.host} ${what}.`, {
    hints: [`Look whether the URL of the ${SERVICE_WORDS[asked.service]} is right.`],
    details: detailsOf(asked),
    cause,
  })
}

function detailsOf({ service, url }: Asked): Readonly<Record<string, unknown>> {
  return { service, host: url.host, path: url.pathname }
}
