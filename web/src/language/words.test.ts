// Every language says the same things with the same gaps to fill in.
import { expect, test } from 'vitest'
import { words as english } from './en/index.ts'
import { words as french } from './fr/index.ts'
import { words as chinese } from './zh/index.ts'

type Texts = { readonly [name: string]: string | Texts }

/** Each text by its place, with the names of its gaps. */
function gapsOf(texts: Texts, place = ''): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string'
      ? [[place + name, [...new Set(text.match(/\{\{\w+\}\}/gu))].toSorted()] as const]
      : gapsOf(text, `${place}${name}.`),
  )
}

test.each([
  ['French', french],
  ['Chinese', chinese],
])('%s fills in what English does', (_, words) => {
  expect(Object.fromEntries(gapsOf(words))).toEqual(Object.fromEntries(gapsOf(english)))
})

test('nothing is left unsaid', () => {
  for (const words of [english, french, chinese]) {
    expect(JSON.stringify(words)).not.toMatch(/:"\s*"/u)
  }
})

test('each room of words is a file that says its name', () => {
  const files = Object.keys(import.meta.glob(['./*/*.ts', '!./*/index.ts'])).toSorted()

  const rooms = Object.keys(english)
  expect(files).toEqual(
    ['en', 'fr', 'zh'].flatMap((language) => rooms.map((room) => `./${language}/${room}.ts`)).toSorted(),
  )
})

test('no text has the name under which others are plurals', () => {
  const places = gapsOf(english).map(([place]) => place)

  const bare = places.flatMap((place) => /^(?<bare>.+)_(?:one|other)$/u.exec(place)?.groups?.['bare'] ?? [])
  expect(bare.length).toBeGreaterThan(10)
  expect(places.filter((place) => bare.includes(place))).toEqual([])
})
