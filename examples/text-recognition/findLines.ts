// Where lines of text are: a model says of each point how likely it belongs to text, and points that touch are a line.
import { type InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import { samplePiece, type Picture, type Piece } from './picture.ts'

/** What this model was trained with. */
const SCALING = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }
const LIKELY = 0.3
const LIKELY_ALL_IN_ALL = 0.6
/** How much larger a line is than what the model finds, which is the middle of its letters. */
const GROWTH = 1.5
/** Small letters are enlarged before; large pictures are not. */
const SMALLEST_SIDE = 640
const LONGEST_SIDE = 1536
/** The model halves its input five times. */
const STEP = 32
const SMALLEST_LINE = 3

/**
 * Finds the lines of text in a picture, in the order of their middles from top to bottom.
 *
 * @example
 * const lines = await findLines(await InferenceSession.create(readFileSync('detect.onnx')), picture)
 */
export async function findLines(model: InferenceSession, picture: Picture): Promise<readonly Piece[]> {
  const [shorter, longer] = [Math.min(picture.width, picture.height), Math.max(picture.width, picture.height)]
  const scale = Math.min(Math.max(1, SMALLEST_SIDE / shorter), LONGEST_SIDE / longer)
  const width = Math.ceil((picture.width * scale) / STEP) * STEP
  const height = Math.ceil((picture.height * scale) / STEP) * STEP
  const size = { width: width / scale, height: height / scale }
  // The picture begins in the corner; what is added at the right and at the bottom is as its edge.
  const whole = { ...size, x: size.width / 2, y: size.height / 2, slope: 0 }
  const input = new Tensor('float32', samplePiece(picture, whole, { width, height, ...SCALING }), [1, 3, height, width])
  const output = await model.run({ [model.inputNames[0] ?? '']: input })
  const likely = output[model.outputNames[0] ?? '']?.data as Float32Array
  return listBlots(likely, width)
    .flatMap((blot) => lineAround(blot, likely, width) ?? [])
    .map(({ x, y, slope, ...line }) => ({
      x: x / scale,
      y: y / scale,
      width: line.width / scale,
      height: line.height / scale,
      slope,
    }))
    .toSorted((one, other) => one.y - other.y)
}

/** Likely points that touch, by their places. */
function listBlots(likely: Float32Array, width: number): readonly (readonly number[])[] {
  const isOpen = Uint8Array.from(likely, (value) => Number(value > LIKELY))
  const blots: number[][] = []
  for (let start = 0; start < isOpen.length; start++) {
    if (isOpen[start] === 0) continue
    isOpen[start] = 0
    const blot = [start]
    for (const at of blot) {
      const column = at % width
      const beside = [...(column > 0 ? [at - 1] : []), ...(column + 1 < width ? [at + 1] : []), at - width, at + width]
      for (const next of beside) {
        if (isOpen[next] !== 1) continue
        isOpen[next] = 0
        blot.push(next)
      }
    }
    blots.push(blot)
  }
  return blots
}

/** The straight line through a blot, by least squares, as wide and high as the blot is along it, and grown. */
function lineAround(blot: readonly number[], likely: Float32Array, width: number): Piece | undefined {
  const mean = (valueOf: (at: number) => number): number => blot.reduce((sum, at) => sum + valueOf(at), 0) / blot.length
  const columnOf = (at: number): number => (at % width) + 0.5
  const rowOf = (at: number): number => Math.floor(at / width) + 0.5
  if (mean((at) => likely[at] ?? 0) < LIKELY_ALL_IN_ALL) return undefined
  const [x, y] = [mean(columnOf), mean(rowOf)]
  const spread = mean((at) => (columnOf(at) - x) ** 2)
  const rise = mean((at) => (rowOf(at) - y) ** 2)
  // Of what is about as high as wide, nobody can say how it lies.
  const slope = spread > 4 * rise ? mean((at) => (columnOf(at) - x) * (rowOf(at) - y)) / spread : 0
  const across = rangeOf(blot.map(columnOf))
  const down = rangeOf(blot.map((at) => rowOf(at) - y - slope * (columnOf(at) - x)))
  if (across.size < SMALLEST_LINE || down.size < SMALLEST_LINE) return undefined
  const more = (across.size * down.size * GROWTH) / (across.size + down.size)
  return {
    x: across.middle,
    y: y + slope * (across.middle - x) + down.middle,
    width: across.size + more,
    height: down.size + more,
    slope,
  }
}

function rangeOf(values: readonly number[]): { readonly middle: number; readonly size: number } {
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, -Infinity],
  )
  return { middle: (least + most) / 2, size: most - least + 1 }
}
