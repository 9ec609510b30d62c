// The folder of 2018.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameInUrl } from './layOut.ts'

test.each([
  ['https://example.com/data/a%20b.csv?v=2#top', 'a b.csv'],
  ['https://example.com/a.csv', 'a.csv'],
  ['/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/x.zip', 'x.zip'],
  ['https://example.com', undefined],
  ['https://example.com/', undefined],
  ['https://example.com/%2e%2e', undefined],
  ['https://example.com/..%2F..%2Fetc', undefined],
  ['https://example.com/a%00b', undefined],
  ['https://example.com/%E0%A4%A', '%E0%A4%A'],
  ['https://example.com/\ud800', undefined],
  ['https://example.com/\ud83d\ude00', '\ud83d\ude00'],
  [`https://example.com/${'a'.repeat(256)}`, undefined],
])('%s is called %s', (url, name) => {
  expect(nameInUrl(url)).toBe(name)
})

test('no URL has a name that leads out of the folder', () => {
  fc.assert(
    fc.property(fc.string(), (path) => {
      const name = nameInUrl(`https://example.com/${path}`)

      expect(name === undefined || (!/[/\0]/u.test(name) && !['', '.', '..'].includes(name))).toBe(true)
    }),
  )
})
