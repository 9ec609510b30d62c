// Arguments as a shell would split them.
import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitArguments } from './splitArguments.ts'

test.each<readonly [string, readonly string[]]>([
  ['', []],
  ['   ', []],
  ['a', ['a']],
  [' a  b\t\nc ', ['a', 'b', 'c']],
  [`--name "a b" 'c"d'`, ['--name', 'a b', 'c"d']],
  [`--name="a b"c`, ['--name=a bc']],
  [`'' ""`, ['', '']],
  [String.raw`a\ b \' \"`, ['a b', "'", '"']],
  [String.raw`'a\b' "a\b" "a\"b" "a\\b"`, [String.raw`a\b`, String.raw`a\b`, 'a"b', String.raw`a\b`]],
  ['$HOME `ls` *.txt ; rm', ['$HOME', '`ls`', '*.txt', ';', 'rm']],
  [`'never closed`, ['never closed']],
  [`"never closed`, ['never closed']],
  ['a\\', ['a']],
])('%j', (text, args) => {
  expect(splitArguments(text)).toEqual(args)
})

const quoteSingle = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const quoteDouble = (text: string): string => `"${text.replaceAll(/["\\]/gu, String.raw`\$&`)}"`
const letters = (some: string): string => some.replaceAll(/[^aé]/gu, '')

test('any arguments come back that were quoted in any way', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.constantFrom(quoteSingle, quoteDouble))),
      fc.constantFrom(' ', '\n', ' \t '),
      (args, space) => {
        const text = args.map(([arg, quote]) => quote(arg)).join(space)

        expect(splitArguments(text)).toEqual(args.map(([arg]) => arg))
      },
    ),
  )
})

test('any text is split, and nothing but spaces, quotes and backslashes is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '\n', 'é') }), (text) => {
      expect(letters(splitArguments(text).join(''))).toBe(letters(text))
    }),
  )
})

test('a shell splits alike what needs nothing else of it', () => {
  const words = [String.raw`a "b c" 'd"e' f\ g`, String.raw`"x\"y" 'z'w""`, `--o='1 2' '' ""`]
  for (const text of words) {
    const shell = execFileSync('sh', ['-c', String.raw`printf '%s\n' ` + text], { encoding: 'utf8' })

    expect(splitArguments(text)).toEqual(shell.slice(0, -1).split('\n'))
  }
})
