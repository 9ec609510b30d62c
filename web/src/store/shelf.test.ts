// The shelf of the store.
import type { Listing } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { cheapestOf, countsOf, isChosen, medianOf, recordsOf, sortShelf, type Shelved } from './shelf.ts'

const APP = '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd'

function shelved(
  title: string,
  parts: Partial<Omit<Shelved, 'listing'>> & { readonly listing?: Partial<Listing> } = {},
): Shelved {
  const listing: Listing = {
    kind: 'app',
    org: 'me',
    name: title,
    title,
    description: '',
    author: 'me',
    license: 'MIT',
    social: {},
    isTee: false,
    owner: APP,
    addresses: {},
    categories: [],
    tags: [],
    screenshots: [],
    ...parts.listing,
  }
  return { source: 0, address: APP, price: undefined, usage: undefined, record: undefined, ...parts, listing }
}

const task = (status: string, seconds: number): Parameters<typeof recordsOf>[0][number] => ({
  status,
  timestamp: String(1_000 + seconds),
  deal: { startTime: '1000', app: { id: APP } },
})

test('the record of an app counts what has ended, and the middle time to a result', () => {
  const records = recordsOf([task('COMPLETED', 8), task('COMPLETED', 10), task('FAILLED', 600), task('ACTIVE', 1)])

  expect(records.get(APP.toLowerCase())).toEqual({ ended: 3, successRate: 2 / 3, medianSeconds: 9 })
})

test.each([
  [[], undefined],
  [[3], 3],
  [[9, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the middle of %j is %s', (numbers, median) => {
  expect(medianOf(numbers)).toBe(median)
})

test('a listing is chosen by category, type, enclave and price', () => {
  const free = shelved('a', { price: 0, listing: { categories: ['ai'], type: 'WASM', isTee: true } })

  expect(isChosen(free, { category: 'ai', type: 'WASM', tee: true, price: 'free' })).toBe(true)
  expect(isChosen(free, { category: 'data' })).toBe(false)
  expect(isChosen(free, { type: 'DOCKER' })).toBe(false)
  expect(isChosen(free, { price: 'paid' })).toBe(false)
  expect(isChosen(shelved('b'), { tee: true })).toBe(false)
})

test('what nobody sells is neither free nor paid', () => {
  for (const price of [null, undefined]) {
    expect(isChosen(shelved('a', { price }), { price: 'free' })).toBe(false)
    expect(isChosen(shelved('a', { price }), { price: 'paid' })).toBe(false)
  }
})

test('what has no figure comes last, and equal ones stand by name', () => {
  const shelf = [shelved('c'), shelved('b', { price: 2, usage: 1 }), shelved('a', { price: 2, usage: 5 })]

  expect(sortShelf(shelf, 'price').map(({ listing }) => listing.title)).toEqual(['a', 'b', 'c'])
  expect(sortShelf(shelf, 'usage').map(({ listing }) => listing.title)).toEqual(['a', 'b', 'c'])
  expect(sortShelf(shelf, 'name').map(({ listing }) => listing.title)).toEqual(['a', 'b', 'c'])
})

test('the cheapest open order is the price of an app', () => {
  const order = (appprice: number): { order: { app: typeof APP; appprice: number } } => ({
    order: { app: APP, appprice },
  })

  expect(cheapestOf([order(3), order(1), order(2)])).toEqual(new Map([[APP.toLowerCase(), 1]]))
})

test('choices of a filter stand by how often they occur', () => {
  expect(countsOf(['ai', 'data', 'data', 'abc'])).toEqual([
    ['data', 2],
    ['abc', 1],
    ['ai', 1],
  ])
})
