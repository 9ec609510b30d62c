// The shelf of the store.
import type { Listing } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { countsOf, isChosen, needsAllFigures, recordOf, sortShelf, type EndedTask, type Shelved } from './shelf.ts'

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

const task = (status: string, seconds: number, failure: EndedTask['failure'] = null): EndedTask => ({
  status,
  failure,
  timestamp: String(1_000 + seconds),
  deal: { startTime: '1000' },
})

test('the record of an app counts what has ended, and the middle time to a result', () => {
  const record = recordOf([task('COMPLETED', 8), task('COMPLETED', 10), task('FAILLED', 600)])

  expect(record).toEqual({ ended: 3, successRate: 2 / 3, medianSeconds: 9 })
  expect(recordOf([])).toBeNull()
})

test('a task whose workers agreed that the app failed is no success', () => {
  const crashed = task('COMPLETED', 1, 'APP_EXITED')

  expect(recordOf([crashed])).toEqual({ ended: 1, successRate: 0, medianSeconds: undefined })
  expect(recordOf([crashed, task('COMPLETED', 9)])).toEqual({ ended: 2, successRate: 0.5, medianSeconds: 9 })
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

test('figures of all listings are needed only to choose or sort by them', () => {
  expect(needsAllFigures({ q: 'a', category: 'ai', sort: 'name' })).toBe(false)
  expect(needsAllFigures({ price: 'free' })).toBe(true)
  expect(needsAllFigures({ sort: 'time' })).toBe(true)
})

test('choices of a filter stand by how often they occur', () => {
  expect(countsOf(['ai', 'data', 'data', 'abc'])).toEqual([
    ['data', 2],
    ['abc', 1],
    ['ai', 1],
  ])
})
