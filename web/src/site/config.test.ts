import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

const chain = {
  slug: 'local',
  name: 'This machine',
  chainId: 31_337,
  hub: '0x0000000000000000000000000000000000000001',
  rpcUrl: 'http://localhost:1',
  marketUrl: 'http://localhost:2',
  storageUrl: 'http://localhost:3',
}

test('a site of which only its chain is told has all parts', () => {
  expect(parseConfig({ chains: [chain] })).toMatchObject({
    name: 'iExec',
    parts: ['store', 'explorer', 'market'],
    chains: [{ slug: 'local', poolUrls: [] }],
    listings: [],
  })
})

test('parts keep their order, and unknown ones are left away', () => {
  expect(parseConfig({ chains: [chain], parts: ['explorer', 'casino', 'store'] }).parts).toEqual(['store', 'explorer'])
})

test.each([
  [{ colour: '#12ab9F' }, { colour: '#12ab9F' }],
  [{ colour: 'red; background: url(//foreign)' }, {}],
  [{ sourceUrl: 'https://example.org/source' }, { sourceUrl: 'https://example.org/source' }],
  [{ sourceUrl: 'javascript:alert(1)' }, {}],
])('of %j it keeps %j', (told, kept) => {
  const { colour, sourceUrl } = parseConfig({ chains: [chain], ...told })

  expect({ ...(colour === undefined ? {} : { colour }), ...(sourceUrl === undefined ? {} : { sourceUrl }) }).toEqual(
    kept,
  )
})

test.each([
  [undefined, 'config.json is no object.'],
  [{ chains: [] }, 'config.json names no chain: "chains" is empty.'],
  [{ chains: [chain], parts: ['casino'] }, 'config.json has none of the parts store, explorer, market.'],
  [{ chains: [{ ...chain, marketUrl: '' }] }, 'config.json, chain 1: "marketUrl" is missing.'],
  [{ chains: [chain, { ...chain, chainId: '1' }] }, 'config.json, chain 2: "chainId" is missing.'],
])('what is missing in %j is named', (told, words) => {
  expect(() => parseConfig(told)).toThrow(words)
})
