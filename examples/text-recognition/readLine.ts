// What a line of text says: a model names the likeliest letter for each strip of it, from left to right.
import { type InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import { samplePiece, type Picture, type Piece } from './picture.ts'

/** What a line says, and how sure the model is: 0 to 1. */
export type Reading = { readonly text: string; readonly confidence: number }

const SCALING = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
/** Lines in this height are what the model was trained with. */
const HEIGHT = 48

/**
 * Reads a line.
 *
 * @param letters - what the model knows, in its order; the blank before the first is no letter
 * @example
 * const { text } = await readLine({ model, letters }, picture, line)
 */
export async function readLine(
  { model, letters }: { readonly model: InferenceSession; readonly letters: readonly string[] },
  picture: Picture,
  line: Piece,
): Promise<Reading> {
  const width = Math.max(HEIGHT, Math.round((line.width * HEIGHT) / line.height))
  const values = samplePiece(picture, line, { width, height: HEIGHT, ...SCALING })
  const input = new Tensor('float32', values, [1, 3, HEIGHT, width])
  const output = (await model.run({ [model.inputNames[0] ?? '']: input }))[model.outputNames[0] ?? '']
  const [, strips = 0, classes = 0] = output?.dims ?? []
  const likely = output?.data as Float32Array
  const found = Array.from({ length: strips }, (_, strip) =>
    best(likely.subarray(strip * classes, (strip + 1) * classes)),
  )
  // A letter is wider than a strip: the same one again is meant only after a blank.
  const read = found.filter(({ place }, strip) => place > 0 && place !== found[strip - 1]?.place)
  return {
    text: read.map(({ place }) => letters[place - 1] ?? '').join(''),
    confidence: read.length === 0 ? 0 : read.reduce((sum, { value }) => sum + value, 0) / read.length,
  }
}

function best(values: Float32Array): { readonly place: number; readonly value: number } {
  let place = 0
  for (let at = 1; at < values.length; at++) if ((values[at] ?? 0) > (values[place] ?? 0)) place = at
  return { place, value: values[place] ?? 0 }
}
