// Asks the market service: one question, one answer, or a sentence that says why not.
import type { Chain } from '../site/config.ts'
import { cleanAnswer } from './stranger.ts'
import { Fault } from './fault.ts'
import { fetchPatiently, type Patience } from './patience.ts'

/** What a question has besides its path; `undefined` is left away. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** A market that did not answer, or refused. `status` is 0 when nothing came back at all. */
export class MarketFault extends Fault {
  override readonly name = 'MarketFault'
  readonly status: number

  constructor(
    status: number,
    sentence: string,
    { host, cause }: { readonly host?: string; readonly cause?: unknown } = {},
  ) {
    const isSilent = status === 0 || status >= 500
    super(isSilent ? 'ServiceUnreachable' : 'ServiceRefused', sentence, {
      details: { service: 'market', host, status },
      cause,
    })
    this.status = status
  }
}

/**
 * Asks the market of a chain.
 *
 * @throws MarketFault with the words of the market, or what the network said
 * @example
 * const { deals } = await ask<{ deals: DealItem[] }>(chain, '/deals', { query: { pageSize: 20 } })
 */
export async function ask<Answer>(
  chain: Chain,
  path: string,
  { query = {}, ...init }: { readonly query?: Query; readonly signal?: AbortSignal } & Patience = {},
): Promise<Answer> {
  const url = new URL(chain.marketUrl.replace(/\/$/u, '') + path)
  url.searchParams.set('chainId', String(chain.chainId))
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return readAnswer<Answer>(url, init)
}

/**
 * Asks the market in GraphQL.
 *
 * @throws MarketFault with the words of the market, or what the network said
 */
export async function askGraph<Data>(
  chain: Chain,
  question: { readonly query: string; readonly variables?: object; readonly signal?: AbortSignal },
): Promise<Data> {
  const { signal, ...body } = question
  const url = new URL(`${chain.marketUrl.replace(/\/$/u, '')}/graphql?chainId=${chain.chainId}`)
  const { data, errors } = await readAnswer<{ readonly data: Data | null; readonly errors?: unknown }>(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
  // A question that was run and went wrong is told with HTTP 200.
  if (data === null) throw new MarketFault(400, faultOf(errors) ?? 'The market could not answer this question.')
  return data
}

async function readAnswer<Answer>(url: URL, init: RequestInit & Patience): Promise<Answer> {
  try {
    return await judge<Answer>(url, await fetchPatiently(url, init))
  } catch (cause) {
    if (init.signal?.aborted === true || cause instanceof MarketFault) throw cause
    throw new MarketFault(0, `The market at ${url.origin} does not answer.`, { host: url.host, cause })
  }
}

async function judge<Answer>(url: URL, response: Response): Promise<Answer> {
  const answer = readJson(await response.text())
  if (response.ok && typeof answer === 'object' && answer !== null) return answer as Answer
  const sentence = wordsOf(answer) ?? `The market answered HTTP ${response.status}.`
  throw new MarketFault(response.status, sentence, { host: url.host })
}

/** Names of strangers are cleaned at the door. `undefined` is what is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text, cleanAnswer)
  } catch {
    return undefined
  }
}

function wordsOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  if ('error' in answer && typeof answer.error === 'string') return answer.error
  return 'errors' in answer ? faultOf(answer.errors) : undefined
}

/** The first fault that GraphQL tells. */
function faultOf(errors: unknown): string | undefined {
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  if (typeof first !== 'object' || first === null || !('message' in first)) return undefined
  return typeof first.message === 'string' ? first.message : undefined
}
