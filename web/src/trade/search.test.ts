// Addresses of the market: whatever a link says, a page can be drawn.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBookSearch, readDealsSearch, readMineSearch, readPlaceSearch } from './search.ts'

test('a form begins with the fields of its kind, and with no others', () => {
  const search = readPlaceSearch({ kind: 'app', app: '0xab', appprice: 2, workerpool: '0xcd', evil: '<script>' })

  expect(search).toEqual({ kind: 'app', app: '0xab', appprice: '2' })
})

test('a link does not choose who may read a result', () => {
  const search = readPlaceSearch({ kind: 'request', app: '0xab', beneficiary: '0xcd', datasetmaxprice: '1000' })

  expect(search).toEqual({ kind: 'request', app: '0xab', datasetmaxprice: '1000' })
})

test('only ids of deals are taken from an address, each once', () => {
  const id = `0x${'Ab'.repeat(32)}`

  expect(readDealsSearch({ deals: `${id},0x12,${id}` })).toEqual({ deals: id.toLowerCase() })
  expect(readDealsSearch({ deals: 'none' })).toEqual({})
})

test('a book is not filtered by what is no trust', () => {
  expect(readBookSearch({ trust: '5', tee: 'true' })).toEqual({ trust: 5, tee: true })
  expect(readBookSearch({ trust: '1', tee: 'no' })).toEqual({})
})

test('of one’s own, a link says which tab, which orders and in which role', () => {
  expect(readMineSearch({ tab: 'app', all: 'true', as: 'god' })).toEqual({ tab: 'app', all: true })
  expect(readMineSearch({ tab: 'deals', as: 'dataset' })).toEqual({ tab: 'deals', as: 'dataset' })
})

test('anything may stand in a link', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.anything()), (search) => {
      expect(readBookSearch(search)).toBeTypeOf('object')
      expect(readPlaceSearch(search)).toBeTypeOf('object')
      expect(readDealsSearch(search)).toBeTypeOf('object')
    }),
  )
})
