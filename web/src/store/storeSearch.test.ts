// Addresses of the store.
import { expect, test } from 'vitest'
import { readRunSearch, readStoreSearch } from './storeSearch.ts'

test('an address says which listings are shown', () => {
  const given = { q: 'ray', category: 'graphics', price: 'free', type: 'WASM', tee: true, sort: 'price', page: 2 }

  expect(readStoreSearch(given)).toEqual(given)
})

test('what means nothing in an address is as if it were not there', () => {
  const given = { q: {}, category: [], price: 'cheap', type: '', tee: 'maybe', sort: '__proto__', page: 1 }

  expect(readStoreSearch(given)).toEqual({})
})

test('an address carries inputs and the run', () => {
  const run = `0x${'ab'.repeat(32)}` as const
  const given = { inputs: { size: '480x480', fast: true }, trust: 8, category: 0, run, from: 1 }

  expect(readRunSearch(given)).toEqual(given)
})

test('arguments that look like a number are arguments all the same', () => {
  expect(readRunSearch({ args: 42, inputs: { samples: 16 }, files: 'https://a.example/x.obj' })).toEqual({
    args: '42',
    inputs: { samples: '16' },
    files: ['https://a.example/x.obj'],
  })
})

test.each([{ inputs: 'x' }, { inputs: null }, { inputs: { a: null } }, { run: '0x12' }, { trust: -1 }, { files: {} }])(
  '%j means nothing',
  (given) => {
    expect(readRunSearch(given)).toEqual({})
  },
)
