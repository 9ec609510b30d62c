// Badges of apps and workerpools: pictures that any page may show.
import { createHash } from 'node:crypto'
import { pathAddress } from '@iexec/wire'
import type { Address } from 'viem'
import { z } from 'zod'
import { drawBadge } from '../../badge/drawBadge.ts'
import { orNotFound } from '../notFound.ts'
import type { Rooms } from '../rooms.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'

const KINDS = ['app', 'workerpool'] as const

/** The address before `.svg`. */
const byPicture: z.ZodType<{ readonly address: Address }> = z.object({
  address: z.preprocess((file) => String(file).replace(/\.svg$/u, ''), pathAddress),
})

/** Pages of every origin may show it, also those that let in only what allows it; opened by itself, it can do nothing. */
const HEADERS = {
  'content-type': 'image/svg+xml; charset=utf-8',
  'cache-control': 'public, max-age=60',
  'cross-origin-resource-policy': 'cross-origin',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
}

/** The routes of badges. */
export function badgeRoutes(checks: Checks, rooms: Pick<Rooms, 'findBadge'>): readonly Route[] {
  return KINDS.map((kind) =>
    chainRoute(checks, {
      method: 'get',
      path: `/badges/${kind}s/:address{.+\\.svg}`,
      group: 'Badges',
      summary: `What a${kind === 'app' ? 'n app' : ' workerpool'} costs and how often it succeeded, as a picture. The chain need not be named where only one is served.`,
      chain: 'optional',
      params: byPicture,
      answer: { content: 'image/svg+xml' },
      failures: { 404: `${kind} not found` },
      answerTo: async ({ market, params, request }) => {
        const wish = { chainId: market.chainId, kind, address: params.address }
        const found = orNotFound(await rooms.findBadge(market.read, wish), kind)
        return 'status' in found ? found : answer(drawBadge(found), request.headers.get('if-none-match'))
      },
    }),
  )
}

function answer(picture: string, known: string | null): Response {
  const etag = `"${createHash('sha256').update(picture).digest('base64url').slice(0, 22)}"`
  const headers = { ...HEADERS, etag }
  // Proxies that pack an answer make the tag a weak one.
  const isKnown = known?.split(',').some((one) => one.trim().replace(/^W\//u, '') === etag) === true
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(picture, { headers })
}
