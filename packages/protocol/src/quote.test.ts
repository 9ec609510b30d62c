import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeForeign, quote } from './quote.ts'

test('text of strangers is shown on one line, without what steers a terminal or turns the reading direction', () => {
  expect(quote('a\u001b]0;pwn\u0007\nb\u202ec\u009bd')).toBe('"a ]0;pwn b c d"')
})

test('a long text is cut', () => {
  expect(quote('x'.repeat(1000)).length).toBeLessThan(210)
})

test('of what has parts only the kind is told, however deep it is', () => {
  const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000))

  expect(describeForeign(deep)).toBe('a list')
  expect(describeForeign({ a: deep })).toBe('an object')
  expect(describeForeign(null)).toBe('null')
  expect(describeForeign(1.5)).toBe('1.5')
})

test('anything is described in one short line', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const words = describeForeign(value)

      expect(words.length).toBeLessThan(250)
      expect(words).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }),
  )
})
