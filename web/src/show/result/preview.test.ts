import { expect, test } from 'vitest'
import {
  MOST_COLUMNS,
  MOST_ROWS,
  MOST_TEXT_BYTES,
  REASON_FIRST,
  chooseFirst,
  indentJson,
  isSlow,
  previewKindOf,
  readRows,
  textOf,
} from './preview.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])

test.each([
  ['tile.png', PNG, 'picture'],
  ['tile.txt', PNG, 'picture'],
  ['logo.svg', bytesOf('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'picture'],
  ['report.html', bytesOf('<script>alert(1)</script>'), 'page'],
  ['not-a-picture.png', bytesOf('<script>alert(1)</script>'), 'text'],
  ['a.json', bytesOf('{}'), 'json'],
  ['a.CSV', bytesOf('a,b'), 'table'],
  ['BMW.txt', bytesOf('BM is how this begins'), 'text'],
  ['README', bytesOf('é'.repeat(3_000)), 'text'],
  ['model.bin', new Uint8Array([1, 0, 2]), 'binary'],
  ['latin1.txt', new Uint8Array([0xe9, 0x20]), 'binary'],
])('%s is shown by its bytes first, then by its name', (...[name, bytes, kind]) => {
  expect(previewKindOf(name, bytes)).toBe(kind)
})

test('a long text is cut, between characters', () => {
  const { text, isCut } = textOf(bytesOf(`a${'é'.repeat(MOST_TEXT_BYTES)}`))

  expect(isCut).toBe(true)
  expect(text).not.toContain('\uFFFD')
  expect(text.length).toBe(MOST_TEXT_BYTES / 2)
})

test.each([
  ['{"a":[1,"b c"]}', '{\n  "a": [\n    1,\n    "b c"\n  ]\n}'],
  ['{ "a" : "x \\" y" }', '{\n  "a": "x \\" y"\n}'],
  ['{"n":12345678901234567890}', '{"n":12345678901234567890}'],
  ['{"a":1,"a":2}', '{"a":1,"a":2}'],
  ['{broken', '{broken'],
])('JSON is indented only where that changes nothing: %s', (...[given, shown]) => {
  expect(indentJson(given)).toBe(shown)
})

test('a table is read with its quotes, whatever parts its columns, and cut when it is long', () => {
  const quoted = readRows('name,says\r\nAda,"a ""b"", c\nd"\r\n')
  const tabs = readRows('a\tb\n1\t2')
  const long = readRows(`a;b\n${'1;2\n'.repeat(MOST_ROWS + 5)}`)

  expect(quoted).toEqual({ head: ['name', 'says'], rows: [['Ada', 'a "b", c\nd']], isCut: false, isNarrowed: false })
  expect(tabs.rows).toEqual([['1', '2']])
  expect(long.isCut).toBe(true)
  expect(long.rows).toHaveLength(MOST_ROWS)
})

test('a table with more columns than anybody reads is cut, in every row', () => {
  const { head, rows, isNarrowed } = readRows(`a${',b'.repeat(50_000)}\n1${',2'.repeat(50_000)}\n`)

  expect([head.length, rows[0]?.length, isNarrowed]).toEqual([MOST_COLUMNS, MOST_COLUMNS, true])
})

test.each([
  [['stderr.txt', 'stdout.txt', 'tile.png'], 'tile.png'],
  [['stdout.txt', 'table.csv'], 'table.csv'],
  [['other', 'stdout.txt'], 'stdout.txt'],
])('of %j, %s is shown first', (...[names, first]) => {
  expect(chooseFirst(names.map((name) => ({ name, size: 1 })))?.name).toBe(first)
})

test.each([
  [['computed.json', 'stdout.txt', 'stderr.txt', 'half.png'], 'stderr.txt'],
  [['computed.json', 'stdout.txt'], 'stdout.txt'],
  [['computed.json'], 'computed.json'],
])('of %j that a failed app left, %s is shown first', (...[names, first]) => {
  expect(
    chooseFirst(
      names.map((name) => ({ name, size: 1 })),
      REASON_FIRST,
    )?.name,
  ).toBe(first)
})

test('a file without bytes is shown first only when there is nothing else', () => {
  const empty = { name: 'stdout.txt', size: 0 }

  expect(chooseFirst([empty, { name: 'data', size: 3 }])?.name).toBe('data')
  expect(chooseFirst([empty])).toBe(empty)
  expect(chooseFirst([])).toBeUndefined()
})

test('files that together unpack to more than the page has time for are slow, also when each is small', () => {
  expect(isSlow([{ size: 31_000_000 }, { size: 1_000_000 }])).toBe(false)
  expect(isSlow([{ size: 31_000_000 }, { size: 1_000_001 }])).toBe(true)
})
