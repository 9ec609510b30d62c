// Archives of strangers: what is read of them, and what is refused.
import { zipSync } from 'fflate'
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
  new DataView(liar.buffer, liar.byteOffset).setUint32(directory + 24, 10, true)

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
