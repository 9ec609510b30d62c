import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBulk, readBulkCid, readSlice } from './content.ts'
import { cidOf, sliceOrder } from './testGateway.ts'

const [one, two, three] = [cidOf('1'), cidOf('2'), cidOf('3')]
const dataset = `0x${'Aa'.repeat(20)}`

describe('params name a bulk', () => {
  test('when they are a JSON object with a content identifier, whatever else is in it', () => {
    expect(readBulkCid(JSON.stringify({ bulk_cid: one }))).toBe(one)
    expect(readBulkCid(JSON.stringify({ unknown: 1, bulk_cid: one }))).toBe(one)
  })

  test.each([
    '',
    '--bulk',
    '[]',
    'null',
    '{"bulk_cid":1}',
    '{"bulk_cid":""}',
    '{"bulk_cid":"../../etc/passwd"}',
    `{"bulk_cid":"${one}/file"}`,
    `{"bulk_cid":"${one}?x"}`,
    '{"bulk_cid":"http://169.254.169.254/"}',
    '{"bulk_cid":["Qm"]}',
    `["${one}"]`,
  ])('and not by %j', (params) => {
    expect(readBulkCid(params)).toBeUndefined()
  })
})

describe('the list of a bulk', () => {
  const list = JSON.stringify([one, two, three])

  test('counts from the first task of the deal to its last', () => {
    expect(readBulk(list, { first: 0, size: 5 })?.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(readBulk(list, { first: 1, size: 1 })).toEqual([{ index: 1, cid: two }])
    expect(readBulk(list, { first: 3, size: 1 })).toEqual([])
    expect(readBulk(list, { first: 2 ** 53 - 1, size: 2 ** 53 - 1 })).toEqual([])
  })

  test('is skipped where it holds no content identifier, and others keep their index', () => {
    const text = JSON.stringify([1, null, '../x', two, {}, [three]])

    expect(readBulk(text, { first: 0, size: 100 })).toEqual([{ index: 3, cid: two }])
  })

  test('is read up to 10,000 slices', () => {
    const text = JSON.stringify(Array.from({ length: 10_001 }, () => one))

    expect(readBulk(text, { first: 0, size: 2 ** 53 - 1 })).toHaveLength(10_000)
  })

  test.each(['', '{}', '"x"', 'null', '<html>', '['])('is none when the file is %j', (text) => {
    expect(readBulk(text, { first: 0, size: 1 })).toBeUndefined()
    expect(readSlice(text)).toBeUndefined()
  })
})

describe('an order of a slice', () => {
  test('is kept with its position in the file, in lower case', () => {
    const text = JSON.stringify([null, { ...sliceOrder(dataset), more: 1 }])

    expect(readSlice(text)).toEqual(
      [
        {
          position: 1,
          dataset: dataset.toLowerCase(),
          body: JSON.stringify(sliceOrder(dataset.toLowerCase(), { sign: '0xabcd' })),
        },
      ].map((order) => ({ ...order, body: expect.any(String) as string })),
    )
    expect(JSON.parse(readSlice(text)?.[0]?.body ?? '')).toEqual(sliceOrder(dataset.toLowerCase(), { sign: '0xabcd' }))
  })

  test.each([
    [{ dataset: '0x12' }],
    [{ dataset: undefined }],
    [{ datasetprice: 0 }],
    [{ datasetprice: '-1' }],
    [{ datasetprice: '1e3' }],
    [{ volume: String(2n ** 256n) }],
    [{ volume: '' }],
    [{ tag: '0x00' }],
    [{ salt: `0x${'g'.repeat(64)}` }],
    [{ requesterrestrict: null }],
    [{ sign: '0x1' }],
    [{ sign: `0x${'00'.repeat(4097)}` }],
    [{ sign: '0xabcd\0' }],
  ])('with %j is skipped', (fault) => {
    const text = JSON.stringify([sliceOrder(dataset, fault), sliceOrder(dataset)])

    expect(readSlice(text)?.map(({ position }) => position)).toEqual([1])
  })

  test('may have the largest numbers and signature that there are', () => {
    const most = { datasetprice: String(2n ** 256n - 1n), volume: '0', sign: `0x${'00'.repeat(4096)}` }

    expect(readSlice(JSON.stringify([sliceOrder(dataset, most)]))).toHaveLength(1)
  })
})

test('no file makes a reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(fc.jsonValue()).map((list) => JSON.stringify(list)),
      ),
      (text) => {
        readBulkCid(text)
        readBulk(text, { first: 0, size: 10 })
        readSlice(text)
      },
    ),
  )
  expect(readSlice('['.repeat(500_000))).toBeUndefined()
})
