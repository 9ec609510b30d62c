// What strangers hide in names is taken out, and what people write stays.
import { expect, test } from 'vitest'
import { cleanAnswer, cleanName, cleanText, withinLine } from './stranger.ts'

test.each([
  ['in\u202Evoice \u2067gpj.exe', 'invoice gpj.exe'],
  ['closing \u2069\u202C all', 'closing all'],
  ['ray\u200D\u200C\u200Btra\uFEFFcer', 'raytracer'],
  ['a\u0000b\u001B[31mc\r\n d', 'a b [31mc d'],
  [`Z${'\u0351'.repeat(300)}`, `Z${'\u0351'.repeat(4)}`],
  ['\u200B\u2800\u3164\u00AD', ''],
  ['0x70997970C51812dc3A010C7d01b50e0d17dc79C8', ''],
  [' 0x7099\u200B…79C8 ', ''],
  ['0x7099...79C8', ''],
])('of %j, %j is shown', (...[name, shown]) => {
  expect(cleanName(name)).toBe(shown)
})

test.each(['Ray tracer 2.0', '0xCharts', '光线追踪', 'می‌خواهم', '👩‍👩‍👧‍👦 🏴‍☠️', 'שלום', 'déjà vu', 'नमस्ते'])(
  '%s stays as it is',
  (name) => {
    expect(cleanName(name)).toBe(name)
  },
)

test('names are cut sooner than other texts, never within a letter', () => {
  expect(cleanName('👍'.repeat(200))).toBe(`${'👍'.repeat(60)}…`)
  expect(cleanName(`a${'👍'.repeat(200)}`)).toBe(`a${'👍'.repeat(59)}…`)
  expect(cleanText('x'.repeat(3_000))).toBe(`${'x'.repeat(2_000)}…`)
})

test('a text within a line is closed where it could turn the line, and only there', () => {
  expect(withinLine('plain')).toBe('plain')
  expect(withinLine('\u202Eevil\u2069')).toBe('\u2068evil\u2069')
  expect(withinLine('שלום')).toBe('\u2068שלום\u2069')
})

test('of answers, names and descriptions are cleaned, and nothing else', () => {
  const answer = '{"name":"a\\u202E","description":"b\\u202E","params":"c\\u202E","volume":1}'

  expect(JSON.parse(answer, cleanAnswer)).toEqual({ name: 'a', description: 'b', params: 'c\u202E', volume: 1 })
})
