// Routes that look at the market as a whole: login, search, match, statistics, news and GraphQL.
import { z } from 'zod'
import {
  challenge,
  challengeQuery,
  eventsQuery,
  graphqlBody,
  matchAnswer,
  matchWish,
  searchQuery,
  searchResult,
  statItem,
  statQuery,
  type EventsQuery,
} from '@iexec/wire'
import { STREAM_HEADERS } from '../../live/stream.ts'
import type { Market } from '../../market.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer, okAnswer } from './answers.ts'

type MarketRooms = Pick<Rooms, 'search' | 'findMatch' | 'statistics' | 'streamEvents' | 'graphql'>

/** Bytes of a document and its variables: several times what any may be made of. */
const GRAPHQL_LIMIT = 128 * 1024

/** Nobody knows when a place is given back. */
const RETRY_SECONDS = '10'

/** The routes that look at the market as a whole. */
export function marketRoutes(checks: Checks, rooms: MarketRooms): readonly Route[] {
  return [loginRoute(checks), ...questionRoutes(checks, rooms), ...openRoutes(checks, rooms)]
}

function loginRoute(checks: Checks): Route {
  return chainRoute(checks, {
    method: 'get',
    path: '/challenge',
    group: 'Login',
    summary: 'What an account signs to publish: EIP-712 typed data, good for one request.',
    query: challengeQuery,
    answer: okAnswer({ data: challenge }),
    answerTo: async ({ market, query }) => ({ data: await checks.login.challenge(market, query.address) }),
  })
}

function questionRoutes(checks: Checks, rooms: MarketRooms): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: '/search',
      group: 'Search',
      summary: 'Whatever an id, an address, a hash, a name or the beginning of one may mean.',
      query: searchQuery,
      answer: okAnswer({ results: z.array(searchResult) }),
      answerTo: async ({ market, query }) => ({ results: await rooms.search(market.read, query) }),
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/match',
      group: 'Order book',
      summary: 'The cheapest orders that fit a wish, or what would have to change.',
      query: matchWish,
      answer: itemAnswer(matchAnswer),
      answerTo: async ({ market, query }) => rooms.findMatch(market, query),
    }),
    chainRoute(checks, {
      method: 'get',
      path: '/statistics',
      group: 'Statistics',
      summary: 'Deals, tasks, payments, success and latency, day by day: of everything, an app or a workerpool.',
      query: statQuery,
      answer: okAnswer({ statistics: z.array(statItem) }),
      answerTo: async ({ market, query }) => ({ statistics: await rooms.statistics(market.read, query) }),
    }),
  ]
}

function openRoutes(checks: Checks, rooms: MarketRooms): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: '/events',
      group: 'News',
      summary: 'What happens, as it happens: server-sent events.',
      query: eventsQuery,
      answer: { content: 'text/event-stream' },
      failures: { 429: 'the address listens too often', 503: 'too many people listen' },
      answerTo: async ({ market, query, request, client }) =>
        listen(rooms, market, { topics: query.topics, request, client }),
    }),
    chainRoute(checks, {
      method: 'post',
      path: '/graphql',
      group: 'GraphQL',
      summary: 'Questions in GraphQL. The chain need not be named where only one is served.',
      chain: 'optional',
      body: graphqlBody,
      bodyLimit: GRAPHQL_LIMIT,
      answer: z.object({ data: z.unknown().optional(), errors: z.array(z.unknown()).optional() }),
      failures: { 400: 'the request could not be run' },
      answerTo: async ({ market, body, request }) => {
        const answer = await rooms.graphql(body, { reader: market.read, signal: request.signal })
        return Response.json(answer, { status: answer.data === undefined ? 400 : 200 })
      },
    }),
  ]
}

type Wish = EventsQuery & { readonly request: Request; readonly client: string | undefined }

async function listen(rooms: MarketRooms, market: Market, { topics, request, client }: Wish): Promise<Response> {
  await Promise.resolve()
  // Who asks for the headers only would leave the stream open.
  if (request.method === 'HEAD') return new Response(null, { headers: STREAM_HEADERS })
  const lastEventId = request.headers.get('last-event-id') ?? undefined
  const stream = rooms.streamEvents(market, { topics, lastEventId, signal: request.signal, client })
  if (!('refused' in stream)) return new Response(stream, { headers: STREAM_HEADERS })
  const [status, error] =
    stream.refused === 'client'
      ? [429, 'Too many sockets and streams of one address are open.']
      : [503, 'Too many people listen, try again later.']
  return Response.json({ ok: false, error }, { status, headers: { 'retry-after': RETRY_SECONDS } })
}
