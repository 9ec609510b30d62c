// Which digest follows from which files, by every rule, computed a second time with node's hashes.
import { createHash } from 'node:crypto'
import { keccak256, stringToHex, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { zipOf } from '../../test/storage.ts'
import { readZip } from './readZip.ts'
import { findDigests, type FoundDigest } from './resultDigest.ts'

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex')
}

function digestsOf(files: Readonly<Record<string, string>>, hasCallback = false): readonly FoundDigest[] {
  return findDigests(readZip(zipOf(files)), hasCallback)
}

function folder(...contents: readonly string[]): Hex {
  return keccak256(`0x${contents.map(sha256).join('')}`)
}

const OUTPUT = { 'b.txt': 'second', 'a.txt': 'first', 'sub/c.txt': '', 'stdout.txt': 'noise', 'stderr.txt': 'noise' }
const lineOf = (name: string, content: string): string => `${name}\0${content.length}\0${sha256(content)}\n`

function computed(path: string): Readonly<Record<string, string>> {
  return { ...OUTPUT, 'computed.json': JSON.stringify({ 'deterministic-output-path': path }) }
}

test('without a word of the app, all files count but stdout and stderr, sorted by the bytes of their paths', () => {
  const lines = lineOf('a.txt', 'first') + lineOf('b.txt', 'second') + lineOf('sub/c.txt', '')

  expect(digestsOf(OUTPUT)).toEqual([
    { rule: 'tree', digest: `0x${sha256(lines)}`, covers: ['a.txt', 'b.txt', 'sub/c.txt'] },
  ])
})

test('paths are compared as bytes, not as UTF-16', () => {
  const names = ['\u{FF5E}', '\u{1F600}']

  expect(digestsOf(Object.fromEntries(names.map((name) => [name, name])))[0]?.covers).toEqual(names)
})

test('a file that computed.json names counts alone', () => {
  expect(digestsOf(computed('/iexec_out/b.txt'))[0]).toEqual({
    rule: 'file',
    digest: `0x${sha256('second')}`,
    covers: ['b.txt'],
  })
})

test('of a folder that computed.json names, the direct children count; an empty file in each of its two readings', () => {
  const files = { ...computed('/iexec_out/sub/'), 'sub/d.txt': 'fourth', 'sub/deep/e.txt': 'not this one' }
  const digests = digestsOf(files).map(({ digest }) => digest)

  expect(digests[0]).toBe(folder('', 'fourth'))
  expect(digests).toContain(folder('fourth'))
})

test('a path to nothing has no digest, and none leads out of the folder', () => {
  expect(digestsOf(computed('/iexec_out/none'))).toEqual([])
  expect(digestsOf(computed('/iexec_out/../b.txt'))).toEqual([])
  expect(digestsOf(computed('/iexec_output/b.txt'))).toEqual([])
})

test.each(['determinism.iexec', 'consensus.iexec'])('%s is hashed, unless it is a digest itself', (name) => {
  const declared = `0x${'AB'.repeat(32)}`

  expect(digestsOf({ ...OUTPUT, [name]: '42' })).toEqual([
    { rule: 'determinism', digest: `0x${sha256('42')}`, covers: [name] },
  ])
  expect(digestsOf({ ...OUTPUT, [name]: `${declared}\n` })[0]).toEqual({
    rule: 'declared',
    digest: declared.toLowerCase(),
    covers: [],
  })
})

test('computed.json comes before determinism.iexec, and that before consensus.iexec', () => {
  expect(digestsOf({ ...computed('/iexec_out/b.txt'), 'determinism.iexec': '1' })[0]?.covers).toEqual(['b.txt'])
  expect(digestsOf({ 'consensus.iexec': '1', 'determinism.iexec': '2' })[0]?.covers).toEqual(['determinism.iexec'])
})

test('with a callback, only its data count', () => {
  const files = { ...OUTPUT, 'computed.json': JSON.stringify({ 'callback-data': stringToHex('42') }) }

  const callbackData = stringToHex('42')

  expect(digestsOf(files, true)).toEqual([
    { rule: 'callback', digest: keccak256(callbackData), covers: [], callbackData },
  ])
  expect(digestsOf(OUTPUT, true)).toEqual([])
  expect(digestsOf({ 'computed.json': '{"callback-data":"0x"}' }, true)).toEqual([])
})

test('a computed.json that cannot be read is as good as none', () => {
  expect(digestsOf({ 'computed.json': 'null', 'a.txt': 'x' })[0]?.rule).toBe('tree')
  expect(digestsOf({ 'computed.json': '{', 'a.txt': 'x' })[0]?.covers).toEqual(['a.txt', 'computed.json'])
})
