// Routes about the service itself: version, description, health and figures.
import { z } from 'zod'
import { metricsItem } from '@iexec/wire'
import type { AppDeps } from '../deps.ts'
import { DOCS_HEADERS, docsFile } from '../docs.ts'
import type { Figures } from '../figures.ts'
import { healthAnswer, healthOfAbsent, readHealth, readMetrics } from '../health.ts'
import type { Chains } from '../../market.ts'
import { findMarket, type HttpContext, type Route, type RouteFacts } from '../route.ts'
import { itemAnswer, okAnswer } from './answers.ts'

/** What is given to describe the service: the finished description. */
export type ServiceParts = Pick<AppDeps, 'version' | 'registry'> &
  Chains & {
    readonly figures: Figures
    readonly openapi: () => object
  }

/** The routes about the service itself. */
export function serviceRoutes(parts: ServiceParts): readonly Route[] {
  return [
    plain(
      { path: '/version', summary: 'The version of the service.', answer: okAnswer({ version: z.string() }) },
      (context) => context.json({ ok: true, version: parts.version }),
    ),
    ...docsRoutes(parts),
    plain(
      {
        path: '/health',
        summary: 'Whether the index of each chain is up to date, and if not, why.',
        answer: healthAnswer,
        alike: { 503: 'the index of some chain is not up to date' },
      },
      async (context) => {
        const known = await Promise.all(parts.markets.map(readHealth))
        const chains = [...known, ...parts.absent.map(healthOfAbsent)]
        const ok = chains.every((chain) => chain.ok)
        return context.json({ ok, chains }, ok ? 200 : 503)
      },
    ),
    metricsRoute(parts),
  ]
}

function plain(
  facts: Omit<RouteFacts, 'method' | 'group'>,
  answerTo: (context: HttpContext) => Response | Promise<Response>,
): Route {
  return {
    ...facts,
    method: 'get',
    group: 'Service',
    chain: 'none',
    paged: false,
    signedIn: false,
    answerTo: async (context) => answerTo(context),
  }
}

function docsRoutes({ openapi }: ServiceParts): readonly Route[] {
  return [
    plain({ path: '/openapi.json', summary: 'This description, in OpenAPI 3.1.', answer: z.object({}) }, (context) =>
      context.json(openapi()),
    ),
    plain(
      { path: '/docs', summary: 'This description, to read and to try.', answer: { content: 'text/html' } },
      (context) => serve(context, ''),
    ),
    plain(
      {
        path: '/docs/:file',
        summary: 'What that page is made of.',
        params: z.object({ file: z.string() }),
        answer: { content: 'text/*' },
        failures: { 404: 'Not Found' },
      },
      (context) => serve(context, context.req.param('file') ?? ''),
    ),
  ]
}

function serve(context: HttpContext, name: string): Response {
  const file = docsFile(name)
  if (file === undefined) return context.text('Not Found', 404)
  return context.body(file.content, 200, { ...DOCS_HEADERS, 'content-type': file.type })
}

function metricsRoute({ markets, absent, registry, figures }: ServiceParts): Route {
  const facts = {
    path: '/metrics',
    summary:
      'How far the index of a chain is, and how many orders are open. Without chainId, and when the header accept asks for text/plain or application/openmetrics-text: all figures for Prometheus.',
    answer: itemAnswer(metricsItem),
  }
  const route = plain(facts, async (context) => {
    const accept = context.req.header('accept') ?? ''
    if (context.req.query('chainId') === undefined && /text\/plain|application\/openmetrics-text/u.test(accept)) {
      return context.body(await figures.read(), 200, { 'content-type': registry.contentType })
    }
    const found = findMarket(context, { markets, absent }, 'query')
    return 'stop' in found ? found.stop : context.json({ ok: true, ...(await readMetrics(found.market)) })
  })
  return { ...route, chain: 'optional' }
}
