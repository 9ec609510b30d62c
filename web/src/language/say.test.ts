// Texts become sentences: in the right plural, with their gaps filled, and with nothing that a stranger could turn.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withinLine } from '../read/stranger.ts'
import { words as english } from './en/index.ts'
import { words as french } from './fr/index.ts'
import { createSay } from './say.ts'
import type { Translate } from './words.ts'
import { words as chinese } from './zh/index.ts'

const LEFT = { left_one: '{{count}} is left', left_other: '{{count}} are left' }

test.each([
  ['en', english, 0, '0 open tasks'],
  ['en', english, 1, '1 open task'],
  ['en', english, 2, '2 open tasks'],
  ['fr', french, 0, '0 tâche ouverte'],
  ['fr', french, 1, '1 tâche ouverte'],
  ['fr', french, 2, '2 tâches ouvertes'],
  // A plural of its own, "de tâches", of which we have no words.
  ['fr', french, 1_000_000, '1000000 tâches ouvertes'],
  ['zh', chinese, 1, '1 个未结束任务'],
  ['zh', chinese, 2, '2 个未结束任务'],
] as const)('in %s, a count chooses the plural', (...[language, words, count, said]) => {
  expect(createSay(words.explorer, language)('where.open', { count })).toBe(said)
})

test('a language with one plural needs no words of one', () => {
  expect(createSay({ left_other: '剩余 {{count}} 个' }, 'zh')('left', { count: 1 })).toBe('剩余 1 个')
})

test('a count is filled in where there are no plurals', () => {
  expect(createSay({ first: 'The first {{count}}' }, 'en')('first', { count: 1 })).toBe('The first 1')
})

test('what has no text is said by its name, also where the name is one that every object has', () => {
  const say = createSay({ status: { failed: 'Failed' }, ...LEFT }, 'en')

  const names = ['status.new', 'status.constructor', 'status', 'status.failed.deep', 'toString', 'left', '']
  expect(names.map((name) => say(name))).toEqual(names)
  expect(say('status.new', { count: 1 })).toBe('status.new')
})

test('what has no value stays a gap', () => {
  const say = createSay({ by: 'by {{author}} and {{toString}}' }, 'en')

  expect(say('by')).toBe('by {{author}} and {{toString}}')
})

test('what a stranger wrote turns nothing that stands beside it', () => {
  const say = createSay({ by: 'by {{author}}, today' }, 'en')

  expect(say('by', { author: '\u202Eecila' })).toBe('by \u2068ecila\u2069, today')
  expect(say('by', { author: 'אליס' })).toBe('by \u2068אליס\u2069, today')
})

test('whatever a stranger wrote is filled in once, as it is', () => {
  const say = createSay({ by: '{{author}} of {{place}}' }, 'en')
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('{{place}}', '$&', '$1', '<b>', '&amp;'))

  fc.assert(
    fc.property(text, text, (author, place) => {
      expect(say('by', { author, place })).toBe(`${withinLine(author)} of ${withinLine(place)}`)
    }),
  )
})

test('types know which texts there are, and what they leave open', () => {
  const t: Translate = createSay(english.site, 'en')

  expect(t('filtersSet', { count: 2 })).toBe('Filters (2 set)')
  // @ts-expect-error -- there is no such text
  expect(t('filtersGone')).toBe('filtersGone')
  // @ts-expect-error -- a group of texts is none
  expect(t('part')).toBe('part')
  // @ts-expect-error -- one of its plurals is meant, not this one
  expect(t('filtersSet_one', { count: 2 })).toBe('Filters (2 set)')
  // @ts-expect-error -- its plural is not known
  expect(t('filtersSet')).toBe('filtersSet')
  // @ts-expect-error -- it has a gap
  expect(t('export')).toContain('{{format}}')
  // @ts-expect-error -- its gap has another name
  expect(t('export', { kind: 'CSV' })).toContain('{{format}}')
})
