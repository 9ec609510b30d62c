// What a store shows of a listing deceives nobody; what is bought by it is what was written.
import { readListing } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { cleanListing } from './cleanListing.ts'

test('texts are cleaned, and values that are bought stay', () => {
  const owner = '0x00000000000000000000000000000000000000aa'
  const input = { kind: 'choice', name: 'size', label: '\u202Eezis', options: [{ value: '\u202E1', label: 'one' }] }
  const listing = readListing({
    org: 'evil',
    name: 'app',
    iexec: { app: { owner, name: owner }, author: 'A\u200BB', buyConf: { params: { iexec_args: '\u202Ea' } } },
    store: { tags: ['\u200B', 'one'], inputs: [input] },
  })
  if (listing === undefined) throw new Error('This is no listing.')

  const { title, author, tags, inputs, buyConf } = cleanListing(listing)

  expect({ title, author, tags, buyConf }).toEqual({
    title: 'app',
    author: 'AB',
    tags: ['one'],
    buyConf: { params: { iexec_args: '\u202Ea' } },
  })
  expect(inputs?.[0]).toMatchObject({ label: 'ezis', options: [{ value: '\u202E1', label: 'one' }] })
})
