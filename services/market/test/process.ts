// The service as a process of its own, as an operator runs it; and a person who logs in to it over HTTP.
import { join } from 'node:path'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import { hashChallenge, writeAuthorization, type Challenge } from '@iexec/wire'
import type { Hex, LocalAccount } from 'viem'

/** A running service. */
export type ServiceProcess = StartedProcess & { readonly url: string }

const MAIN = join(import.meta.dirname, '../src/main.ts')

/**
 * Starts the service on a free port, and returns when it listens.
 *
 * @throws Error with what it said when it ended before
 */
export async function startProcess(args: readonly string[]): Promise<ServiceProcess> {
  const started = spawnProcess(['--port', '0', '--polling', '20', ...args])
  return { ...started, url: await started.listening }
}

/** Starts the service with exactly these settings. */
export function spawnProcess(args: readonly string[]): StartedProcess {
  return spawnService(MAIN, args)
}

/** What `/health` says, whatever its status. */
export async function healthOf(service: Pick<ServiceProcess, 'url'>): Promise<ChainHealth> {
  const [first] = await healthOfAll(service)
  if (first === undefined) throw new Error('The service serves no chain.')
  return first
}

/** What `/health` says of each chain. */
export async function healthOfAll({ url }: Pick<ServiceProcess, 'url'>): Promise<readonly ChainHealth[]> {
  const { chains } = (await (await fetch(`${url}/health`)).json()) as { readonly chains: readonly ChainHealth[] }
  return chains
}

/** The part of `/health` that the tests read. */
export type ChainHealth = {
  readonly chainId: number | null
  readonly hub: string
  readonly role: string
  readonly state: string
  readonly reason: string | null
  readonly headBlock: number | null
  readonly indexedBlock: number | null
  readonly lagBlocks: number | null
  readonly lagSeconds: number | null
}

/** Who asks what of which service. */
export type Login = { readonly url: string; readonly chainId: number; readonly account: LocalAccount }

/** The header of a fresh login. */
export async function authorize({ url, chainId, account }: Login): Promise<string> {
  const answer = await fetch(`${url}/challenge?chainId=${chainId}&address=${account.address}`)
  const { data } = (await answer.json()) as { readonly data: Challenge }
  const hash = hashChallenge(data)
  const signature = (await account.sign?.({ hash })) as Hex
  return writeAuthorization({ hash, signature, address: account.address })
}

/** Publishes one order with a login of its own, and returns the answer. */
export async function publish(login: Login, kind: string, order: unknown): Promise<Response> {
  return fetch(`${login.url}/${kind}s?chainId=${login.chainId}`, {
    method: 'POST',
    headers: { authorization: await authorize(login), 'content-type': 'application/json' },
    body: JSON.stringify({ order }),
  })
}
