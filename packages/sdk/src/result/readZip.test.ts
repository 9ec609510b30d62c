// Archives of strangers: what is read of them, and what is refused.
import { Zip, ZipDeflate, zipSync } from 'fflate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zipOf } from '../../test/storage.ts'
import { readZip } from './readZip.ts'

/** The same archive with another name in place of `harmless`, in its directory and before its file. */
function renamed(name: string): Uint8Array {
  const archive = Buffer.from(zipOf({ harmless: 'x' }))
  for (let at = archive.indexOf('harmless'); at !== -1; at = archive.indexOf('harmless', at + 1))
    archive.write(name, at)
  return new Uint8Array(archive)
}

/** An archive with one file of this type and these rights. */
function unixFile(mode: number): Uint8Array {
  return zipSync({ name: [new Uint8Array(3), { os: 3, attrs: mode * 2 ** 16 }] })
}

test('whatever was packed comes out again, by its name', () => {
  const anyName = fc.stringMatching(/^[a-z\u00e4\u{1f600}]{1,8}(\/[a-z]{1,8})?$/u)
  fc.assert(
    fc.property(fc.dictionary(anyName, fc.uint8Array({ maxLength: 300 }), { maxKeys: 5 }), (files) => {
      const read = readZip(zipOf(files)).map((file) => [file.name, file.read()])

      expect(Object.fromEntries(read)).toEqual({ ...files })
    }),
  )
})

test.each(['../armle', '/armless', 'c:\\less', 'ar/../ss', 'a//mless', './rmless', 'ha\0mless'])(
  'a name that leads out of the folder is refused: %j',
  (name) => {
    expect(() => readZip(renamed(name.padEnd(8, 'x')))).toThrow(expect.objectContaining({ code: 'BadAnswer' }))
  },
)

test.each([
  ['12:30.log', 'nul'],
  ['Result', 'result'],
])('what only some systems refuse as names is read all the same: %j and %j', (one, other) => {
  expect(readZip(zipOf({ [one]: '1', [other]: '2' })).map((file) => file.name)).toEqual([one, other])
})

test('a symbolic link is refused, a plain file of Unix is not', () => {
  expect(readZip(unixFile(0o10_0644))).toHaveLength(1)
  expect(() => readZip(unixFile(0o12_0777))).toThrow(/link or a special file/u)
})

test('more bytes or files than allowed are refused before anything is unpacked', () => {
  const bomb = zipOf({ zeros: new Uint8Array(1_000_000), more: 'x' })

  expect(bomb.length).toBeLessThan(5000)
  expect(() => readZip(bomb, { maxBytes: 1_000_000 })).toThrow(/more than 1000000 bytes/u)
  expect(() => readZip(bomb, { maxFiles: 1 })).toThrow(/2 files/u)
  expect(readZip(bomb, { maxBytes: 1_000_001 })).toHaveLength(2)
})

test('a file that is larger than the archive says never takes more room than that, and is refused', () => {
  const liar = zipOf({ zeros: new Uint8Array(1_000_000) })
  const directory = Buffer.from(liar).indexOf('PK\u0001\u0002')
  for (const place of [directory + 24, 22]) new DataView(liar.buffer, liar.byteOffset).setUint32(place, 10, true)

  expect(() => readZip(liar)[0]?.read()).toThrow(/damaged/u)
})

test('a changed byte in a file is noticed', () => {
  const archive = Buffer.from(zipSync({ name: [new TextEncoder().encode('the content'), { level: 0 }] }))
  archive.write('T', archive.indexOf('the content'))

  expect(() => readZip(new Uint8Array(archive))[0]?.read()).toThrow(/damaged/u)
})

test('no bytes make it do anything but read or refuse', () => {
  const archive = zipOf({ one: 'x'.repeat(100), two: 'y' })
  fc.assert(
    fc.property(fc.nat(archive.length - 1), fc.nat(255), fc.nat(archive.length), (place, byte, length) => {
      try {
        for (const file of readZip(archive.with(place, byte).subarray(0, length))) file.read()
      } catch (error) {
        expect(error).toMatchObject({ code: 'BadAnswer' })
      }
    }),
    { numRuns: 1000 },
  )
})

/** Where the directory of an archive without a comment begins. */
function directoryOf(archive: Uint8Array): number {
  return new DataView(archive.buffer, archive.byteOffset).getUint32(archive.length - 6, true)
}

/** An archive whose sizes and crc are those of its first four bytes, in the directory and, if wished, before the file too. */
function promisingLess(places: readonly ('directory' | 'header')[]): Uint8Array {
  const archive = zipOf({ 'result.txt': `good${'evil'.repeat(10_000)}` })
  const honest = zipOf({ 'result.txt': 'good' })
  const [view, source] = [new DataView(archive.buffer), new DataView(honest.buffer)]
  for (const place of places) {
    const at = place === 'directory' ? directoryOf(archive) + 16 : 14
    view.setUint32(at, source.getUint32(14, true), true)
    view.setUint32(at + 8, 4, true)
  }
  return archive
}

test.each([[['directory']], [['directory', 'header']]] as const)(
  'a file that goes on behind its promised size is refused, not cut: %j',
  (places) => {
    expect(() => readZip(promisingLess(places))[0]?.read()).toThrow(expect.objectContaining({ code: 'BadAnswer' }))
  },
)

test.each([
  ['flags', 6, 1],
  ['method', 8, 0],
  ['crc', 14, 1],
  ['packed size', 18, 1],
  ['size', 22, 1],
  ['name', 30, 0x41],
])('a file before which another %s stands than in the directory is refused', (_, place, value) => {
  const archive = zipOf({ name: 'x'.repeat(100) }).with(place, value)

  expect(() => readZip(archive)).toThrow(/something else of "name"/u)
})

test('what stands beside the files and the directory is refused, wherever', () => {
  const archive = zipOf({ name: 'the content' })
  const directory = directoryOf(archive)
  const insert = (at: number, by: number): Uint8Array => {
    const wider = Uint8Array.from([...archive.subarray(0, at), ...new Uint8Array(by), ...archive.subarray(at)])
    const view = new DataView(wider.buffer)
    const moved = at <= directory ? directory + by : directory
    if (at < archive.length) view.setUint32(wider.length - 6, moved, true)
    if (at === 0) view.setUint32(moved + 42, by, true)
    return wider
  }

  expect(() => readZip(insert(0, 10))).toThrow(/before its first file/u)
  expect(() => readZip(insert(directory, 10))).toThrow(/behind "name"/u)
  expect(() => readZip(insert(archive.length - 22, 10))).toThrow(/directory is damaged/u)
  expect(() => readZip(insert(archive.length, 10))).toThrow(/behind its end/u)
})

test('an archive with a comment is read, one with less of a comment than it says is not', () => {
  const archive = zipOf({ name: 'x' })
  const commented = Uint8Array.from([...archive, 104, 105]).with(archive.length - 2, 2)

  expect(readZip(commented)).toHaveLength(1)
  expect(() => readZip(commented.with(archive.length - 2, 3))).toThrow(/behind its end/u)
})

test('an archive that was written as a stream is read, and what stands behind its files has to be true', () => {
  const parts: Uint8Array[] = []
  const zip = new Zip((_, part) => parts.push(part))
  for (const name of ['one', 'two']) {
    const file = new ZipDeflate(name)
    zip.add(file)
    file.push(new TextEncoder().encode(name.repeat(100)), true)
  }
  zip.end()
  const archive = new Uint8Array(Buffer.concat(parts))
  const descriptor = Buffer.from(archive).indexOf('PK\u0007\u0008')

  expect(readZip(archive).map(({ name, read }) => [name, new TextDecoder().decode(read())])).toEqual([
    ['one', 'one'.repeat(100)],
    ['two', 'two'.repeat(100)],
  ])
  expect(descriptor).toBeGreaterThan(0)
  expect(() => readZip(archive.with(descriptor + 12, 1))).toThrow(/behind "one"/u)
})

test('a file with a second name is refused', () => {
  const archive = zipSync({ name: [new Uint8Array(3), { extra: { 0x7075: Uint8Array.of(1, 0, 0, 0, 0, 65) } }] })

  expect(() => readZip(archive)).toThrow(/two names/u)
})

test('a large file comes out whole, piece by piece', () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, place) => (place * place) % 251)

  expect(readZip(zipOf({ large }))[0]?.read()).toEqual(large)
})
