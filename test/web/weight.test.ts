// What pages of the site load before they draw themselves, compressed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { findShell } from '@iexec/store'
import { expect, test } from 'vitest'

type Part = { readonly file: string; readonly imports?: readonly string[] }

/** Of a page with all that it needs before it draws itself, in each language. */
const LIMIT = 170_000

/** What each page needs, beside what all of them do: what draws it, and the rooms of its words. */
const PAGES = [
  ['any page, before it knows which one it is', [], []],
  ['home', ['src/explorer/home/HomePage.tsx'], ['explorer']],
  ['a task', ['src/explorer/task/TaskPage.tsx'], ['explorer', 'task']],
  ['an app of the store', ['src/store/app/AppPage.tsx'], ['store']],
  ['the market of a category', ['src/trade/CategoryBookPage.tsx'], ['trade']],
] as const

/** Bytes of scripts in each language: of the frame, and of what is named, with all that they import. */
async function weigh(
  pages: readonly string[],
  rooms: readonly string[],
): Promise<{ readonly least: number; readonly most: number }> {
  const shell = await findShell()
  const parts = JSON.parse(readFileSync(join(shell, '.vite/manifest.json'), 'utf8')) as Readonly<Record<string, Part>>
  const bytesOf = (file: string): number => gzipSync(readFileSync(join(shell, file))).length
  const weights = ['en', 'fr', 'zh'].map((language) => {
    const words = ['site', 'wallet', ...rooms].map((room) => `src/language/${language}/${room}.ts`)
    const loaded = new Set(['index.html', ...pages, ...words])
    // A set is walked to its end, also through what is added meanwhile.
    for (const name of loaded) for (const other of partOf(parts, name).imports ?? []) loaded.add(other)
    const files = new Set([...loaded].map((name) => partOf(parts, name).file))
    return [...files].reduce((sum, file) => sum + bytesOf(file), bytesOf('theme.js'))
  })
  return { least: Math.min(...weights), most: Math.max(...weights) }
}

/** What is no longer built would weigh nothing. */
function partOf(parts: Readonly<Record<string, Part>>, name: string): Part {
  const part = parts[name]
  if (part === undefined) throw new Error(`The site is built without ${name}.`)
  return part
}

test.each(PAGES)(
  'what %s loads before it draws itself, words included, is at most 170 kB',
  async (...[, pages, rooms]) => {
    const { least, most } = await weigh(pages, rooms)

    expect(most).toBeLessThanOrEqual(LIMIT)
    // Less than React alone would mean that nothing was weighed.
    expect(least).toBeGreaterThan(60_000)
  },
)

test.each(PAGES.slice(1))('%s brings more than every page has', async (...[, pages, rooms]) => {
  const { least } = await weigh(pages, rooms)

  expect(least).toBeGreaterThan((await weigh([], [])).most)
})
