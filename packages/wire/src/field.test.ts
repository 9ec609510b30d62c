// The exact words for what is wrong, and what is made of what is right.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  assetQuery,
  batchBody,
  batchEntry,
  challengeQuery,
  dealQuery,
  eventsQuery,
  joinMessage,
  matchWish,
  ohlcQuery,
  orderQuery,
  pagedAnswer,
  pageQuery,
  pathHash,
  poolEndpointBody,
  publishBody,
  read,
  statQuery,
  unpublishBody,
  WIRE_KINDS,
} from './index.ts'

const ADDRESS = `0x${'Ab'.repeat(20)}`
const HASH = `0x${'Cd'.repeat(32)}`

test.each([
  [pageQuery, { pageSize: 9 }, 'pageSize must be greater than or equal to 10'],
  [pageQuery, { pageSize: '1001' }, 'pageSize must be less than or equal to 1000'],
  [pageQuery, { pageIndex: '-1' }, 'pageIndex must be greater than or equal to 0'],
  [pageQuery, { pageIndex: '0.5' }, 'pageIndex must be an integer'],
  [pageQuery, { page: '-1' }, 'page must be greater than or equal to 0'],
  [
    pageQuery,
    { pageIndex: 'abc' },
    'pageIndex must be a `number` type, but the final value was: `NaN` (cast from the value `"abc"`).',
  ],
  [
    orderQuery.datasetorder,
    { dataset: 'any', isAppStrict: 'abc' },
    'isAppStrict must be a `boolean` type, but the final value was: `"abc"`.',
  ],
  [orderQuery.apporder, { app: ADDRESS, minTag: '0x1' }, 'minTag must be a bytes32 hexstring'],
  [orderQuery.apporder, { app: '0x1' }, 'app is neither "any" nor a valid ethereum address'],
  [orderQuery.apporder, {}, 'app or appOwner is required'],
  [orderQuery.datasetorder, {}, 'dataset or datasetOwner is required'],
  [orderQuery.apporder, { app: 'any', status: 'any' }, 'appOwner is required with status'],
  [orderQuery.requestorder, { status: 'filled' }, 'requester is required with status'],
  [
    orderQuery.workerpoolorder,
    { status: 'closed', workerpoolOwner: ADDRESS },
    'status must be one of the following values: open, filled, canceled, dead, any',
  ],
  [orderQuery.datasetorder, { datasetOwner: 'any' }, 'datasetOwner is not a valid ethereum address'],
  [challengeQuery, { address: '0x1' }, 'address is not a valid ethereum address'],
  [challengeQuery, {}, 'address is a required field'],
  [ohlcQuery, {}, 'category is a required field'],
  [dealQuery, { requester: 'me' }, 'requester is not a valid ethereum address'],
  [unpublishBody.apporder, {}, 'orderHash is a required field'],
  [unpublishBody.apporder, { orderHash: '0x12' }, 'orderHash must be a bytes32 hexstring'],
  [unpublishBody.requestorder, { target: 'unpublish_all' }, 'requester is a required field'],
  [
    unpublishBody.apporder,
    { target: 'all' },
    'target must be one of the following values: unpublish_orderHash, unpublish_last, unpublish_all',
  ],
  [
    unpublishBody.apporder,
    { target: null, orderHash: HASH },
    'target must be one of the following values: unpublish_orderHash, unpublish_last, unpublish_all',
  ],
  [publishBody.apporder, {}, 'order is a required field'],
  [publishBody.apporder, { order: 'x' }, 'order must be a `object` type, but the final value was: `"x"`.'],
  [batchBody, {}, 'orders is a required field'],
  [batchBody, { orders: [] }, 'orders field must have at least 1 items'],
  [
    batchBody,
    { orders: Array.from({ length: 101 }, () => ({ kind: 'apporder' })) },
    'orders field must have less than or equal to 100 items',
  ],
  [
    batchEntry,
    { kind: 'app' },
    'kind must be one of the following values: apporder, datasetorder, workerpoolorder, requestorder',
  ],
  [statQuery, { from: '2024-02-30' }, 'from must be a day as YYYY-MM-DD'],
  [statQuery, { from: '2024-02-02', to: '2024-02-01' }, 'from must not be after to'],
  [eventsQuery, { topics: 'deals,money' }, 'topics must be some of the following values: orders, deals, tasks, blocks'],
  [joinMessage, { chainId: 1, topic: 'x' }, 'topic must be one of the following values: orders, deals'],
  [poolEndpointBody, { apiUrl: 'ftp://a.b' }, 'apiUrl must be an http or https URL'],
  [poolEndpointBody, { apiUrl: 'https://a.b/\0' }, 'apiUrl must be an http or https URL'],
  [assetQuery, { name: 'a\0' }, 'name must not hold a null character'],
  [poolEndpointBody, { apiUrl: 'https://me:secret@a.b' }, 'apiUrl must not hold a user or password'],
  [
    matchWish,
    { app: ADDRESS, category: 0, requester: `0x${'0'.repeat(40)}` },
    'requester must not be the zero address',
  ],
  [matchWish, { app: ADDRESS, category: 0, requester: '0x1' }, 'requester is not a valid ethereum address'],
  [orderQuery.workerpoolorder, { minTrust: '-0.5' }, 'minTrust must be an integer'],
  [matchWish, { app: ADDRESS, category: 0, volume: 0 }, 'volume must be greater than or equal to 1'],
] as const)('%# tells in the known words what is wrong with %o %o', (schema, given, error) => {
  expect(read<unknown>(schema, given)).toEqual({ ok: false, error })
})

test('puts the name of a value before those of its fields', () => {
  expect(read(pathHash, '0x', 'orderHash')).toEqual({ ok: false, error: 'orderHash must be a bytes32 hexstring' })
})

test('reads numbers and flags from text, and hex in any case', () => {
  const given = { dataset: ADDRESS, isAppStrict: '1', bulkOnly: 'FALSE', minVolume: ' 3', minTag: HASH, unknown: 1 }

  expect(read(orderQuery.datasetorder, given)).toEqual({
    ok: true,
    value: {
      dataset: ADDRESS.toLowerCase(),
      isAppStrict: true,
      bulkOnly: false,
      minVolume: 3,
      minTag: HASH.toLowerCase(),
    },
  })
})

test('reads a minTrust below 0: whatever is at most 1 is ignored', () => {
  expect(read(orderQuery.workerpoolorder, { minTrust: '-3' })).toEqual({ ok: true, value: { minTrust: -3 } })
})

test('tells a fault of a megabyte in a line', () => {
  const answer = read(publishBody.apporder, { order: [['x'.repeat(1_000_000)]] })

  expect(answer.ok ? '' : answer.error).toHaveLength(160)
})

test('keeps any JSON from throwing', () => {
  let deep: unknown = 'x'
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]

  expect(read(publishBody.apporder, { order: deep }).ok).toBe(false)
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...WIRE_KINDS), (given, kind) => {
      for (const schema of [
        publishBody[kind],
        unpublishBody[kind],
        orderQuery[kind],
        batchBody,
        batchEntry,
        pageQuery,
        matchWish,
      ]) {
        expect(typeof read<unknown>(schema, given).ok).toBe('boolean')
      }
    }),
  )
})

test('asks for 20 rows from the first one when nobody says otherwise', () => {
  expect(read(pageQuery, {})).toEqual({ ok: true, value: { skip: 0, limit: 20 } })
  expect(read(pageQuery, { page: '7' })).toEqual({ ok: true, value: { skip: 7, limit: 20 } })
  expect(read(pageQuery, { page: '7', pageIndex: '2' })).toEqual({ ok: true, value: { skip: 40, limit: 20 } })
  expect(read(pageQuery, { page: '7', pageSize: '10' })).toEqual({ ok: true, value: { skip: 0, limit: 10 } })
})

test('names the next page only when this one is full', () => {
  const page = { skip: 20, limit: 20 }

  expect(pagedAnswer({ count: 40, rows: 20, page })).toEqual({ count: 40, nextPage: 40 })
  expect(pagedAnswer({ count: 39, rows: 19, page })).toEqual({ count: 39 })
})
