// Reaches the chain: is there an RPC, and is it the chain that was meant?
import { createClient, http, RpcRequestError, TimeoutError, type LocalAccount } from 'viem'
import type { DeployClient } from '@iexec/chain'
import { Refusal } from './refusal.ts'

/** Which chain, and with whose account. */
export type Connection = {
  readonly url: string
  readonly account: LocalAccount
  /** The chain that is meant; any chain when left out. */
  readonly chainId?: number | undefined
  /** How long an answer may take; 10 s when left out. */
  readonly patienceInMs?: number | undefined
}

/**
 * A client of the chain at a URL.
 *
 * @throws Refusal when the URL is none, nobody answers there as an RPC, or it is another chain
 * @example
 * const client = await connect({ url: 'http://127.0.0.1:8545', account, chainId: 31337 })
 */
export async function connect({ url, account, chainId, patienceInMs }: Connection): Promise<DeployClient> {
  const origin = originOf(url)
  const transport = http(url, { retryCount: 1, timeout: patienceInMs ?? PATIENCE_IN_MS })
  const client = createClient({ account, transport, pollingInterval: 500 })
  const found: unknown = await client.request({ method: 'eth_chainId' }).catch((cause: unknown) => {
    throw new Refusal(describeRpcError(origin, cause, patienceInMs), { cause })
  })
  // Whatever answers there decides what this is, not its type.
  if (typeof found !== 'string' || !/^0x[0-9a-f]{1,13}$/iu.test(found)) {
    throw new Refusal(`${origin} does not answer as an RPC: its answer is not JSON-RPC, or names no chain.`)
  }
  if (chainId !== undefined && Number(found) !== chainId) {
    throw new Refusal(`${origin} is chain ${Number(found)}, not chain ${chainId}.`)
  }
  return client
}

const PATIENCE_IN_MS = 10_000

/**
 * The part of a URL that may be shown: the rest often holds the key of an account at the RPC's provider.
 *
 * @throws Refusal when it is no http or https URL
 * @example
 * originOf('https://example.com/v3/secret') // 'https://example.com'
 */
export function originOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new Refusal('What --rpc gives is no http or https URL: write for instance --rpc http://127.0.0.1:8545.')
  }
  return parsed.origin
}

/**
 * Why a request to an RPC came to nothing, in one sentence.
 *
 * @example
 * describeRpcError('https://example.com', error) // 'https://example.com does not answer as an RPC: the connection is refused.'
 */
export function describeRpcError(origin: string, error: unknown, patienceInMs: number = PATIENCE_IN_MS): string {
  const causes = listCauses(error)
  const timeout = causes.find((cause) => cause instanceof TimeoutError)
  if (timeout !== undefined) return `${origin} does not answer within ${patienceInMs / 1_000} s.`
  const refusal = causes.find((cause) => cause instanceof RpcRequestError)
  if (refusal !== undefined) return `${origin} answers with an error: ${firstLineOf(refusal.details)}`
  return `${origin} does not answer as an RPC: ${reasonOf(causes)}.`
}

function firstLineOf(text: string): string {
  const line = (text.split('\n')[0] ?? '').trim().slice(0, 200)
  return /[.!?]$/u.test(line) ? line : `${line}.`
}

function reasonOf(causes: readonly Error[]): string {
  const last = causes.at(-1)
  if (last instanceof Error && 'code' in last && typeof last.code === 'string') {
    return NETWORK_ERRORS[last.code] ?? last.code
  }
  const status = causes.find((cause) => 'status' in cause && typeof cause.status === 'number')
  if (status !== undefined && 'status' in status) return `it answers with HTTP status ${String(status.status)}`
  // What fetch itself refuses, as a port that no browser opens.
  const isOfFetch = causes.some((cause) => cause instanceof TypeError && !cause.message.startsWith('Cannot '))
  if (isOfFetch) return last?.message ?? ''
  return 'its answer is not JSON-RPC'
}

/** An error, its cause, the cause of that, and so on. */
function listCauses(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...listCauses(error.cause)] : []
}

const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection is reset',
  ENOTFOUND: 'this host is not known',
  EAI_AGAIN: 'this host is not known',
  ETIMEDOUT: 'nothing comes back',
  UND_ERR_CONNECT_TIMEOUT: 'nothing comes back',
}
