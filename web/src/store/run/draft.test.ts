// Drafts of runs, and the addresses that carry them.
import { readIndexed, type Listing } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { readRunSearch } from '../storeSearch.ts'
import { draftOf, fillDraft, fitsLink, linkOf, searchOf } from './draft.ts'

function listingOf(inputs?: unknown): Listing {
  const listing = readIndexed({
    kind: 'app',
    org: 'me',
    name: 'x',
    owner: '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd',
    inputs,
    buyConf: { params: { iexec_args: '--fast' }, trust: '8' },
    resources: { category: 1 },
  })
  if (listing === undefined) throw new Error('This is no listing.')
  return listing
}

const BARE = listingOf()
const FORMED = listingOf([{ kind: 'number', name: 'samples', label: 'Samples', default: 16, arg: '--samples {}' }])

test('an app without a form is run with the arguments that its listing names', () => {
  const draft = draftOf(BARE, {})

  expect(draft).toMatchObject({ isByHand: true, args: '--fast', trust: 8, category: 1 })
  expect(fillDraft(BARE, draft)).toEqual({ ok: true, args: '--fast', inputFiles: [] })
  expect(searchOf(BARE, draft)).toEqual({})
})

test('an address carries all that is not as the form begins, and nothing else', () => {
  const draft = { ...draftOf(FORMED, {}), values: { samples: '4' }, trust: 2 }

  expect(searchOf(FORMED, draft)).toEqual({ inputs: { samples: '4' }, trust: 2 })
})

test.each([
  [BARE, { args: '--slow', files: ['/ipfs/QmfYWu7a9YLKHHXsK1NtFAtuKg9SnojavNW4vKGMC8ubSz'], category: 0 }],
  [FORMED, { inputs: { samples: '4' }, trust: 2 }],
  [FORMED, { args: '--samples 5' }],
])('a draft that was read of an address gives the same address', (listing, search) => {
  const read = readRunSearch(search)

  expect(searchOf(listing, draftOf(listing, read))).toEqual(search)
})

test('arguments by hand win over a form, and their files are looked at', () => {
  const draft = draftOf(FORMED, { args: '--samples 5' })

  expect(draft.isByHand).toBe(true)
  expect(fillDraft(FORMED, draft)).toEqual({ ok: true, args: '--samples 5', inputFiles: [] })
  expect(fillDraft(FORMED, { ...draft, files: ['file:///etc/passwd'] })).toEqual({
    ok: false,
    faults: { files: { reason: 'noFile' } },
  })
})

test.each([
  [{ args: 'x'.repeat(3_000), trust: 2 }, true],
  [{ args: 'x'.repeat(4_000), trust: 2 }, false],
  // Each of them is nine signs in an address.
  [{ inputs: { text: '字'.repeat(500) }, trust: 2 }, false],
])('inputs stand in the address as long as servers take it', (search, fits) => {
  expect(fitsLink(search)).toBe(fits)
  expect(linkOf(search)).toEqual(fits ? search : { trust: 2 })
})
