// What the tests of following share: a chain with a contract that logs, and a road to it that ends with the test.
import { onTestFinished } from 'vitest'
import { type Anvil, startAnvil } from '../../test/anvil.ts'
import { openChain, type OpenedChain } from '../transport/openChain.ts'
import {
  type Following,
  type Logger,
  type Road,
  type Toll,
  type WireCall,
  buildRoad,
  deployLogger,
  startFollowing,
} from './testing.ts'

/** A chain, and a contract on it that logs. */
export type Scene = { readonly anvil: Anvil; readonly logger: Logger }

/** Starts a scene that ends with the test. */
export async function startScene(): Promise<Scene> {
  const anvil = await startAnvil()
  onTestFinished(anvil.stop)
  return { anvil, logger: await deployLogger(anvil) }
}

/** Follows until the test ends. */
export function follow(options: Parameters<typeof startFollowing>[0]): Following {
  const following = startFollowing(options)
  onTestFinished(following.stop)
  return following
}

/** Builds a road that ends with the test. */
export async function roadTo(
  target: string | (() => string),
  toll: (calls: readonly WireCall[]) => Toll,
  rewrite?: (answer: string, calls: readonly WireCall[]) => string,
): Promise<Road> {
  const road = await buildRoad(target, toll, rewrite)
  onTestFinished(road.stop)
  return road
}

/** The way to a node. */
export async function clientOf(
  url: string,
  settings: { readonly maxBodyBytes?: number; readonly timeoutMs?: number } = {},
): Promise<OpenedChain['client']> {
  const { client } = await openChain({ rpcUrls: [url], chainId: 31_337, ...settings })
  return client
}

/** Whether one of these calls asks for this. */
export const hasMethod = (calls: readonly WireCall[], name: string): boolean =>
  calls.some(({ method }) => method === name)
