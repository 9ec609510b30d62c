import { expect, test } from 'vitest'
import { partOf } from './parts.ts'

test.each([
  ['/local', 'explorer'],
  ['/local/deal/0x12', 'explorer'],
  ['/local/store', 'store'],
  ['/local/store/org/app', 'store'],
  ['/local/market', 'market'],
  ['/local/order/app/0x12', 'market'],
  ['/somewhere/local/market', 'market'],
])('%s belongs to the %s', (pathname, part) => {
  expect(partOf(pathname, 'local')).toBe(part)
})
