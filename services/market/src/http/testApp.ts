// For the tests of the HTTP side: the app over the real rooms and an empty database, and how people log in to it.
import { accountOf } from '@iexec/chain/test/anvil'
import { hashChallenge, writeAuthorization, type Challenge, type WireKind, type WireOrder } from '@iexec/wire'
import type { Engine, HttpEnv } from '@iexec/service'
import { Registry } from 'prom-client'
import type { Hono } from 'hono'
import type { Address } from 'viem'
import { NOW, openTestBook, type TestBook } from '../book/testMarket.ts'
import { openPlaces, usualListenerLimits } from '../live/places.ts'
import type { Market } from '../market.ts'
import { createRooms } from '../rooms.ts'
import { createApp, type AppDeps, type Rooms } from './app.ts'

/** An app over an empty database. */
export type TestApp = TestBook & {
  readonly app: Hono<HttpEnv>
  readonly deps: AppDeps
  /** What was told to the log. */
  readonly logged: string[]
  /** The time, in milliseconds; a test may move it. */
  readonly clock: { now: number }
}

/** The real ones. Their streams end with the requests. */
export const ROOMS: Rooms = createRooms({
  signal: new AbortController().signal,
  places: openPlaces(usualListenerLimits),
  onError: () => undefined,
})

/** An app whose database is gone after the test. */
export async function openTestApp(
  engine: Engine,
  changes: Partial<Market> = {},
  deps: Partial<AppDeps> = {},
): Promise<TestApp> {
  const clock = { now: NOW }
  const settings = { maxOpenOrdersPerWallet: 50, challengeLifetimeMs: 300_000 }
  const book = await openTestBook(engine, { settings, now: () => clock.now, ...changes })
  const logged: string[] = []
  const all: AppDeps = {
    markets: [book.market],
    rooms: ROOMS,
    version: '1.2.3',
    log: { error: ({ error, route }, sentence) => logged.push(`${route}: ${sentence} ${String(error)}`) },
    registry: new Registry(),
    now: () => clock.now,
    ...deps,
  }
  return { ...book, app: createApp(all), deps: all, logged, clock }
}

/** What an answer says, in short. */
export type Told = { readonly status: number; readonly json: Readonly<Record<string, unknown>> }

/** Asks and reads the JSON of the answer. */
export async function ask(app: Hono<HttpEnv>, path: string, init: RequestInit = {}): Promise<Told> {
  const response = await app.request(path, init)
  return { status: response.status, json: (await response.json()) as Told['json'] }
}

/** The challenge of an account. */
export async function challengeFor(app: Hono<HttpEnv>, address: Address): Promise<Challenge> {
  const { json } = await ask(app, `/challenge?chainId=31337&address=${address}`)
  return json['data'] as Challenge
}

/** A header `authorization` of the person of a number. */
export async function logIn(app: Hono<HttpEnv>, by: number): Promise<string> {
  const account = accountOf(by)
  const challenge = await challengeFor(app, account.address)
  const hash = hashChallenge(challenge)
  const { domain, ...rest } = challenge
  const typed = { ...rest, domain: { ...domain, chainId: BigInt(domain.chainId) } }
  const signature = await account.signTypedData(typed)
  return writeAuthorization({ hash, signature, address: account.address })
}

/** Publishes an order as the person of a number. */
export async function publish<K extends WireKind>(
  app: Hono<HttpEnv>,
  { kind, order, by }: { readonly kind: K; readonly order: WireOrder<K>; readonly by: number },
): Promise<Told> {
  const authorization = await logIn(app, by)
  return ask(app, `/${kind}s?chainId=31337`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify({ order }),
  })
}
