import { DEFAULT_CATEGORIES } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { planMarket, predictMarket, type PredictedMarket } from './addresses.ts'
import type { MarketTerms } from './terms.ts'

const TERMS: MarketTerms = { owner: '0x00000000000000000000000000000000000000aa' }
const TOKEN = '0x00000000000000000000000000000000000000cc'

/** The parts whose address is another one under other terms. */
function movedBy(change: Partial<MarketTerms>): readonly string[] {
  const before = Object.entries(predictMarket(TERMS))
  const after: Readonly<Record<string, string>> = predictMarket({ ...TERMS, ...change })
  return before.filter(([part, address]) => after[part] !== address).map(([part]) => part)
}

test('what the terms leave out is what everybody has', () => {
  expect(movedBy({ categories: DEFAULT_CATEGORIES, baseUri: '', token: undefined })).toEqual([])
})

test.each([
  [
    'another owner',
    { owner: '0x00000000000000000000000000000000000000bb' },
    ['token', 'appregistry', 'datasetregistry', 'workerpoolregistry', 'hubExtension', 'hub'],
  ],
  ['other categories', { categories: [] }, ['hub']],
  ['an existing token', { token: TOKEN }, ['token', 'hubExtension', 'hub']],
  [
    'a base URI',
    { baseUri: 'https://example.com/' },
    ['appregistry', 'datasetregistry', 'workerpoolregistry', 'hubExtension', 'hub'],
  ],
] as const)('%s moves just what is built on it', (_, change, moved) => {
  expect(movedBy(change)).toEqual(moved)
})

test('an existing token is no step of the plan', () => {
  const { addresses, steps } = planMarket({ ...TERMS, token: TOKEN })

  expect(addresses.token).toBe(TOKEN)
  expect(steps.map(({ part }) => part)).not.toContain('token')
})

test('every part has an address of its own', () => {
  const market: PredictedMarket = predictMarket(TERMS)

  expect(new Set(Object.values(market)).size).toBe(6)
})
