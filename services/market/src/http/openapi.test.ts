// The description of the API: it is whole, it is consistent, and it is true.
import { expect, test } from 'vitest'
import { openapiPath } from './openapi.ts'
import { ask, openTestApp } from './testApp.ts'

type Operation = {
  readonly operationId: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>>
  readonly requestBody?: object
  readonly security?: object
}
type Description = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

async function describe(): Promise<Description> {
  const { app } = await openTestApp('sqlite')
  return (await ask(app, '/openapi.json')).json as unknown as Description
}

test('every route that is served is described, and every route that is described is served', async () => {
  const { app } = await openTestApp('sqlite')
  const { paths, openapi } = (await ask(app, '/openapi.json')).json as unknown as Description

  const served = app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
    .map(({ method, path }) => `${method} ${openapiPath(path)}`)
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )

  expect(openapi).toBe('3.1.0')
  expect(described.toSorted()).toEqual(served.toSorted())
  expect(described).toHaveLength(new Set(described).size)
  expect(described.length).toBeGreaterThan(40)
})

test('every operation has a name of its own, names its path, and tells of success and failure', async () => {
  const { paths } = await describe()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).map((operation) => ({ path, ...operation })),
  )

  const names = operations.map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
  for (const { path, parameters, responses } of operations) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    expect(inPath).toEqual([...path.matchAll(/\{(?<name>\w+)\}/gu)].map(({ groups }) => groups?.['name']))
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '429', '500']))
    const parts = parameters.map((parameter) => `${parameter.in} ${parameter.name}`)
    expect(new Set(parts).size).toBe(parts.length)
  }
})

test('every reference leads somewhere', async () => {
  const description = await describe()

  const references = [...JSON.stringify(description).matchAll(/"\$ref":"(?<to>[^"]+)"/gu)].map(
    ({ groups }) => groups?.['to'],
  )

  expect(references.length).toBeGreaterThan(50)
  const known = Object.keys(description.components.schemas).map((name) => `#/components/schemas/${name}`)
  expect([...new Set(references)].filter((to) => to === undefined || !known.includes(to))).toEqual([])
})

test('the order book is described with its filters, its body, its login and its refusals', async () => {
  const { paths } = await describe()

  const book = paths['/apporders']

  expect(book?.['get']?.parameters.map(({ name, required }) => [name, required])).toEqual([
    ['chainId', true],
    ...[
      'app',
      'appOwner',
      'dataset',
      'isDatasetStrict',
      'workerpool',
      'isWorkerpoolStrict',
      'requester',
      'isRequesterStrict',
      'minTag',
      'maxTag',
      'minVolume',
      'status',
      'pageIndex',
      'pageSize',
      'page',
    ].map((name) => [name, false]),
  ])
  expect(book?.['post']).toMatchObject({
    requestBody: { content: { 'application/json': { schema: { properties: { order: {} }, required: ['order'] } } } },
    security: [{ login: [] }],
    responses: { 400: {}, 403: {}, 413: {}, 503: {} },
  })
})
