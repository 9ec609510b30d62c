// The description of the API in OpenAPI 3.1, made of the same routes that are served.
import { z } from 'zod'
import { failure, pageFields } from '@iexec/wire'
import type { AnswerShape, Route } from './route.ts'

type Json = { readonly [key: string]: unknown }
type Parts = Record<string, Json>

const CHAIN = { schema: { type: 'integer' }, description: 'Id of a chain that is served.' }
const NOT_YET = 'no node has told yet of a chain that is served, or the database does not answer'
const LOGIN =
  'For each request that needs it: get a challenge, sign it, and send `<EIP-712 hash>_<signature>_<address>`. Good for one request.'

/**
 * Describes routes.
 *
 * @example
 * describeRoutes(routes, '0.1.0') // { openapi: '3.1.0', paths: { '/deals': { get: … } }, … }
 */
export function describeRoutes(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  // Parts with a name of their own are told once.
  const parts: Parts = { Failure: schemaOf(failure, {}) }
  for (const route of routes) {
    const path = openapiPath(route.path)
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, path, parts) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'iExec market',
      version,
      description: 'The order book, the deals and all else of a market of iExec.',
    },
    servers: [{ url: './' }],
    paths,
    components: {
      schemas: parts,
      securitySchemes: { login: { type: 'apiKey', in: 'header', name: 'authorization', description: LOGIN } },
    },
  }
}

/** A path as OpenAPI writes it: `/deals/{dealid}`, also `/badges/apps/{address}.svg`. */
export function openapiPath(path: string): string {
  return path.replaceAll(/:(\w+)(?:\{[^}]*?(?:\\(\.\w+))?\})?/gu, '{$1}$2')
}

function describeRoute(route: Route, path: string, parts: Parts): Json {
  const words = path.split('/').map((part) => part.replaceAll(/\W/gu, ''))
  return {
    operationId: `${route.method}${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`,
    tags: [route.group],
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, parts) } } } }),
    ...(route.signedIn ? { security: [{ login: [] }] } : {}),
    responses: responsesOf(route, parts),
  }
}

function parametersOf({ chain, params, query, paged }: Route): readonly Json[] {
  const chainId =
    chain === 'none'
      ? []
      : [{ name: 'chainId', in: chain === 'path' ? 'path' : 'query', required: chain !== 'optional', ...CHAIN }]
  return [
    ...chainId,
    ...fieldsOf(params, 'path'),
    ...fieldsOf(query, 'query'),
    ...(paged ? fieldsOf(z.object(pageFields), 'query') : []),
  ]
}

function fieldsOf(schema: z.ZodType | undefined, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, shown]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: shown,
  }))
}

function responsesOf(
  { answer, failures = {}, alike = {}, chain, params, query, paged, body, signedIn }: Route,
  parts: Parts,
): Json {
  const isJudged = chain !== 'none' || [params, query, body].some((part) => part !== undefined) || paged
  const told: Readonly<Record<number, string>> = {
    ...(isJudged ? { 400: 'a field is missing or wrong; the first one is told' } : {}),
    ...(signedIn ? { 403: 'invalid authorization' } : {}),
    ...(body === undefined ? {} : { 413: 'the body is too large' }),
    429: 'Rate limit exceeded',
    500: 'Something went wrong, you should retry later.',
    ...(chain === 'none' ? {} : { 503: NOT_YET }),
    ...failures,
    ...(chain === 'none' || failures[503] === undefined ? {} : { 503: `${failures[503]}; or ${NOT_YET}` }),
  }
  return {
    200: { description: 'Done.', content: contentOf(answer, parts) },
    ...Object.fromEntries(
      Object.entries(alike).map(([status, description]) => [
        status,
        { description, content: contentOf(answer, parts) },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(told).map(([status, description]) => [
        status,
        { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } } },
      ]),
    ),
  }
}

function contentOf(answer: AnswerShape, parts: Parts): Json {
  return 'content' in answer
    ? { [answer.content]: { schema: { type: 'string' } } }
    : { 'application/json': { schema: schemaOf(answer, parts) } }
}

/** What is read with defaults and changes is described as it is sent. Parts with a name are put to the others. */
function schemaOf(schema: z.ZodType, parts: Parts): Json {
  const { $schema: _, $defs = {}, ...shown } = z.toJSONSchema(schema, { io: 'input' })
  for (const [name, part] of Object.entries($defs)) parts[name] = withoutId(pointed(part))
  return pointed(shown)
}

function pointed(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json
}

// zod repeats the name in each part.
function withoutId(part: Json): Json {
  return Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'id'))
}
