// Pictures of every kind that cameras and scanners write become the same three colours.
import { crc32, deflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { expect, test } from 'vitest'
import { readPicture, samplePiece } from './picture.ts'

type Kind = { readonly depth: number; readonly colour: number; readonly palette?: readonly number[] }

function chunk(name: string, content: readonly number[] | Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(name), Uint8Array.from(content)])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([size, named, sum])
}

/** A PNG of two points beside one another. */
function pngOf({ depth, colour, palette }: Kind, row: readonly number[]): Uint8Array {
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', [0, 0, 0, 2, 0, 0, 0, 1, depth, colour, 0, 0, 0]),
    ...(palette === undefined ? [] : [chunk('PLTE', palette)]),
    chunk('IDAT', deflateSync(Uint8Array.from([0, ...row]))),
    chunk('IEND', []),
  ])
}

const WHITE_AND_BLACK = [255, 255, 255, 0, 0, 0]

test.each([
  ['one bit', { depth: 1, colour: 0 }, [0b1000_0000]],
  ['four bits of grey', { depth: 4, colour: 0 }, [0xf0]],
  ['grey', { depth: 8, colour: 0 }, [255, 0]],
  ['16 bits of grey', { depth: 16, colour: 0 }, [255, 255, 0, 0]],
  ['grey that shines through', { depth: 8, colour: 4 }, [255, 9, 0, 9]],
  ['a palette', { depth: 8, colour: 3, palette: [0, 0, 0, 255, 255, 255] }, [1, 0]],
  ['a palette and one bit', { depth: 1, colour: 3, palette: [0, 0, 0, 255, 255, 255] }, [0b1000_0000]],
  ['colours', { depth: 8, colour: 2 }, WHITE_AND_BLACK],
  ['colours that shine through', { depth: 8, colour: 6 }, [255, 255, 255, 9, 0, 0, 0, 9]],
] as const)('a PNG with %s is read', (_, kind, row) => {
  const picture = readPicture(pngOf(kind, row))

  expect(picture).toEqual({ width: 2, height: 1, rgb: Uint8Array.from(WHITE_AND_BLACK) })
})

test('a JPEG is read, and what is no picture is refused', () => {
  const data = Buffer.alloc(8 * 8 * 4, 255)

  const { width, height, rgb } = readPicture(jpeg.encode({ data, width: 8, height: 8 }).data)

  expect([width, height, rgb.every((value) => value > 250)]).toEqual([8, 8, true])
  expect(() => readPicture(Buffer.from('GIF89a'))).toThrow('A picture must be PNG or JPEG.')
})

test('a piece that rises is straight in the sample: blue first, then green, then red; outside, the edge goes on', () => {
  // Red grows to the right by 10, and falls by 10 with each row.
  const rgb = Uint8Array.from({ length: 3 * 3 * 3 }, (_, at) =>
    at % 3 === 0 ? 100 + 10 * (Math.floor(at / 3) % 3) - 10 * Math.floor(at / 9) : 0,
  )
  const plain = { mean: [0, 0, 0], deviation: [1, 1, 1] }

  const piece = { x: 1.5, y: 1.5, width: 3, height: 1, slope: 1 }
  const sample = samplePiece({ width: 3, height: 3, rgb }, piece, { width: 3, height: 1, ...plain })
  const wide = samplePiece(
    { width: 3, height: 3, rgb },
    { ...piece, width: 9, slope: 0 },
    { width: 3, height: 1, ...plain },
  )

  expect([...sample].map((value) => Math.round(value * 255))).toEqual([0, 0, 0, 0, 0, 0, 100, 100, 100])
  expect([...wide.subarray(6)].map((value) => Math.round(value * 255))).toEqual([90, 100, 110])
})
