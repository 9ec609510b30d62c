// The part of the HTTP side that is the same in every service, as a value: a test of a route is one `app.request(…)`.
import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { allowOrigins } from './cors.ts'
import { createFaultAnswer, failed, type HttpLog } from './fault.ts'
import { limitRate, type HttpEnv, type RateLimit } from './rateLimit.ts'
import { STATUS_HEADERS, renderStatus, type StatusPage } from './statusPage.ts'

/** What a service gives to its shell. */
export type ShellDeps = {
  /** Which service this is: `iexec-keeper`. */
  readonly name: string
  readonly version: string
  readonly log: HttpLog
  /** All its figures; see `openRegistry`. */
  readonly registry: Registry
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** What `/health` answers: with 200 when it is `ok`, else with 503. */
  readonly health: () => Promise<{ readonly ok: boolean }>
  /** Brings gauges up to date before they are read. */
  readonly figures?: () => Promise<void>
  readonly status: () => Promise<StatusPage>
  /** No limit when there is none. `/health` is never limited. */
  readonly rateLimit?: RateLimit
}

/** A registry that has the figures of the process already: memory, CPU, event loop. */
export function openRegistry(): Registry {
  const registry = new Registry()
  // The usual 10 ms would wake an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 40 })
  return registry
}

/**
 * An app with `/` (a status page), `/health`, `/metrics` and `/version`, to which a service adds its routes.
 *
 * Pages of all origins may ask. Requests are counted as `http_request_duration_seconds` per route and status. Errors become 503 when
 * the database is away, else 500, and are told to the log alone.
 *
 * @example
 * const app = createShell({ name: 'iexec-keeper', version, log, registry: openRegistry(), now: Date.now, health, status })
 * app.get('/tasks/:id', async (context) => context.json(await findTask(context.req.param('id'))))
 * const url = await listen(createServer(app), config)
 */
export function createShell(deps: ShellDeps): Hono<HttpEnv> {
  const { name, version, log, registry, now, rateLimit } = deps
  const app = new Hono<HttpEnv>()
  app.use(countRequests(registry))
  app.use(allowOrigins())
  if (rateLimit !== undefined) app.use(limitRate(rateLimit, now))
  app.get('/version', (context) => context.json({ ok: true, name, version }))
  app.get('/health', async (context) => {
    const health = await deps.health()
    return context.json(health, health.ok ? 200 : 503)
  })
  app.get('/metrics', async (context) => {
    await deps.figures?.()
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType })
  })
  app.get('/', async (context) =>
    (context.req.header('accept') ?? '').includes('text/html')
      ? context.body(await renderStatus(await deps.status(), new Date(now())), 200, STATUS_HEADERS)
      : context.json({ ok: true, name, version }),
  )
  app.notFound((context) => failed(context, 404, 'Not Found'))
  const answerFault = createFaultAnswer(log, now)
  app.onError((error, context) =>
    error instanceof HTTPException
      ? context.json({ ok: false, error: error.message }, error.status)
      : answerFault({ context, route: routeOf(context), error }),
  )
  return app
}

/** The route as it was registered, so that neither logs nor figures hold what was asked for. */
function routeOf(context: Context<HttpEnv>): string {
  const path = routePath(context, -1)
  return path === '/*' || path === '*' ? 'none' : `${context.req.method.toLowerCase()} ${path}`
}

function countRequests(registry: Registry): MiddlewareHandler<HttpEnv> {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers took.',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1, 3],
    registers: [registry],
  })
  return async (context, next) => {
    const begin = performance.now()
    await next()
    const seconds = (performance.now() - begin) / 1000
    duration.observe({ route: routeOf(context), status: context.res.status }, seconds)
  }
}
