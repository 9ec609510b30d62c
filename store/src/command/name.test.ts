// Names that people type: any language, and nothing that nobody sees.
import { expect, test } from 'vitest'
import { asName } from './name.ts'

test.each(['Ours', 'Les applications d’Ada', '商店', 'متجر', '👩‍🔬 lab'])('%s is a name', (name) => {
  expect(asName(name)).toBe(name)
})

test.each([
  ['\u202Eerots', 'U+202E'],
  ['a\nb', 'U+000A'],
  ['a\u200Bb', 'U+200B'],
  ['a\u2028b', 'U+2028'],
])('%j is none: it is said which sign', (name, sign) => {
  expect(() => asName(name)).toThrow(sign)
})

test('nothing is no name', () => {
  expect(() => asName(' ')).toThrow('It is empty.')
})
