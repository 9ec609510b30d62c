// The market, as a pool needs it: publish an order, take it back, look whether it is there, and say where the pool's API is.
import { hashChallenge, challengeOf, toWireOrder, writeAuthorization, type Challenge } from '@iexec/wire'
import { formatRlc, workerpoolStake, type Signed } from '@iexec/protocol'
import { sayWhy } from '@iexec/service'
import { getAddress, type Address, type Hex } from 'viem'
import type { Authority } from '../authority.ts'

/** A market. */
export type MarketClient = {
  readonly publish: (order: Signed<'workerpool'>) => Promise<void>
  readonly unpublish: (hash: Hex) => Promise<void>
  /** Whether an order can be found and bought there. */
  readonly isOpen: (hash: Hex) => Promise<boolean>
  readonly readEndpoint: (workerpool: Address) => Promise<KnownEndpoint | undefined>
  readonly tellEndpoint: (endpoint: {
    readonly workerpool: Address
    readonly apiUrl: string
    readonly validUntil: number
  }) => Promise<void>
}

/** Where a market believes an API to be. */
export type KnownEndpoint = { readonly apiUrl: string; readonly validUntil: number }

/** The market refused, in a sentence with its own words. */
class MarketRefused extends Error {
  override readonly name = 'MarketRefused'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const TIMEOUT_MS = 10_000
const SENTENCE = /^Sign this message to log into iExec Gateway: ([!-~]{1,200})$/u

/** Opens a market. Calls that need a login have to come one after the other: a market gives out one challenge at a time. */
export function openMarketClient(url: string, chainId: number, authority: Authority): MarketClient {
  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url.replace(/\/$/u, '')}${path}`, {
      ...init,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw new Error(`The market at ${new URL(url).origin} does not answer: ${sayWhy(cause)}.`, { cause })
    })
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
    if (response.ok) return answer
    const { status, statusText } = response
    const words = typeof answer['error'] === 'string' ? answer['error'] : `${status} ${statusText}`
    throw new MarketRefused(status, `The market at ${new URL(url).origin} refuses it: ${words.replace(/\.$/u, '')}.`)
  }
  const logIn = async (): Promise<string> => {
    const answer = await call(`/challenge?chainId=${chainId}&address=${authority.owner}`)
    const challenge = requireLogin(answer, chainId)
    const signature = await authority.signLogin(challenge)
    return writeAuthorization({ hash: hashChallenge(challenge), signature, address: authority.owner })
  }
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { authorization: await logIn(), 'content-type': 'application/json' }
    await call(path, { method, headers, body: JSON.stringify(body) })
  }
  return {
    publish: async (order) =>
      send('POST', `/workerpoolorders?chainId=${chainId}`, { order: toWireOrder(order) }).catch((error: unknown) => {
        throw withRemedy(error, order, authority.owner)
      }),
    unpublish: async (orderHash) =>
      send('PUT', `/workerpoolorders?chainId=${chainId}`, { target: 'unpublish_orderHash', orderHash }),
    isOpen: async (hash) =>
      (await orNothing(call(`/workerpoolorders/${hash}?chainId=${chainId}`)))?.['status'] === 'open',
    readEndpoint: async (workerpool) => {
      const found = await orNothing(call(`/${chainId}/workerpools/${workerpool}`))
      return found === undefined
        ? undefined
        : { apiUrl: String(found['apiUrl']), validUntil: Number(found['validUntil']) }
    },
    tellEndpoint: async (endpoint) => {
      const signature = await authority.signEndpoint(endpoint)
      const { workerpool, apiUrl, validUntil } = endpoint
      const body = JSON.stringify({ apiUrl, validUntil, signature })
      const headers = { 'content-type': 'application/json' }
      await call(`/${chainId}/workerpools/${getAddress(workerpool)}`, { method: 'PUT', headers, body })
    },
  }
}

/** What is missing is missing at the owner of the pool, whose account nobody looks at every day. */
function withRemedy(error: unknown, { workerpoolprice, volume }: Signed<'workerpool'>, owner: Address): unknown {
  if (!(error instanceof MarketRefused) || !/stake is too low/u.test(error.message)) return error
  const wanted = workerpoolStake(workerpoolprice) * volume
  const [account, lock] = [getAddress(owner), formatRlc(wanted)]
  const sentence = `${volume} tasks at this price lock up to ${lock} of ${account}: iexec account deposit ${lock} --to ${account} brings it, or offer less.`
  return new MarketRefused(error.status, `${error.message} ${sentence}`)
}

async function orNothing<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof MarketRefused && error.status === 404) return undefined
    throw error
  }
}

/** Nothing is signed but a login on this chain: what a market gives to sign could buy or sell otherwise. */
function requireLogin(answer: Record<string, unknown>, chainId: number): Challenge {
  const given = (answer['data'] ?? answer) as { readonly message?: { readonly challenge?: unknown } }
  const nonce = SENTENCE.exec(String(given.message?.challenge))?.[1]
  if (nonce === undefined) throw new MarketRefused(502, 'What the market gave to sign is no login.')
  return challengeOf(chainId, nonce)
}
