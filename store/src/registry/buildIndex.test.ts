// The index of a registry: the same bytes each time, and nothing in it that a store could not show.
import { readIndex } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { IEXEC, openTestRegistry, OURS } from '../../test/listing.ts'
import { buildIndex } from './buildIndex.ts'

test('the same registry makes the same index, in the order of registry.json', async () => {
  const [one, other] = await Promise.all([buildIndex(OURS), buildIndex(OURS)])

  expect(JSON.stringify(one.index)).toBe(JSON.stringify(other.index))
  expect(one.index.listings.map(({ name }) => name)).toEqual([
    'ray-tracer',
    'option-pricing',
    'text-recognition',
    'image-magic',
    'word-statistics',
  ])
})

test('an index is read as it was made, and names files that are there by the hash of their content', async () => {
  const { index, files } = await buildIndex(OURS, { name: 'Ours' })

  expect(readIndex(JSON.parse(JSON.stringify(index)))).toEqual({ ...index, dropped: 0, isWhole: true })
  const named = index.listings.flatMap(({ logo = '', readme = '' }) => [logo, readme])
  expect([...files.keys()].toSorted()).toEqual(named.toSorted())
  expect(named[0]).toMatch(/^files\/[\da-f]{32}\.png$/u)
})

test('a listing that does not say whose it is is left out, and so is a logo that is no picture', async () => {
  const { path, write } = openTestRegistry()
  write('eve/nobody/iexec.json', { ...IEXEC, app: { name: 'nobody' } })
  write('ada/hello/logo.png', '<script>alert(1)</script>')

  const { index, leftOut } = await buildIndex(path)

  expect(index.listings.map(({ name, logo }) => [name, logo])).toEqual([['hello', undefined]])
  expect(leftOut).toEqual([expect.stringMatching(/^eve\/nobody is not listed: /u)])
})

test('on a network, only what is on it is listed, with its owner and address there', async () => {
  const placed = { chainId: 31_337, address: `0x${'ab'.repeat(20)}`, owner: `0x${'cd'.repeat(20)}` } as const

  const { index, leftOut } = await buildIndex(OURS, {
    find: async ({ name, type }) => Promise.resolve(name === 'ray-tracer' && type === 'WASM' ? placed : undefined),
  })

  expect(index.listings).toMatchObject([
    { name: 'ray-tracer', owner: placed.owner, addresses: { 31337: placed.address }, priceHint: 20_000_000 },
  ])
  expect(leftOut).toHaveLength(4)
})
