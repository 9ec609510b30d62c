// Listings that say otherwise than the chain.
import { expect, test } from 'vitest'
import { mismatchOf } from './mismatch.ts'

const OWNER = '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd'
const LISTING = { owner: OWNER, title: 'ray-tracer' } as const

test('letters of an address may be large or small', () => {
  expect(
    mismatchOf(LISTING, { owner: '0x66c550fb04b3df92f708d1abb21409eec0e2f1fd', name: 'ray-tracer' }),
  ).toBeUndefined()
})

test('another owner is told before another name', () => {
  const other = '0x629293Dc11ed5cFb6e039eCFf31062141C24FF21'

  expect(mismatchOf(LISTING, { owner: other, name: 'other' })).toBe('owner')
  expect(mismatchOf(LISTING, { owner: OWNER, name: 'Ray-tracer' })).toBe('name')
})
