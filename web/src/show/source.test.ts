import { expect, test } from 'vitest'
import type { Chain } from '../site/config.ts'
import { fixedSource, graphSpan, readAll, type Progress } from './source.ts'

const chain: Chain = {
  slug: 'local',
  name: 'Local',
  chainId: 31_337,
  hub: '0x0000000000000000000000000000000000000001',
  rpcUrl: 'http://localhost',
  marketUrl: 'http://localhost',
  storageUrl: 'http://localhost',
  poolUrls: [],
  coin: { name: 'Ether', symbol: 'ETH' },
}

test('a whole list is read page by page, and told how far', async () => {
  const numbers = Array.from({ length: 2_500 }, (_, number) => number)
  const told: Progress[] = []

  const { rows, isCut } = await readAll(fixedSource(numbers), chain, { tell: (progress) => told.push(progress) })

  expect(rows).toEqual(numbers)
  expect(isCut).toBe(false)
  expect(told.map((progress) => progress.rows)).toEqual([1_000, 2_000, 2_500])
})

test('a list that reaches too far is cut, and says so', async () => {
  const endless = fixedSource(Array.from({ length: 10_001 }, (_, number) => number))

  const { rows, isCut } = await readAll(endless, chain)

  expect(rows).toHaveLength(10_000)
  expect(isCut).toBe(true)
})

test('a list of exactly as many rows as may be read is whole', async () => {
  const full = fixedSource(Array.from({ length: 10_000 }, (_, number) => number))

  expect((await readAll(full, chain)).isCut).toBe(false)
})

test.each([
  ['the first page', [0, 20], [0, 0, 21]],
  ['the last page whose first row can be passed to', [5_000, 20], [5_000, 0, 21]],
  ['a page further on', [5_020, 20], [5_000, 20, 41]],
  ['the last page that is reached, after which there is no other', [5_980, 20], [5_000, 980, 1_000]],
  ['a page beyond', [8_000, 20], [5_000, 3_000, 1_000]],
  ['a large page of an export', [5_000, 1_000], [5_000, 0, 1_000]],
] as const)('of GraphQL, %s is asked for by what it can do', (_, [skip, limit], [passed, before, first]) => {
  expect(graphSpan(skip, limit)).toEqual({ passed, before, first })
})
