// One route of the API: how it is described, and what is checked before it is answered.
import { askerOf, clientOf, failed, readBody, type HttpEnv } from '@iexec/service'
import type { Context } from 'hono'
import type { Address } from 'viem'
import type { z } from 'zod'
import { pageQuery, read, type Page, type Refusal } from '@iexec/wire'
import type { Chains, Market } from '../market.ts'
import type { Login } from './login.ts'

/** A request and how to answer it, as hono has them. */
export type HttpContext = Context<HttpEnv>

/** What an answer is made of, for the description: its JSON, or another type of content. */
export type AnswerShape = z.ZodType | { readonly content: string }

/** What the description says of a route. */
export type RouteFacts = {
  readonly method: 'get' | 'post' | 'put'
  /** As hono writes it: `/deals/:dealid`. */
  readonly path: string
  /** Under which heading it is described. */
  readonly group: string
  readonly summary: string
  /** Objects of fields: those of the path and of the query. */
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly answer: AnswerShape
  /** Status codes besides 200 and those that the checks can give, each with when it is given. */
  readonly failures?: Readonly<Record<number, string>>
  /** Further status codes whose answers have the shape of success. */
  readonly alike?: Readonly<Record<number, string>>
}

/** A route as the app mounts and describes it. */
export type Route = RouteFacts & {
  readonly chain: 'query' | 'path' | 'optional' | 'none'
  readonly paged: boolean
  readonly signedIn: boolean
  readonly answerTo: (context: HttpContext) => Promise<Response>
}

/** What a route about one chain is asked, checked. */
export type Asked<Params, Query, Body> = {
  readonly market: Market
  /** As it was asked: some answers echo it. */
  readonly chainId: string
  readonly params: Params
  readonly query: Query
  readonly page: Page
  readonly body: Body
  /** Lower case; the zero address on routes without login. */
  readonly signedInAs: Address
  readonly request: Request
  /** The address that limits count; `undefined` for this machine itself. */
  readonly client: string | undefined
}

/** A route about one chain. */
export type ChainRoute<Params, Query, Body> = RouteFacts & {
  readonly chain?: Route['chain']
  readonly paged?: boolean
  readonly signedIn?: boolean
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** Bytes. */
  readonly bodyLimit?: number
  /** What goes beside `ok: true`, a refusal, or a whole response. */
  readonly answerTo: (asked: Asked<Params, Query, Body>) => Promise<object>
}

/** What the checks need. */
export type Checks = Chains & { readonly login: Login }

/** Usual limit of a body: far more than any order. */
const BODY_LIMIT = 1024 * 1024

const NOBODY: Address = '0x0000000000000000000000000000000000000000'

/** How a request stops: the answer that says why. */
type Stop = { readonly stop: Response }

/**
 * A route about one chain: checks the chain, then the authorization, then path, query, page and body, and then answers.
 *
 * @example
 * chainRoute(checks, { method: 'get', path: '/deals', …, answerTo: ({ market, query, page }) => listDeals(market.read, …) })
 */
export function chainRoute<Params = unknown, Query = unknown, Body = unknown>(
  checks: Checks,
  spec: ChainRoute<Params, Query, Body>,
): Route {
  const chain = spec.chain ?? 'query'
  const { answerTo, paged = false, signedIn = false, ...facts } = spec
  return {
    ...facts,
    chain,
    paged,
    signedIn,
    answerTo: async (context) => {
      const found = findMarket(context, checks, chain)
      if ('stop' in found) return found.stop
      const signer = signedIn ? await checks.login.signIn(found.market, context.req.header('authorization')) : NOBODY
      if (signer === undefined) return failed(context, 403, 'invalid authorization')
      const asked = await readAsked(context, spec)
      if ('stop' in asked) return asked.stop
      const asker = { signedInAs: signer, request: context.req.raw, client: clientOf(askerOf(context)) }
      return answered(context, await answerTo({ ...found, ...asked, ...asker }))
    },
  }
}

/** The market that a request is about, and the id of its chain as it was asked. */
export function findMarket(
  context: HttpContext,
  { markets, absent }: Chains,
  chain: Route['chain'],
): { readonly market: Market; readonly chainId: string } | Stop {
  const asked = chain === 'path' ? context.req.param('chainId') : context.req.query('chainId')
  if (asked === undefined && chain === 'optional' && markets.length + absent.length === 1) {
    const [only] = markets
    return only === undefined
      ? { stop: failed(context, 503, 'The node of the chain does not answer yet, try again later.') }
      : { market: only, chainId: String(only.chainId) }
  }
  if (asked === undefined || asked === '') return { stop: failed(context, 400, 'chainId is a required field') }
  const market = markets.find(({ chainId }) => String(chainId) === asked)
  if (market !== undefined) return { market, chainId: asked }
  const isUnknown = absent.length > 0 && /^\d{1,16}$/u.test(asked)
  return isUnknown
    ? { stop: failed(context, 503, `chainId ${asked} may be a chain whose node does not answer yet, try again later.`) }
    : { stop: failed(context, 400, `chainId ${asked} is not supported`) }
}

async function readAsked<Params, Query, Body>(
  context: HttpContext,
  { params, query, paged, body, bodyLimit = BODY_LIMIT }: ChainRoute<Params, Query, Body>,
): Promise<Pick<Asked<Params, Query, Body>, 'params' | 'query' | 'page' | 'body'> | Stop> {
  const given = context.req.query()
  const path = readPart(params, context.req.param())
  if (!path.ok) return { stop: failed(context, 400, path.error) }
  const filters = readPart(query, given)
  if (!filters.ok) return { stop: failed(context, 400, filters.error) }
  const page = read(pageQuery, paged === true ? given : {})
  if (!page.ok) return { stop: failed(context, 400, page.error) }
  const rest = { params: path.value, query: filters.value, page: page.value }
  if (body === undefined) return { ...rest, body: undefined as Body }
  const sent = await readBody(context.req.raw, bodyLimit)
  if (!sent.ok) return { stop: failed(context, sent.status, sent.error) }
  const content = read(body, sent.body)
  return content.ok ? { ...rest, body: content.value } : { stop: failed(context, 400, content.error) }
}

// Without a schema a route asks for nothing, and its type says so.
function readPart<Value>(schema: z.ZodType<Value> | undefined, given: unknown): ReturnType<typeof read<Value>> {
  return schema === undefined ? { ok: true, value: undefined as Value } : read(schema, given)
}

function answered(context: HttpContext, answer: object): Response {
  if (answer instanceof Response) return answer
  return isRefusal(answer) ? failed(context, answer.status, answer.error) : context.json({ ok: true, ...answer })
}

function isRefusal(answer: object): answer is Refusal {
  return 'ok' in answer && answer.ok === false
}
