import type { SearchResult } from '@iexec/wire'
import { describe, expect, test } from 'vitest'
import { pathMeant, pathOf } from './found.ts'

const ADDRESS = `0x${'1a'.repeat(20)}`
const HASH = `0x${'2b'.repeat(32)}`

function found(type: SearchResult['type'], id: string, rest: Partial<SearchResult> = {}): SearchResult {
  return { type, id, name: null, exact: false, ...rest }
}

test.each([
  [found('app', ADDRESS), `/app/${ADDRESS}`],
  [found('account', ADDRESS), `/address/${ADDRESS}`],
  [found('deal', HASH), `/deal/${HASH}`],
  [found('transaction', HASH), `/tx/${HASH}`],
  [found('category', '3'), '/category/3'],
  [found('contribution', `${HASH}-${ADDRESS}`), `/task/${HASH}`],
  [found('order', HASH, { name: 'apporder' }), `/order/app/${HASH}`],
])('$0.type has its page', (result, path) => {
  expect(pathOf(result)).toBe(path)
})

describe('what is meant by what was typed', () => {
  test('is the only exact one', () => {
    const results = [found('app', ADDRESS, { exact: true }), found('app', HASH)]

    expect(pathMeant('ray', results)).toBe(`/app/${ADDRESS}`)
  })

  test('is the only one that was found', () => {
    expect(pathMeant('ra', [found('app', ADDRESS)])).toBe(`/app/${ADDRESS}`)
  })

  test('is for people to choose where several have the same name', () => {
    const results = [found('app', ADDRESS, { exact: true }), found('dataset', ADDRESS, { exact: true })]

    expect(pathMeant('ray', results)).toBeUndefined()
  })

  test('is the first of what has exactly this address', () => {
    const results = [found('app', ADDRESS, { exact: true }), found('account', ADDRESS, { exact: true })]

    expect(pathMeant(ADDRESS, results)).toBe(`/app/${ADDRESS}`)
  })

  test('is the account of an address that nobody has heard of', () => {
    expect(pathMeant(ADDRESS, [])).toBe(`/address/${ADDRESS}`)
  })

  test('is nothing where nothing is found', () => {
    expect(pathMeant(HASH, [])).toBeUndefined()
  })
})
