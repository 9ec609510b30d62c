// Forms of apps.
import type { ListingInput } from '@iexec/wire/listing'
import { expect, test } from 'vitest'
import { beginValues, fileName, fillForm, quoteArgument } from './form.ts'

const INPUTS: readonly ListingInput[] = [
  { kind: 'file', name: 'model', label: 'Model', required: true },
  {
    kind: 'choice',
    name: 'size',
    label: 'Size',
    arg: '--size {}',
    options: [{ value: '480x480' }],
    default: '480x480',
  },
  { kind: 'number', name: 'samples', label: 'Samples', arg: '--samples {}', min: 1, max: 64, default: 16 },
  { kind: 'number', name: 'bounces', label: 'Bounces', arg: '--bounces {}', min: 0, max: 8, step: 1 },
  { kind: 'switch', name: 'fast', label: 'Fast' },
  { kind: 'text', name: 'title', label: 'Title', arg: '--title={}', maxLength: 10 },
]
const MODEL = '/ipfs/QmfYWu7a9YLKHHXsK1NtFAtuKg9SnojavNW4vKGMC8ubSz'

test('a form begins with what the address says, else with what the listing says', () => {
  expect(beginValues(INPUTS, { samples: '4', fast: true })).toEqual({
    model: '',
    size: '480x480',
    samples: '4',
    bounces: '',
    fast: true,
    title: '',
  })
})

test('a choice that is none any more is not what a form begins with', () => {
  expect(beginValues(INPUTS, { size: '9x9' })['size']).toBe('480x480')
})

test('each input adds to the arguments what its listing says, in their order', () => {
  const values = { ...beginValues(INPUTS), model: MODEL, fast: true, title: "it's $HOME" }

  expect(fillForm(INPUTS, values)).toEqual({
    ok: true,
    args: String.raw`--size 480x480 --samples 16 --fast --title='it'\''s $HOME'`,
    inputFiles: [MODEL],
  })
})

test('what was not filled in says nothing', () => {
  const values = { model: MODEL, size: '', samples: ' ', title: '' }

  expect(fillForm(INPUTS, values)).toEqual({ ok: true, args: '', inputFiles: [MODEL] })
})

test('a file is named in the arguments as the app finds it', () => {
  const inputs: readonly ListingInput[] = [
    { kind: 'file', name: 'picture', label: 'Picture', arg: 'convert {} out.png' },
  ]

  expect(fillForm(inputs, { picture: 'https://example.com/my%20rocket.jpg?v=2' })).toEqual({
    ok: true,
    args: "convert 'my rocket.jpg' out.png",
    inputFiles: ['https://example.com/my%20rocket.jpg?v=2'],
  })
})

test.each([
  ['model', '', { reason: 'missing' }],
  ['model', 'javascript:alert(1)', { reason: 'noFile' }],
  ['size', '1x1', { reason: 'noChoice' }],
  ['samples', 'many', { reason: 'noNumber' }],
  ['samples', '0x10', { reason: 'noNumber' }],
  ['samples', '0', { reason: 'tooSmall', limit: 1 }],
  ['samples', '65', { reason: 'tooLarge', limit: 64 }],
  ['title', 'x'.repeat(11), { reason: 'tooLong', limit: 10 }],
  ['bounces', '2.5', { reason: 'noStep', below: 2, above: 3 }],
  ['bounces', '8.5', { reason: 'tooLarge', limit: 8 }],
])('%s with the value "%s" is told', (name, value, fault) => {
  const filled = fillForm(INPUTS, { ...beginValues(INPUTS), model: MODEL, [name]: value })

  expect(filled).toEqual({ ok: false, faults: { [name]: fault } })
})

test.each(['1', '64', '2.5', '1e1', ' 7 '])('%s samples are enough and not too many', (samples) => {
  expect(fillForm(INPUTS, { ...beginValues(INPUTS), model: MODEL, samples }).ok).toBe(true)
})

test.each([
  ['--plain', '--plain'],
  ['', "''"],
  ['a b', "'a b'"],
  ['a"b', `'a"b'`],
  ['{}', "'{}'"],
  ['画像', "'画像'"],
])('the argument %s is written %s', (text, quoted) => {
  expect(quoteArgument(text)).toBe(quoted)
})

test('a name that is no text of an address stays as it is', () => {
  expect(fileName('https://example.com/100%.csv')).toBe('100%.csv')
})
