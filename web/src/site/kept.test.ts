import { expect, test } from 'vitest'
import { keep, readKept } from './kept.ts'

test('where nothing may be kept, a choice holds as long as the page', () => {
  keep('theme', 'dark')

  expect(readKept('theme')).toBe('dark')
})

test('what was forgotten is no longer there', () => {
  keep('theme', 'dark')

  keep('theme', undefined)

  expect(readKept('theme')).toBeUndefined()
})
