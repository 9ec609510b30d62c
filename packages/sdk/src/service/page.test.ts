// Lists, page by page: each to its end, and none for ever.
import { expect, test } from 'vitest'
import { eachItem, type Page } from './page.ts'

/** A list of pages with two items each, and how often it was asked. */
function listOf(
  pages: number,
  count: number,
): { readonly first: () => Promise<Page<number>>; readonly asked: number[] } {
  const asked: number[] = []
  const pageAt = async (place: number): Promise<Page<number>> => {
    asked.push(place)
    const page = { items: [2 * place, 2 * place + 1], count }
    return place + 1 < pages ? { ...page, more: async () => pageAt(place + 1) } : page
  }
  return { first: async () => pageAt(0), asked }
}

test.each([
  { what: 'all pages of a list', pages: 3, count: 6, asked: 3 },
  { what: 'one page by which a list grew', pages: 4, count: 6, asked: 4 },
  { what: 'one page more than its count of a list that never ends', pages: Infinity, count: 1, asked: 2 },
  { what: 'what is there of a list that says it is longer', pages: 2, count: 100, asked: 2 },
])('$what: so much is fetched, and no more', async ({ pages, count, asked }) => {
  const list = listOf(pages, count)

  const items: number[] = []
  for await (const item of eachItem(list.first)) items.push(item)

  expect(list.asked).toHaveLength(asked)
  expect(items).toEqual(Array.from({ length: 2 * asked }, (_, place) => place))
})
