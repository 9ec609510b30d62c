// Requests that lose what they live on, when there are very many of them and of the orders that they might find instead.
import type { Engine } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import type { Address } from 'viem'
import { NOBODY, address, hash } from '../../test/rows.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { dropUnmatched } from './dependants.ts'
import { TEE_TAG, appOrder, openTestBook, person, requestOrder, rowOf, seedBook, statuses } from './testMarket.ts'

const APP: Address = address(1)

/** As many app orders that are each for one person as there are requests of other people; how long the judging takes. */
async function judgeMany(engine: Engine, count: number): Promise<{ readonly tookMs: number; readonly open: number }> {
  const book = await openTestBook(engine)
  const offer = rowOf('apporder', appOrder(APP, { appprice: 0 }), { signer: person(1) })
  const request = rowOf('requestorder', requestOrder({ app: APP, requester: person(2) }), { signer: person(2) })
  const rows = Array.from({ length: count }, (_, n): readonly BookOrderTable[] => [
    { ...offer, hash: hash(n, '1'), requester: address(n, '1') },
    // Every other request finds the one order that is for its requester.
    { ...request, hash: hash(n, '2'), requester: address(n, n % 2 === 0 ? '1' : '2') },
  ])
  await seedBook(book.database, rows.flat())

  const start = performance.now()
  await book.market.bus.write(async (writer, announce) =>
    dropUnmatched(writer, { app: new Set([APP]), dataset: new Set() }, { block: 1, announce }),
  )
  const tookMs = performance.now() - start

  const open = [...(await statuses(book.database))].filter(([key, status]) => key[2] === '2' && status === 'open')
  return { tookMs, open: open.length }
}

onBothEngines('dependants', (engine) => {
  test('are judged in a time that grows with their number, not with its square', { timeout: 120_000 }, async () => {
    await judgeMany(engine, 500)

    const few = await judgeMany(engine, 500)
    const many = await judgeMany(engine, 5000)

    expect([few.open, many.open]).toEqual([250, 2500])
    // Ten times as many of both: linear work takes 10 times as long, work for each pair 100 times. The first milliseconds are free.
    expect(many.tookMs).toBeLessThan(50 * Math.max(few.tookMs, 10))
  })

  test('stay when an order that lets them in is left, on every side and with the environment that they ask for', async () => {
    const book = await openTestBook(engine)
    const [pool, dataset, me] = [address(5), address(6), person(2).toLowerCase() as Address]
    const offers = [
      appOrder(APP, { appprice: 9 }),
      appOrder(APP, { appprice: 8, tag: TEE_TAG }),
      appOrder(APP, { appprice: 3, workerpoolrestrict: pool, requesterrestrict: me }),
      appOrder(APP, { appprice: 2, datasetrestrict: dataset }),
    ].map((offer) => rowOf('apporder', offer, { signer: person(1) }))
    const ask = (fields: Parameters<typeof requestOrder>[1]): BookOrderTable =>
      rowOf('requestorder', requestOrder({ app: APP, requester: me }, fields), { signer: me })
    const stay = [
      ask({ appmaxprice: 8 }),
      ask({ appmaxprice: 8, tag: TEE_TAG }),
      ask({ appmaxprice: 3, workerpool: pool }),
      ask({ appmaxprice: 2, dataset }),
      ask({ appmaxprice: 2, dataset, workerpool: pool }),
    ]
    const leave = [
      ask({ appmaxprice: 7 }),
      ask({ appmaxprice: 7, tag: TEE_TAG, workerpool: pool }),
      ask({ appmaxprice: 2, workerpool: pool }),
      { ...ask({ appmaxprice: 3, workerpool: pool }), requester: address(9) },
      ask({ appmaxprice: 1, dataset }),
    ]
    await seedBook(book.database, [...offers, ...stay, ...leave])

    await book.market.bus.write(async (writer, announce) =>
      dropUnmatched(writer, { app: new Set([APP, NOBODY]), dataset: new Set() }, { block: 1, announce }),
    )

    const left = await statuses(book.database)
    expect(stay.map((row) => left.get(row.hash))).toEqual(stay.map(() => 'open'))
    expect(leave.map((row) => left.get(row.hash))).toEqual(leave.map(() => 'dead'))
    expect(book.announced).toHaveLength(leave.length)
  })
})
