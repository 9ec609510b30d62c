import { expect, test } from 'vitest'
import { isUnknownChain } from './isUnknownChain.ts'

test.each([
  ['by its code', { code: 4902 }],
  ['inside of what a phone tells', { code: -32_603, data: { originalError: { code: 4902 } } }],
  ['in its data', { code: -32_603, data: { code: 4902 } }],
])('a wallet says that it does not know a chain %s', (_, error) => {
  expect(isUnknownChain(error)).toBe(true)
})

test.each([{ code: 4001 }, { code: -32_603, data: { originalError: { code: 4001 } } }, { data: null }, null, '4902'])(
  'whoever refuses otherwise knows the chain: %j',
  (error) => {
    expect(isUnknownChain(error)).toBe(false)
  },
)
