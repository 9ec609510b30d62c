// What decides the digest, over any files. The rules themselves, one by one, are tried through archives by the SDK.
import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { sha256, stringToBytes, stringToHex } from 'viem/utils'
import { expect, test } from 'vitest'
import { findDigests, isDeclared, isResultFileName, sortByName, type ResultFile } from './findDigests.ts'

function filesOf(contents: Readonly<Record<string, string>>): readonly ResultFile[] {
  return Object.entries(contents).map(([name, content]) => ({
    name,
    size: stringToBytes(content).length,
    sha256: () => sha256(stringToHex(content)),
    read: () => stringToBytes(content),
  }))
}

const anyName = fc.constantFrom('a', 'b/c', 'ä', 'line\nbreak', 'stdout.txt', '\u{FF5E}', '\u{1F600}', 'z')
const anyContents = fc.dictionary(anyName, fc.string({ maxLength: 8 }), { maxKeys: 6 })

test('the order in which files are found changes nothing', () => {
  fc.assert(
    fc.property(anyContents, (contents) => {
      const files = filesOf(contents)

      expect(findDigests(files.toReversed(), false)).toEqual(findDigests(files, false))
    }),
  )
})

test('another byte in any file that counts is another digest', () => {
  fc.assert(
    fc.property(anyContents, anyName, (contents, name) => {
      const changed = { ...contents, [name]: `${contents[name] ?? ''}!` }
      const [one, other] = [contents, changed].map((some) => findDigests(filesOf(some), false)[0]?.digest)

      expect(one === other).toBe(name === 'stdout.txt')
    }),
  )
})

test('a name cannot pass for a size or another file', () => {
  const digests = [{ 'a\n': 'x' }, { a: '\nx' }, { 'a\n0': '' }].map(
    (some) => findDigests(filesOf(some), false)[0]?.digest,
  )

  expect(new Set(digests).size).toBe(3)
})

test('the root as the folder of computed.json leaves out stdout and stderr first', () => {
  const computed = JSON.stringify({ 'deterministic-output-path': '/iexec_out' })
  const [first, second] = findDigests(filesOf({ a: '1', 'computed.json': computed, 'stdout.txt': 'now' }), false)

  expect(first?.covers).toEqual(['a', 'computed.json'])
  expect(second?.covers).toEqual(['a', 'computed.json', 'stdout.txt'])
})

test('what a large file says is not read', () => {
  const files: readonly ResultFile[] = ['computed.json', 'determinism.iexec'].map((name) => ({
    name,
    size: 900_000_000,
    sha256: (): Hex => `0x${'12'.repeat(32)}`,
    read: () => {
      throw new Error('It was read.')
    },
  }))

  expect(findDigests(files, false)).toMatchObject([{ rule: 'determinism', covers: ['determinism.iexec'] }])
})

test('an app has declared its digest when one of the three files says so', () => {
  expect(isDeclared(filesOf({ 'computed.json': '{"callback-data":"0x"}' }))).toBe(true)
  expect(isDeclared(filesOf({ 'consensus.iexec': '' }))).toBe(true)
  expect(isDeclared(filesOf({ 'computed.json': '{}', 'sub/consensus.iexec': '' }))).toBe(false)
})

test.each(['../a', 'a/../b', '/a', 'a//b', '', '.', 'C:a', 'a\\b', 'a\0b', 'a/'])(
  '%j leads out of a folder',
  (name) => {
    expect(isResultFileName(name)).toBe(false)
  },
)

test.each(['a', 'a/b', '...', 'ab:c', 'line\nbreak', 'é'.repeat(127)])('%j is a name', (name) => {
  expect(isResultFileName(name)).toBe(true)
})

test('names are sorted by their bytes', () => {
  expect(sortByName([{ name: '\u{1F600}' }, { name: '\u{FF5E}' }, { name: 'a' }]).map(({ name }) => name)).toEqual([
    'a',
    '\u{FF5E}',
    '\u{1F600}',
  ])
})
