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
    chains: [{ slug: 'local', poolUrls: [], coin: { name: 'Ether', symbol: 'ETH' } }],
    listings: [],
  })
})

test('the coin of a chain has the name that it is told', () => {
  const coin = { name: 'Side RLC', symbol: 'xRLC' }

  expect(parseConfig({ chains: [{ ...chain, coin }] }).chains[0].coin).toEqual(coin)
})

test('who shall have signed an index is kept as it is told, so that what is no address is nobody’s', () => {
  const signers = { 'registry/index.json': 'nobody' }

  expect(parseConfig({ chains: [chain], listings: ['registry/index.json'], signers }).signers).toEqual(signers)
  expect(parseConfig({ chains: [chain] }).signers).toEqual({})
})

test('parts keep their order, and unknown ones are left away', () => {
  expect(parseConfig({ chains: [chain], parts: ['explorer', 'casino', 'store'] }).parts).toEqual(['store', 'explorer'])
})

test.each([
  ['#12ab9F', '#12ab9F'],
  ['red; background: url(//foreign)', undefined],
])('of the colour %j it keeps %j', (colour, kept) => {
  expect(parseConfig({ chains: [chain], colour }).colour).toBe(kept)
})

test.each([
  [undefined, 'config.json is no object.'],
  [{ chains: [chain], signers: '0x12' }, 'config.json, "signers" is no object.'],
  [{ chains: [chain], signers: ['0x12'] }, 'config.json, "signers" is no object.'],
  [
    { chains: [chain], listings: ['registry/index.json'], signers: { 'registry/Index.json': '0x12' } },
    'config.json, "signers": "registry/Index.json" is no entry of "listings".',
  ],
  [{ chains: [] }, 'config.json names no chain: "chains" is empty.'],
  [{ chains: [chain], parts: ['casino'] }, 'config.json has none of the parts store, explorer, market.'],
  [{ chains: [{ ...chain, marketUrl: '' }] }, 'config.json, chain 1: "marketUrl" is missing.'],
  [{ chains: [chain, { ...chain, chainId: '1' }] }, 'config.json, chain 2: "chainId" is missing.'],
  [{ chains: [{ ...chain, coin: 'ETH' }] }, 'config.json, chain 1: "coin" is no object.'],
  [{ chains: [{ ...chain, coin: { name: 'RLC' } }] }, 'the "symbol" of its coin is no symbol such as ETH.'],
  [{ chains: [{ ...chain, coin: { name: '\u202eRLC', symbol: 'RLC' } }] }, 'the "name" of its coin is no name such as'],
  [{ chains: [{ ...chain, coin: { name: 'RLC', symbol: 'RLC, all yours' } }] }, 'is no symbol such as ETH.'],
])('what is missing in %j is named', (told, words) => {
  expect(() => parseConfig(told)).toThrow(words)
})
