// Requests that nobody should send, and some that one may: drawn from the service's own OpenAPI and from what is in its tables.
import fc, { type GeneratorValue } from 'fast-check'
import { NASTY, drawDocument, pick, type GraphqlWorld } from './fuzzGraphql.ts'

type Schema = { readonly type?: string; readonly enum?: readonly string[]; readonly pattern?: string }
type Parameter = { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }

/** A route, as the service describes it. */
export type Operation = {
  readonly path: string
  readonly method: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: object
  readonly security?: object
}

/** What requests are drawn from. */
export type World = GraphqlWorld & {
  readonly chainId: number
  /** The numbers of those who log in. */
  readonly accounts: readonly number[]
  readonly operations: readonly Operation[]
  /** Orders of each kind that are signed and may be published, by the name of the kind. */
  readonly orders: readonly { readonly kind: string; readonly order: Readonly<Record<string, unknown>> }[]
}

/** A request; `login` is the number of the account whose valid authorization it brings. */
export type FuzzRequest = {
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
  readonly login: number | undefined
}

/** Draws a request. */
export function drawRequest(draw: GeneratorValue, world: World): FuzzRequest {
  return pick(draw, WAYS)(draw, world)
}

type Way = (draw: GeneratorValue, world: World) => FuzzRequest

/** Any route, with parameters and a body that are often as described. */
const anyRoute: Way = (draw, world) => {
  const operation = pick(draw, world.operations)
  const { method } = operation
  return {
    path: drawPath(draw, world, operation),
    method,
    headers: drawHeaders(draw),
    body: method === 'GET' ? undefined : pick(draw, [drawObject, drawRaw])(draw, world, operation),
    login: draw(fc.boolean) ? pick(draw, world.accounts) : undefined,
  }
}

/** A real order with one thing changed, or none. */
const spoiltOrder: Way = (draw, world) => {
  const spoilt = drawOrder(draw, world)
  return {
    path: `/${spoilt.kind}s?chainId=${world.chainId}`,
    method: 'POST',
    headers: {},
    body: JSON.stringify({ order: spoilt.order }),
    login: pick(draw, world.accounts),
  }
}

/** Some of them at once. */
const spoiltBatch: Way = (draw, world) => {
  const orders = Array.from({ length: draw(fc.nat, { max: 5 }) }, () => {
    const { kind, order } = drawOrder(draw, world)
    return draw(fc.boolean) ? { kind, order } : { [pick(draw, ['kind', 'order', 'x'])]: drawJson(draw, world) }
  })
  const body = JSON.stringify({ orders })
  return {
    path: `/orders?chainId=${world.chainId}`,
    method: 'POST',
    headers: {},
    body,
    login: pick(draw, world.accounts),
  }
}

const graphql: Way = (draw, world) => {
  const query = drawDocument(draw, world)
  const variables = pick(draw, [undefined, null, {}, { a: '\0' }])
  const body = JSON.stringify({ query, variables })
  return { path: `/graphql?chainId=${world.chainId}`, method: 'POST', headers: {}, body, login: undefined }
}

/** The polling of sockets, without its library. */
const rawSocket: Way = (draw, world) => {
  const query = new URLSearchParams({
    EIO: pick(draw, ['3', '4', '5', '']),
    transport: pick(draw, ['polling', 'websocket', '\0', 'constructor']),
    sid: pick(draw, ['', ...NASTY, ...world.known]),
  })
  const method = pick(draw, ['GET', 'POST', 'PUT', 'OPTIONS'])
  const body = method === 'GET' ? undefined : pick(draw, ['40', '42["join",{}]', '4'.repeat(5000), '\x1e\x1e', ''])
  return { path: `/ws/?${query.toString()}`, method, headers: drawHeaders(draw), body, login: undefined }
}

const WAYS: readonly Way[] = [
  anyRoute,
  anyRoute,
  anyRoute,
  spoiltOrder,
  spoiltOrder,
  spoiltBatch,
  graphql,
  graphql,
  rawSocket,
]

function drawPath(draw: GeneratorValue, world: World, { path, parameters }: Operation): string {
  const query = new URLSearchParams()
  let filled = path
  for (const parameter of parameters) {
    const { name, in: place, required } = parameter
    if (place === 'query') {
      if (required || pick(draw, [true, false, false])) query.append(name, drawParameter(draw, world, parameter))
    } else filled = filled.replace(`{${name}}`, encodeURIComponent(drawParameter(draw, world, parameter)))
  }
  return `${filled}?${query.toString()}`
}

function drawParameter(draw: GeneratorValue, { known, chainId }: World, { name, schema }: Parameter): string {
  if (name === 'chainId' && pick(draw, OFTEN)) return String(chainId)
  if (!pick(draw, OFTEN)) return pick(draw, NASTY).toWellFormed()
  if (schema.enum !== undefined) return pick(draw, schema.enum)
  const usual = [...known, '0', '1', '10', '20', '1000', 'true', 'any', '2024-01-01']
  const pattern = new RegExp(schema.pattern ?? (schema.type === 'integer' ? /^\d+$/u : ''), 'u')
  const fitting = usual.filter((value) => pattern.test(value))
  return pick(draw, fitting.length === 0 ? usual : fitting)
}

const OFTEN: readonly boolean[] = [true, true, true, true, false]

function drawHeaders(draw: GeneratorValue): Readonly<Record<string, string>> {
  if (pick(draw, OFTEN)) return {}
  const name = pick(draw, [
    'accept',
    'authorization',
    'content-type',
    'last-event-id',
    'origin',
    'if-none-match',
    'range',
  ])
  const values = [
    '',
    '*/*',
    'text/event-stream',
    'application/json; charset=utf-7',
    'null',
    '\u00FF',
    '_',
    '__',
    '0x_0x_0x',
  ]
  return {
    [name]: pick(draw, [...values, 'x'.repeat(10_000), `0x${'0'.repeat(64)}_0x${'f'.repeat(130)}_0x${'0'.repeat(40)}`]),
  }
}

/** An object with the fields that the route knows, and values of any kind. */
function drawObject(draw: GeneratorValue, world: World, { requestBody }: Operation): string {
  const described = JSON.stringify(requestBody ?? {}).matchAll(/"(?<name>\w+)":\{/gu)
  const names = [...new Set([...described].map(({ groups }) => groups?.['name'] ?? ''))]
  const fields = Array.from({ length: draw(fc.nat, { max: 6 }) }, () => pick(draw, ['order', 'orders', ...names]))
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, drawJson(draw, world)])))
}

/** What is hardly JSON. */
function drawRaw(draw: GeneratorValue): string | Uint8Array<ArrayBuffer> {
  return pick(draw, [
    '',
    '{',
    'null',
    '"\\ud800"',
    '[1e999]',
    `{"order":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    `${'{"order":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    `{"order":"${'x'.repeat(2_000_000)}"}`,
    '{"order":{"__proto__":{"app":1}},"__proto__":null}',
    '{"order":{"volume":1,"volume":-1e308,"salt":"\\u0000"}}',
    new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22, 0x3a, 0x31, 0x7d]),
    new Uint8Array(0),
  ])
}

function drawJson(draw: GeneratorValue, { known }: World): unknown {
  return pick(draw, VALUES) ?? pick(draw, [...known, ...NASTY])
}

const VALUES: readonly unknown[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  null,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  true,
  [],
  {},
  [[]],
  { valueOf: 1 },
  ['\0'],
]

/** Nothing is changed in one of ten. */
function drawOrder(draw: GeneratorValue, world: World): World['orders'][number] {
  const { kind, order } = pick(draw, world.orders)
  const change = draw(fc.nat, { max: 9 })
  const field = pick(draw, Object.keys(order))
  if (change === 0) return { kind, order }
  if (change === 1) return { kind: pick(draw, world.orders).kind, order }
  if (change === 2) return { kind, order: Object.fromEntries(Object.entries(order).filter(([name]) => name !== field)) }
  if (change === 3) return { kind, order: { ...order, [pick(draw, NASTY)]: drawJson(draw, world) } }
  return { kind, order: { ...order, [field]: drawJson(draw, world) } }
}
