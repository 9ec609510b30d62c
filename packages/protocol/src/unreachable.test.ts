import { expect, test } from 'vitest'
import { unreachable } from './unreachable.ts'

test('says which value came in from outside the types', () => {
  expect(() => unreachable({ kind: 'other', price: 1n } as never)).toThrow(
    'Nobody handles {"kind":"other","price":"1"}.',
  )
})
