import { expect, test } from 'vitest'
import { addressField, oneOfField, readListSearch, searchReader, textField, wholeField, yesField } from './search.ts'

const ADDRESS = '0xAbcdef0000000000000000000000000000000001'

test.each([
  [2, { page: 2 }],
  ['3', { page: 3 }],
  [1, {}],
  [0, {}],
  [-1, {}],
  [1.5, {}],
  ['x', {}],
  [Number.POSITIVE_INFINITY, {}],
  [undefined, {}],
])('the page %j is read as %j', (page, read) => {
  expect(readListSearch({ page })).toEqual(read)
})

test('what cannot be read is left away, and so is what nobody asked for', () => {
  const read = searchReader({
    app: addressField,
    owner: addressField,
    category: wholeField,
    name: textField,
    status: oneOfField(['active', 'failed']),
    up: yesField,
  })

  const search = { app: ADDRESS, owner: '0x12', category: '0', name: 7, status: 'dead', up: 'yes', page: 4, more: 1 }

  expect(read(search)).toEqual({ app: ADDRESS.toLowerCase(), category: 0, name: '7', page: 4 })
})

test('a text is not endless, and blanks are none', () => {
  expect(textField('x'.repeat(500))).toHaveLength(200)
  expect(textField('  ')).toBeUndefined()
  expect(wholeField(' ')).toBeUndefined()
  expect(wholeField(-1)).toBeUndefined()
})
