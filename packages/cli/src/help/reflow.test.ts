// How pages fit a screen.
import { expect, test } from 'vitest'
import { reflow } from './reflow.ts'

test('lines of a paragraph flow together and are filled to the width', () => {
  expect(reflow(['one two three', 'four five six seven eight nine', '', 'end'], 40)).toEqual([
    'one two three four five six seven eight',
    'nine',
    '',
    'end',
  ])
})

test('the second column of a row hangs under itself', () => {
  expect(reflow(['  name  a meaning that is too long for one line'], 40)).toEqual([
    '  name  a meaning that is too long for',
    '        one line',
  ])
})

test('code is left as it is, however long', () => {
  const line = `  ${'x'.repeat(100)}`

  expect(reflow([line, '  { "a": 1 }'], 40)).toEqual([line, '  { "a": 1 }'])
})
