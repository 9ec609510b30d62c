// Whatever is sent to whatever is described: the answer is one of those that are described, and never a fault of ours.
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import { orderDomain } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assetRow, bookRow, dealRow, hash, taskRow } from '../../test/rows.ts'
import { ask, logIn, openTestApp, type TestApp } from './testApp.ts'

type Schema = { readonly type?: string; readonly enum?: readonly string[]; readonly pattern?: string }
type Parameter = { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Schema }
type Operation = {
  readonly path: string
  readonly method: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: object } } }
  readonly security?: object
  readonly responses: Readonly<Record<string, unknown>>
}

let chain: TestMarket
beforeAll(async () => {
  chain = await startMarket()
})
afterAll(async () => {
  await chain.stop()
})

/** A market with one of each. */
async function openMarket(engine: 'sqlite' | 'postgres'): Promise<TestApp> {
  const { hub, chainId } = chain.addresses
  const shop = await openTestApp(engine, { client: chain.owner, domain: orderDomain(chainId, hub) })
  await shop.database.write(async (writer) => {
    await writer
      .insertInto('asset')
      .values(assetRow({ address: '0x1234567890123456789012345678901234567890', kind: 'app' }))
      .execute()
    await writer
      .insertInto('deal')
      .values(dealRow({ id: hash(1) }))
      .execute()
    await writer
      .insertInto('task')
      .values(taskRow({ id: hash(2), deal: hash(1) }))
      .execute()
    await writer
      .insertInto('book_order')
      .values(bookRow({ hash: hash(3), kind: 'workerpool', body: '{}' }))
      .execute()
  })
  return shop
}

async function operationsOf({ app }: TestApp): Promise<readonly Operation[]> {
  const { json } = await ask(app, '/openapi.json')
  const paths = json['paths'] as Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'path' | 'method'>>>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  )
}

const junk = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e400',
    'NaN',
    '9007199254740992',
    '0x',
    'null',
    'any',
    '%00',
    "'; drop table deal; --",
    '\0',
  ),
  fc.jsonValue().map((value) => JSON.stringify(value)),
)

/** What a parameter may be, as it is described: or anything else. */
function valueOf({ name, schema }: Parameter): fc.Arbitrary<string> {
  if (name === 'chainId') return fc.oneof({ weight: 9, arbitrary: fc.constant('31337') }, junk)
  const address = fc.constantFrom(
    '0x1234567890123456789012345678901234567890',
    `0x${'0'.repeat(40)}`,
    `0x${'fF'.repeat(20)}`,
  )
  const bytes = fc.constantFrom(hash(1), hash(2), hash(3), `0x${'0'.repeat(64)}`, `0x${'F'.repeat(64)}`)
  const wanted =
    schema.enum === undefined
      ? fc.oneof(
          address,
          bytes,
          fc.maxSafeNat().map(String),
          fc.nat(50).map(String),
          fc.constantFrom('true', 'any', '2024-01-01'),
        )
      : fc.constantFrom(...schema.enum)
  return fc.oneof({ weight: 4, arbitrary: wanted }, { weight: 1, arbitrary: junk })
}

/** A request to an operation. */
function requestTo(
  operation: Operation,
): fc.Arbitrary<{ readonly url: string; readonly body: string | undefined; readonly login: boolean }> {
  const parameters = fc.tuple(
    ...operation.parameters.map((parameter) => {
      // Nothing in the place of a part is another path: `/docs/` is not `/docs/{file}`.
      if (parameter.in === 'path') return valueOf(parameter).filter((value) => value !== '')
      return parameter.required ? valueOf(parameter) : fc.option(valueOf(parameter), { nil: undefined, freq: 3 })
    }),
  )
  const field = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.nat(),
    fc.constantFrom(hash(1), '0x1234567890123456789012345678901234567890'),
  )
  const fields = JSON.stringify(operation.requestBody ?? {}).matchAll(/"(?<name>\w+)":\{/gu)
  const names = [...new Set([...fields].map(({ groups }) => groups?.['name'] ?? ''))]
  const object = fc.dictionary(fc.constantFrom('order', 'orders', ...names), field)
  const body = fc.oneof(
    junk,
    object.map((value) => JSON.stringify(value)),
    object.map((value) => JSON.stringify({ order: value })),
  )
  return fc.record({ parameters, body, login: fc.boolean() }).map((drawn) => {
    const named = operation.parameters.map((parameter, index) => [parameter, drawn.parameters[index]] as const)
    const path = named.reduce(
      (text, [{ name }, value]) => text.replace(`{${name}}`, encodeURIComponent(value?.toWellFormed() ?? '')),
      operation.path,
    )
    const query = new URLSearchParams()
    for (const [{ name, in: place }, value] of named) {
      if (place === 'query' && value !== undefined) query.append(name, value)
    }
    return {
      url: `${path}?${query.toString()}`,
      body: operation.method === 'GET' ? undefined : drawn.body,
      login: drawn.login,
    }
  })
}

onBothEngines('whatever is sent', (engine) => {
  test('is answered by what is described, and never by a fault of ours', async () => {
    const market = await openMarket(engine)
    const operations = (await operationsOf(market)).filter(({ path }) => path !== '/events')

    const drawn = fc
      .constantFrom(...operations)
      .chain((operation) => fc.tuple(fc.constant(operation), requestTo(operation)))
    const told = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(drawn, async ([{ method, responses, security }, { url, body, login }]) => {
        const authorization =
          login && security !== undefined ? { authorization: await logIn(market.app, 1) } : undefined
        const init = {
          method,
          ...(authorization && { headers: authorization }),
          ...(body === undefined ? {} : { body }),
        }

        const answer = await market.app.request(url, init)

        expect(market.logged).toEqual([])
        expect(answer.status).toBeLessThan(500)
        told.set(answer.status, (told.get(answer.status) ?? 0) + 1)
        // An empty part of a path leads to another route, or to none.
        if (answer.status !== 404 && answer.status !== 405)
          expect(Object.keys(responses)).toContain(String(answer.status))
      }),
      { numRuns: 1500 },
    )

    for (const status of [200, 400, 403, 404]) expect(told.get(status)).toBeGreaterThan(10)
    expect(await market.database.read.selectFrom('book_order').select('hash').execute()).toHaveLength(1)
    expect(await market.database.read.selectFrom('pool_endpoint').select('workerpool').execute()).toEqual([])
  }, 300_000)
})
