// What is bought by an order of the book: its own asset at its own price, and what the buyer says.
import { zeroAddress, zeroHash } from 'viem'
import { expect, test } from 'vitest'
import { beginBuying, readBuying, type SaleItem } from './buying.ts'

const APP = '0x00000000000000000000000000000000000000aa'
const DATA = '0x00000000000000000000000000000000000000dd'
const POOL = '0x00000000000000000000000000000000000000cc'
const OPEN = { datasetrestrict: zeroAddress, apprestrict: zeroAddress, requesterrestrict: zeroAddress, tag: zeroHash }

/** An order of which three tasks are left. */
function itemOf(order: object): SaleItem {
  return { remaining: 3, order: { ...OPEN, workerpoolrestrict: zeroAddress, ...order } } as unknown as SaleItem
}

test('by the order of a workerpool its own computing is bought: no dearer, no less sure, nowhere else', () => {
  const item = itemOf({ workerpool: POOL, workerpoolprice: 7, category: 2, trust: 5 })

  const buying = readBuying('workerpool', item, { app: APP, volume: '2', params: '--fast', dataset: DATA })

  expect(buying).toEqual({
    ok: true,
    wanted: {
      app: APP,
      wish: {
        volume: 2n,
        tag: '',
        params: { iexec_args: '--fast' },
        dataset: DATA,
        workerpool: POOL,
        category: 2n,
        trust: 5n,
      },
      limits: { workerpoolmaxprice: 7n },
    },
  })
})

test('by the order of an app a run of it is bought, at its price at most', () => {
  const buying = readBuying('app', itemOf({ app: APP, appprice: 9 }), { volume: '1', category: '1', trust: '8' })

  expect(buying).toEqual({
    ok: true,
    wanted: { app: APP, wish: { volume: 1n, tag: '', category: 1n, trust: 8n }, limits: { appmaxprice: 9n } },
  })
})

test('by the order of a dataset a run with it is bought, at its price at most', () => {
  const item = itemOf({ dataset: DATA, datasetprice: 4 })

  const buying = readBuying('dataset', item, { app: APP, volume: '1', category: '0', trust: '0' })

  expect(buying).toMatchObject({ wanted: { app: APP, wish: { dataset: DATA }, limits: { datasetmaxprice: 4n } } })
  expect(readBuying('dataset', item, { volume: '1', category: '0', trust: '0' })).toEqual({
    ok: false,
    faults: { app: 'needed' },
  })
})

test('not more tasks are bought than are left, nor with params that nobody understands', () => {
  const buying = readBuying('app', itemOf({ app: APP, appprice: 9 }), {
    volume: '4',
    params: '{"speed":1}',
    category: '0',
    trust: '0',
  })

  expect(buying).toEqual({ ok: false, faults: { volume: 'tooMany', params: 'noParams' } })
})

test('the form begins with whom the order is only for, and with its enclave', () => {
  const tag = `0x${'0'.repeat(63)}3`

  const item = itemOf({ app: APP, appprice: 9, datasetrestrict: DATA, workerpoolrestrict: POOL, tag })

  const begin = beginBuying('app', item)
  expect(begin).toEqual({ volume: '1', category: '0', trust: '0', tag: 'tee', dataset: DATA, workerpool: POOL })
  expect(readBuying('app', item, begin)).toMatchObject({ wanted: { wish: { tag, dataset: DATA, workerpool: POOL } } })
})
