// Pages of every origin may ask: nothing here depends on cookies.
import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './rateLimit.ts'

const METHODS = 'GET,HEAD,PUT,POST'
const SECONDS_TO_REMEMBER = '600'

/**
 * Tells browsers that the page that asks may read the answer.
 *
 * hono's own does the same, but makes a stream of every answer when it adds its header afterwards, which costs as much as a
 * small answer itself.
 */
export function allowOrigins(): MiddlewareHandler<HttpEnv> {
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (context.req.method === 'OPTIONS') {
      const asked = context.req.header('access-control-request-headers')
      context.header('access-control-max-age', SECONDS_TO_REMEMBER)
      context.header('access-control-allow-methods', METHODS)
      if (asked !== undefined) {
        context.header(
          'access-control-allow-headers',
          asked
            .split(',')
            .map((name) => name.trim())
            .join(','),
        )
        context.header('vary', 'Access-Control-Request-Headers')
      }
      context.res = context.body(null, 204)
    } else {
      await next()
    }
    const { headers } = context.res
    headers.append('vary', 'Origin')
    if (origin !== undefined && origin !== '') headers.set('access-control-allow-origin', origin)
  }
}
