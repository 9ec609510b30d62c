// Pictures as numbers: PNG and JPEG become red, green and blue, and models get pieces of them in the size that they know.
import { convertIndexedToRgb, decode } from 'fast-png'
import jpeg from 'jpeg-js'

/** Red, green and blue of each point, row by row, 0 to 255. */
export type Picture = { readonly width: number; readonly height: number; readonly rgb: Uint8Array }

/** A piece of a picture: its middle, its size, and how much it rises to the right. It may reach over the edge. */
export type Piece = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly slope: number
}

type Size = { readonly width: number; readonly height: number }

/**
 * Reads a picture.
 *
 * @throws Error when it is neither PNG nor JPEG
 * @example
 * const { width, height } = readPicture(readFileSync('page.png'))
 */
export function readPicture(bytes: Uint8Array): Picture {
  if (bytes[0] === 0x89) return readPng(bytes)
  if (bytes[0] !== 0xff) throw new Error('A picture must be PNG or JPEG.')
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 })
  return { width, height, rgb: pickColours(data, 4, width * height) }
}

function readPng(bytes: Uint8Array): Picture {
  const png = decode(bytes)
  const { width, height, depth, channels, data } = png
  // Scans in black and white have several points in a byte, as indexed pictures have.
  const palette = png.palette ?? (depth < 8 ? listGreys(depth) : undefined)
  if (palette !== undefined) {
    const points = convertIndexedToRgb({ ...png, palette })
    return { width, height, rgb: pickColours(points, palette[0]?.length ?? 3, width * height) }
  }
  return {
    width,
    height,
    rgb: pickColours(depth === 16 ? data.map((value) => value >> 8) : data, channels, width * height),
  }
}

function listGreys(depth: number): [number, number, number][] {
  const lightest = 2 ** depth - 1
  return Array.from({ length: lightest + 1 }, (_, level) => {
    const grey = Math.round((level * 255) / lightest)
    return [grey, grey, grey]
  })
}

/** Grey is all three colours; how much shines through is left out. */
function pickColours(data: ArrayLike<number>, channels: number, points: number): Uint8Array {
  const green = channels < 3 ? 0 : 1
  return Uint8Array.from({ length: points * 3 }, (_, at) => data[Math.floor(at / 3) * channels + (at % 3) * green] ?? 0)
}

/** What is subtracted from each colour, and what it is divided by. */
export type Scaling = { readonly mean: readonly number[]; readonly deviation: readonly number[] }

/**
 * A piece of a picture in another size, as models of this family read it: all of blue, then green, then red.
 *
 * @example
 * samplePiece(picture, piece, { width: 320, height: 48, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] })
 */
export function samplePiece(picture: Picture, piece: Piece, target: Size & Scaling): Float32Array {
  const { width, height, mean, deviation } = target
  const [stepX, stepY] = [piece.width / width, piece.height / height]
  // What becomes much smaller is a mean of several points, or thin strokes would be lost.
  const times = Math.max(1, Math.round(stepY))
  const all = new Float32Array(3 * width * height)
  for (let at = 0; at < width * height; at++) {
    const [column, row] = [at % width, Math.floor(at / width)]
    for (let part = 0; part < times * times; part++) {
      const right = (column + ((part % times) + 0.5) / times) * stepX - piece.width / 2
      const down = (row + (Math.floor(part / times) + 0.5) / times) * stepY - piece.height / 2
      addPoint(picture, { x: piece.x + right, y: piece.y + down + piece.slope * right }, (colour, value) => {
        const scaled = (value / 255 - (mean[colour] ?? 0)) / (deviation[colour] ?? 1)
        const place = (2 - colour) * width * height + at
        all[place] = (all[place] ?? 0) + scaled / times ** 2
      })
    }
  }
  return all
}

/** The three colours between the four nearest points; what is over the edge is as the edge. */
function addPoint(
  { width, height, rgb }: Picture,
  { x, y }: { readonly x: number; readonly y: number },
  add: (colour: number, value: number) => void,
): void {
  const left = Math.min(Math.max(x - 0.5, 0), width - 1)
  const top = Math.min(Math.max(y - 0.5, 0), height - 1)
  const [column, row] = [Math.floor(left), Math.floor(top)]
  const [toRight, toBottom] = [left - column, top - row]
  const here = (row * width + column) * 3
  const right = column + 1 < width ? 3 : 0
  const below = row + 1 < height ? width * 3 : 0
  for (let colour = 0; colour < 3; colour++) {
    const at = (step: number): number => rgb[here + colour + step] ?? 0
    const upper = at(0) * (1 - toRight) + at(right) * toRight
    const lower = at(below) * (1 - toRight) + at(below + right) * toRight
    add(colour, upper * (1 - toBottom) + lower * toBottom)
  }
}
