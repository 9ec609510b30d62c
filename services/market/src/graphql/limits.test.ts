// What a document may use up: bytes on the wire, lists, and time of the database, here by a clock that the test moves.
import { setImmediate } from 'node:timers/promises'
import { onBothEngines } from '@iexec/service/test/database'
import type { ExecutionResult } from 'graphql'
import { expect, test } from 'vitest'
import { address, assetRow } from '../../test/rows.ts'
import { ask, openTestApp } from '../http/testApp.ts'
import { openExample } from './exampleMarket.ts'
import { requester } from './exampleRows.ts'

const messages = ({ errors = [] }: ExecutionResult): readonly string[] => errors.map(({ message }) => message)
const document = (count: number, field: (n: number) => string): string =>
  `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${field(n)}`).join(' ')} }`

test('a document with its variables is at most 128 kB long', async () => {
  const { app } = await openTestApp('sqlite')
  const send = async (length: number) => {
    const body = JSON.stringify({ query: '{ apps { id } }', variables: { unused: '' } })
    return ask(app, '/graphql', { method: 'POST', body: body.padEnd(length) })
  }

  expect(await send(128 * 1024)).toEqual({ status: 200, json: { data: { apps: [] } } })
  expect(await send(128 * 1024 + 1)).toEqual({
    status: 413,
    json: { ok: false, error: 'body is larger than 131072 bytes' },
  })
})

onBothEngines('the lists of a document', (engine) => {
  test('are at most 60, and at most 10 without an index, and with one more no query begins', async () => {
    const { run, ask: answer, queries } = await openExample(engine)
    const slow = [
      (n: number) => `rewards(first: 1, skip: ${n}, orderBy: task__timestamp) { id }`,
      (n: number) => `apps(skip: ${n}, orderBy: usageCount) { id }`,
      (n: number) => `deals(where: { botSize_gt: "${n}" }) { id }`,
      (n: number) => `deals(where: { app_: { name: "${n}" } }) { id }`,
      (n: number) => `account(id: "${requester}") { dealRequester(skip: ${n}, orderBy: params) { id } }`,
    ]
    const quick = [
      (n: number) => `deals(first: 1, skip: ${n}, orderBy: timestamp, orderDirection: desc) { id }`,
      (n: number) => `rewards(where: { transaction: "0x${n}" }, orderBy: timestamp) { id }`,
      (n: number) => `bulkSliceice(where: { datasets_: { id: "0x${n}" } }) { id }`,
      (n: number) => `tasks(where: { id_in: ["0x${n}"], status: ACTIVE }) { id }`,
      (n: number) => `account(id: "${requester}") { dealRequester(skip: ${n}) { id } }`,
    ]

    for (const field of slow) {
      await answer(document(10, field))
      expect(messages(await run(document(11, field)))).toContain(
        'The query has more than 10 lists that are sorted or filtered by what has no index.',
      )
      // What the lists belong to was found before.
      expect(queries()).toBe(field(0).startsWith('account') ? 1 : 0)
    }
    for (const field of quick) {
      await answer(document(60, field))
      expect(messages(await run(document(61, field)))).toContain('The query has more than 60 lists.')
      expect(queries()).toBe(field(0).startsWith('account') ? 1 : 0)
    }
    await answer(document(60, () => 'apps(orderBy: usageCount) { id }'))
    expect(queries()).toBe(1)
  })
})

onBothEngines('the time of a document', (engine) => {
  test('is what its queries take, and no query begins when it is used up', async () => {
    let time = 0
    // Read before and after each query: each takes 500 ms.
    const now = (): number => (time += 500)
    const { run, ask: answer, queries } = await openExample(engine, { now })

    await answer(document(4, (n) => `deals(skip: ${n}) { id }`))
    expect(queries()).toBe(4)
    expect(messages(await run(document(60, (n) => `deals(skip: ${n}) { id }`)))).toEqual([
      'The query takes longer than 2000 ms. Ask for less at once.',
    ])
    await setImmediate()
    expect(queries()).toBe(4)
  })

  test('may be another, and leaves what was answered before', async () => {
    let time = 0
    const { run, queries } = await openExample(engine, { now: () => (time += 500), limits: { maxMilliseconds: 500 } })

    const { data, errors } = await run('{ app(id: "0x") { id } deal(id: "0x") { id } task(id: "0x") { id } }')

    expect({ ...data }).toEqual({ app: null, deal: null, task: null })
    expect(new Set(errors?.map(({ message }) => message))).toEqual(
      new Set(['The query takes longer than 500 ms. Ask for less at once.']),
    )
    expect(errors?.map(({ path }) => path)).toEqual([['deal'], ['task']])
    expect(queries()).toBe(1)
  })

  test('is shared with others: whatever waits in the process runs between two queries', async () => {
    let turns = 0
    const done = new AbortController()
    const seen: number[] = []
    // The clock is read where a query begins.
    const { ask: answer, queries } = await openExample(engine, {
      now: () => {
        seen.push(turns)
        return 0
      },
    })
    const others = (async () => {
      while (!done.signal.aborted) {
        await setImmediate()
        turns += 1
      }
    })()

    await answer(document(20, (n) => `deals(first: 1, skip: ${n}) { id }`))
    done.abort()
    await others

    expect(queries()).toBe(20)
    const starts = seen.filter((_, n) => n % 2 === 0)
    expect(new Set(starts).size).toBe(20)
  })
})

test('a filter in a document is compared with its type once, however many parents a list has', async () => {
  const { run, database } = await openExample('sqlite', { empty: true })
  await database.write(async (writer) => {
    for (let n = 0; n < 300; n += 1) {
      await writer
        .insertInto('asset')
        .values(assetRow({ address: address(n), kind: 'app' }))
        .execute()
    }
  })
  const cost = async (parents: number): Promise<number> => {
    const start = process.cpuUsage()
    const { errors } = await run(`{ apps(first: ${parents}) {
      usages(first: 0, where: { or: [${'{}'.repeat(1000)}] }) { id }
    } }`)
    expect(errors).toBeUndefined()
    return process.cpuUsage(start).user
  }
  await cost(1)

  const [one, many] = [await cost(1), await cost(300)]

  expect(many).toBeLessThan(30 * one)
})
