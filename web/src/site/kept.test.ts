import { expect, onTestFinished, test, vi } from 'vitest'
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

test('where the browser is full, the newest choice holds as long as the page, and what it has kept before does not', () => {
  const kept = new Map([['theme', 'light']])
  let isFull = true
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => {
      if (isFull) throw new DOMException('full', 'QuotaExceededError')
      kept.set(name, text)
    },
  })
  onTestFinished(() => {
    vi.unstubAllGlobals()
  })

  keep('theme', 'dark')
  expect(readKept('theme')).toBe('dark')
  isFull = false
  keep('theme', 'system')

  expect([readKept('theme'), kept.get('theme')]).toEqual(['system', 'system'])
})
