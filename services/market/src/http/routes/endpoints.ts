// Routes of the directory of workerpools' APIs. Their paths begin with the chain, as existing clients ask.
import { poolEndpointBody, poolEndpointItem } from '@iexec/wire'
import { findEndpoint, listEndpoints, storeEndpoint } from '../endpoints.ts'
import { chainRoute, type Checks, type Route } from '../route.ts'
import { itemAnswer, listAnswer } from './answers.ts'
import { byAddress } from './fields.ts'

const PATH = '/:chainId{[0-9]+}/workerpools'
const GROUP = "Workerpools' APIs"

/** The routes of the directory. */
export function endpointRoutes(checks: Checks): readonly Route[] {
  return [
    chainRoute(checks, {
      method: 'get',
      path: PATH,
      group: GROUP,
      summary: 'All signed endpoints that hold now, for other markets to copy.',
      chain: 'path',
      paged: true,
      answer: listAnswer('workerpools', poolEndpointItem),
      answerTo: async ({ market, page }) => listEndpoints(market, page),
    }),
    chainRoute(checks, {
      method: 'get',
      path: `${PATH}/:address`,
      group: GROUP,
      summary: 'Where the API of a workerpool is.',
      chain: 'path',
      params: byAddress,
      answer: itemAnswer(poolEndpointItem),
      failures: { 404: 'workerpool API URL not found' },
      answerTo: async ({ market, params }) =>
        (await findEndpoint(market, params.address)) ?? {
          ok: false,
          status: 404,
          error: 'workerpool API URL not found',
        },
    }),
    chainRoute(checks, {
      method: 'put',
      path: `${PATH}/:address`,
      group: GROUP,
      summary:
        "Says where the API of a workerpool is. The owner signs EIP-712 PoolEndpoint{address workerpool,string apiUrl,uint256 validUntil} under the domain {name:'iExec PoolEndpoint',version:'1',chainId}.",
      chain: 'path',
      params: byAddress,
      body: poolEndpointBody,
      answer: itemAnswer(poolEndpointItem),
      failures: {
        403: 'not the signature of the owner, in the past, or older than what is known, or as old and of a greater hash',
        404: 'workerpool not found',
      },
      answerTo: async ({ market, params, body }) => {
        const stored = await storeEndpoint(market, { ...body, workerpool: params.address })
        return 'endpoint' in stored ? stored.endpoint : stored
      },
    }),
  ]
}
