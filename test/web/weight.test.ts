// What a page of the site loads before it knows which page it is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { findShell } from '@iexec/store'
import { expect, test } from 'vitest'

type Part = { readonly file: string; readonly imports?: readonly string[] }

const LIMIT = 170_000

test('the first JavaScript of every page, words included, is at most 170 kB, compressed', async () => {
  const shell = await findShell()
  const parts = JSON.parse(readFileSync(join(shell, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Part>>
  const bytesOf = (file: string): number => gzipSync(readFileSync(join(shell, file))).length

  const weights = ['en', 'fr', 'zh'].map((language) => {
    const first = new Set(['index.html', ...['site', 'wallet'].map((room) => `src/language/${language}/${room}.ts`)])
    // A set is walked to its end, also through what is added meanwhile.
    for (const name of first) for (const other of parts[name]?.imports ?? []) first.add(other)
    return [...first].reduce((sum, name) => sum + bytesOf(parts[name]?.file ?? ''), bytesOf('theme.js'))
  })

  for (const weight of weights) expect(weight).toBeLessThan(LIMIT)
  // Less than React alone would mean that nothing was weighed.
  expect(Math.min(...weights)).toBeGreaterThan(60_000)
})
