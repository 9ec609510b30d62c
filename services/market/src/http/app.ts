// The HTTP side of the market as a value: a test of a route is one `app.request(…)`.
import { allowOrigins, createFaultAnswer, limitRate, tellFault, type HttpEnv } from '@iexec/service'
import { Hono } from 'hono'
import { ChainUnreachable } from '../book/index.ts'
import type { AppDeps } from './deps.ts'
import { createLogin } from './login.ts'
import { addFigures, type Figures } from './figures.ts'
import { describeRoutes } from './openapi.ts'
import type { Route } from './route.ts'
import { accountRoutes } from './routes/accounts.ts'
import { badgeRoutes } from './routes/badges.ts'
import { dealRoutes } from './routes/deals.ts'
import { endpointRoutes } from './routes/endpoints.ts'
import { marketRoutes } from './routes/market.ts'
import { orderRoutes } from './routes/orders.ts'
import { serviceRoutes } from './routes/service.ts'
import { taskRoutes } from './routes/tasks.ts'

export type { AppDeps } from './deps.ts'
export type { Rooms } from './rooms.ts'

/**
 * The HTTP side of the market.
 *
 * @example
 * const app = createApp({ markets, rooms, version, log, registry, now: Date.now })
 * await app.request('/version') // { ok: true, version: '0.1.0' }
 */
export function createApp(deps: AppDeps): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.use(allowOrigins())
  if (deps.rateLimit !== undefined) app.use(limitRate(deps.rateLimit, deps.now))
  const figures = addFigures(deps.registry, deps.markets)
  const routes = createRoutes(deps, figures)
  const answerFault = createFaultAnswer(deps.log, deps.now, tellMarketFault)
  for (const route of routes) {
    app.on(route.method, route.path, async (context) => {
      const begin = performance.now()
      const response = await route
        .answerTo(context)
        .catch((error: unknown) => answerFault({ context, route: `${route.method} ${route.path}`, error }))
      const seconds = (performance.now() - begin) / 1000
      figures.observe({ route: route.path, status: response.status, seconds })
      return response
    })
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(path, (context) => context.text('Method Not Allowed', 405, { allow: methods.join(', ') }))
  }
  // The page names its parts from where it is; a proxy may put something before that.
  app.all('/docs/', (context) => context.redirect('../docs', 308))
  app.all('/', (context) =>
    (context.req.header('accept') ?? '').includes('text/html')
      ? context.redirect('docs', 302)
      : context.json({ ok: true, version: deps.version, docs: 'docs', description: 'openapi.json' }),
  )
  app.notFound((context) => context.text('Not Found', 404))
  return app
}

function createRoutes(deps: AppDeps, figures: Figures): readonly Route[] {
  const checks = { markets: deps.markets, absent: deps.absent ?? [], login: createLogin() }
  let description: object | undefined
  const routes: readonly Route[] = [
    ...serviceRoutes({
      ...deps,
      ...checks,
      figures,
      openapi: () => (description ??= describeRoutes(routes, deps.version)),
    }),
    ...marketRoutes(checks, deps.rooms),
    ...orderRoutes(checks, deps.rooms),
    ...dealRoutes(checks, deps.rooms),
    ...taskRoutes(checks, deps.rooms),
    ...accountRoutes(checks, deps.rooms),
    ...endpointRoutes(checks),
    ...badgeRoutes(checks, deps.rooms),
  ]
  return routes
}

/** What went wrong with a request; of the chain without what viem says of its node. */
function tellMarketFault(error: unknown): string {
  if (!(error instanceof ChainUnreachable)) return tellFault(error)
  return `${error.name}: ${error.message} ${tellFault(error.cause)}`
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>()
  for (const { path, method } of routes) {
    const known = methods.get(path) ?? ['OPTIONS']
    methods.set(path, [...known, ...(method === 'get' ? ['HEAD', 'GET'] : [method.toUpperCase()])])
  }
  return methods
}
