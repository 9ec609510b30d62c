import { priceItem, statItem } from '@iexec/wire'
import { toWide, WIDE_ZERO } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address, dealRow, hash } from '../../test/rows.ts'
import type { StatTable } from '../db/schema.ts'
import { prices } from './prices.ts'
import { statistics } from './statistics.ts'

/** 2026-01-01T00:00:00Z */
const NEW_YEAR = 1_767_225_600

function statRow(day: string, row: Partial<StatTable> = {}): StatTable {
  const subject = row.subject ?? 'all'
  const none = {
    deals: 0,
    tasks: 0,
    completed: 0,
    fruitless: 0,
    failed: 0,
    paid: WIDE_ZERO,
    latency_sum: 0,
    latency_max: 0,
  }
  return { id: `${day} ${subject}`, day, subject, ...none, ...row }
}

onBothEngines('statistics', (engine) => {
  test('tell of each day how many tasks succeeded, and how long they took', async () => {
    const { read, write } = await openTestDatabase(engine)
    const busy = { completed: 3, failed: 1, paid: toWide(70n), latency_sum: 90, latency_max: 50 }
    await write(async (writer) =>
      writer
        .insertInto('stat')
        .values([statRow('2026-01-01', busy), statRow('2026-01-02'), statRow('2026-01-02', { subject: address(3) })])
        .execute(),
    )

    const days = await statistics(read, { subject: 'all' })

    expect(days.map((day) => statItem.parse(day))).toEqual(days)
    expect(days).toMatchObject([
      { day: '2026-01-02', successRate: null, meanLatency: null, maxLatency: null },
      { day: '2026-01-01', successRate: 0.75, meanLatency: 30, maxLatency: 50, paid: 70 },
    ])
    expect(await statistics(read, { subject: address(3) })).toHaveLength(1)
  })

  test('count a task on whose failure the workers agreed as paid, and not as a success', async () => {
    const { read, write } = await openTestDatabase(engine)
    const mixed = { completed: 3, fruitless: 1, failed: 1, latency_sum: 90, latency_max: 50 }
    const vain = { completed: 2, fruitless: 2, paid: toWide(70n) }
    await write(async (writer) =>
      writer
        .insertInto('stat')
        .values([statRow('2026-01-01', mixed), statRow('2026-01-02', vain)])
        .execute(),
    )

    expect(await statistics(read, { subject: 'all' })).toMatchObject([
      { completed: 2, fruitless: 2, successRate: 0, meanLatency: null, maxLatency: null, paid: 70 },
      { completed: 3, fruitless: 1, successRate: 0.5, meanLatency: 45, maxLatency: 50 },
    ])
  })

  test('have the days from the first to the last that are asked for, both included', async () => {
    const { read, write } = await openTestDatabase(engine)
    const rows = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'].map((day) => statRow(day))
    await write(async (writer) => writer.insertInto('stat').values(rows).execute())

    const days = await statistics(read, { subject: 'all', from: '2026-01-02', to: '2026-01-03' })

    expect(days.map(({ day }) => day)).toEqual(['2026-01-03', '2026-01-02'])
  })
})

onBothEngines('prices', (engine) => {
  const filled = async (): Promise<Parameters<typeof prices>[0]> => {
    const { read, write } = await openTestDatabase(engine)
    const deals = [
      [0, 10n, 1],
      [3599, 30n, 2],
      [3600, 5n, 1],
      [86_399, 20n, 1],
      [86_400, 7n, 4],
    ] as const
    const rows = deals.map(([seconds, price, tasks], n) =>
      dealRow({
        id: hash(n),
        category: 1,
        block: n,
        timestamp: NEW_YEAR + seconds,
        workerpool_price: toWide(price),
        bot_size: tasks,
      }),
    )
    const other = dealRow({ id: hash(9), category: 2, block: 9, timestamp: NEW_YEAR + 86_400 })
    await write(async (writer) =>
      writer
        .insertInto('deal')
        .values([...rows, other])
        .execute(),
    )
    return read
  }

  test('tell of each day the first, highest, lowest and last price, and the mean of its tasks', async () => {
    const read = await filled()

    const days = await prices(read, { category: 1, days: 90 })

    expect(days.map((day) => priceItem.parse(day))).toEqual(days)
    expect(days).toEqual([
      { day: '2026-01-02', category: 1, open: 7, high: 7, low: 7, close: 7, mean: 7, deals: 1, tasks: 4 },
      { day: '2026-01-01', category: 1, open: 10, high: 30, low: 5, close: 20, mean: 19, deals: 4, tasks: 5 },
    ])
  })

  test('can be asked for by the hour', async () => {
    const read = await filled()

    const hours = await prices(read, { category: 1, days: 3, per: 'hour' })

    expect(hours.map(({ day, hour, open, close }) => [day, hour, open, close])).toEqual([
      ['2026-01-02', 0, 7, 7],
      ['2026-01-01', 23, 20, 20],
      ['2026-01-01', 1, 5, 5],
    ])
  })

  test('can be asked for some days only, and of all categories', async () => {
    const read = await filled()
    const daysOf = async (query: object): Promise<readonly unknown[]> =>
      (await prices(read, { days: 90, ...query })).map(({ day, category }) => [day, category])

    expect(await daysOf({ from: '2026-01-02' })).toEqual([
      ['2026-01-02', 1],
      ['2026-01-02', 2],
    ])
    expect(await daysOf({ to: '2026-01-01' })).toEqual([['2026-01-01', 1]])
    expect(await daysOf({ days: 1, category: 1 })).toEqual([['2026-01-02', 1]])
  })
})
