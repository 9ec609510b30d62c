// Reaches the chain: is there an RPC, and is it the chain that was meant?
import { createClient, http, type LocalAccount } from 'viem'
import { getChainId } from 'viem/actions'
import type { DeployClient } from '@iexec/chain'
import { Refusal } from './refusal.ts'

/** Which chain, and with whose account. */
export type Connection = {
  readonly url: string
  readonly account: LocalAccount
  /** The chain that is meant; any chain when left out. */
  readonly chainId?: number | undefined
}

/**
 * A client of the chain at a URL.
 *
 * @throws Refusal when the URL is none, nobody answers there as an RPC, or it is another chain
 * @example
 * const client = await connect({ url: 'http://127.0.0.1:8545', account, chainId: 31337 })
 */
export async function connect({ url, account, chainId }: Connection): Promise<DeployClient> {
  const origin = originOf(url)
  const client = createClient({ account, transport: http(url, { retryCount: 1 }), pollingInterval: 500 })
  const found = await getChainId(client).catch((cause: unknown) => {
    throw new Refusal(`${origin} does not answer as an RPC: ${reasonOf(cause)}.`, { cause })
  })
  if (chainId !== undefined && found !== chainId) {
    throw new Refusal(`${origin} is chain ${found}, not chain ${chainId}.`)
  }
  return client
}

/** The part of a URL that may be shown: the rest often holds the key of an account at the RPC's provider. */
function originOf(url: string): string {
  const parsed = URL.parse(url)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new Refusal('What --rpc gives is no http or https URL: write for instance --rpc http://127.0.0.1:8545.')
  }
  return parsed.origin
}

function reasonOf(error: unknown): string {
  const causes = listCauses(error)
  const last = causes.at(-1)
  if (last instanceof Error && 'code' in last && typeof last.code === 'string') {
    return NETWORK_ERRORS[last.code] ?? last.code
  }
  const status = causes.find((cause) => 'status' in cause && typeof cause.status === 'number')
  if (status !== undefined && 'status' in status) return `it answers with HTTP status ${String(status.status)}`
  // What fetch itself refuses, as a port that no browser opens.
  if (causes.some((cause) => cause instanceof TypeError)) return last?.message ?? ''
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
