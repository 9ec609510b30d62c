// The HTTP side of the market as a value: a test of a route is one `app.request(…)`.
import { allowOrigins, isDown, limitRate, sayWhy, watchOutages, type HttpEnv } from '@iexec/service'
import { BaseError } from 'viem'
import { Hono } from 'hono'
import { ChainUnreachable } from '../book/index.ts'
import type { AppDeps } from './deps.ts'
import { createLogin } from './login.ts'
import { addFigures, type Figures } from './figures.ts'
import { describeRoutes } from './openapi.ts'
import { failed, type HttpContext, type Route } from './route.ts'
import { accountRoutes } from './routes/accounts.ts'
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
  const fail = failWith(deps)
  for (const route of routes) {
    app.on(route.method, route.path, async (context) => {
      const begin = performance.now()
      const response = await route.answerTo(context).catch((error: unknown) => fail(route, context, error))
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
  ]
  return routes
}

/** The answer to a request that failed, of which the log hears: of a database that is not there once per outage. */
function failWith({ log, now }: AppDeps): (route: Route, context: HttpContext, error: unknown) => Response {
  const isFirst = watchOutages(now)
  return ({ method, path }, context, error) => {
    const route = `${method} ${path}`
    if (isDown(error)) {
      if (isFirst()) log.error({ error: sayWhy(error), route }, 'The database does not answer.')
      return failed(context, 503, 'The database does not answer, try again later.')
    }
    log.error({ error: tellFault(error), route }, 'A request could not be answered.')
    // viem throws its own errors: then it is the node that did not answer.
    const isOfNode = error instanceof BaseError || error instanceof ChainUnreachable
    return failed(context, 500, isOfNode ? 'Something went wrong, you should retry later.' : 'Internal error')
  }
}

/**
 * What went wrong, and where unless it was the node. The messages of viem would also tell the node's address, keys included, and
 * what was sent.
 */
function tellFault(error: unknown): string {
  if (error instanceof ChainUnreachable) return `${error.name}: ${error.message} ${tellFault(error.cause)}`
  if (error instanceof BaseError) return `${error.name}: ${error.shortMessage}`
  if (!(error instanceof Error)) return String(error)
  const told = error.stack ?? error.message
  return error.cause === undefined ? told : `${told}\ncaused by ${tellFault(error.cause)}`
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>()
  for (const { path, method } of routes) {
    const known = methods.get(path) ?? ['OPTIONS']
    methods.set(path, [...known, ...(method === 'get' ? ['HEAD', 'GET'] : [method.toUpperCase()])])
  }
  return methods
}
