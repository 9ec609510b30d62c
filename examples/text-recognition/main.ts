// Reads the text in pictures: each input becomes a .txt for people and a .json with places for programs.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { env, InferenceSession } from 'onnxruntime-web/wasm'
import { findLines } from './findLines.ts'
import { readPicture, type Piece } from './picture.ts'
import { readLine, type Reading } from './readLine.ts'

/** Below, it is no text but a pattern that looks like it. */
const SURE = 0.5

type Line = Reading & { readonly place: Piece }

const beside = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, name))
// Several threads would add numbers in an order of their own.
env.wasm.numThreads = 1
env.wasm.wasmBinary = beside('runtime.wasm')
const options = { executionProviders: ['wasm'] }
const finder = await InferenceSession.create(beside('detect.onnx'), options)
const reader = {
  model: await InferenceSession.create(beside('recognize.onnx'), options),
  // The model knows the space, too; the list does not.
  letters: [...new TextDecoder().decode(beside('letters.txt')).trimEnd().split('\n'), ' '],
}

async function readText(bytes: Uint8Array): Promise<readonly Line[]> {
  const picture = readPicture(bytes)
  const lines: Line[] = []
  for (const place of await findLines(finder, picture)) {
    const reading = await readLine(reader, picture, place)
    if (reading.confidence >= SURE) lines.push({ ...reading, place })
  }
  return lines
}

/** Pieces of one line of the page stand beside one another, from left to right. */
function joinRows(lines: readonly Line[]): string {
  const rows: Line[][] = []
  for (const line of lines) {
    const row = rows.at(-1)
    const last = row?.[0]?.place
    if (row !== undefined && last !== undefined && line.place.y - last.y < last.height / 3) row.push(line)
    else rows.push([line])
  }
  const texts = rows.map((row) => row.toSorted((one, other) => one.place.x - other.place.x).map(({ text }) => text))
  return texts.map((row) => `${row.join(' ')}\n`).join('')
}

function shown({ text, confidence, place }: Line): string {
  const corner = [place.x - place.width / 2, place.y - place.height / 2]
  const box = [...corner, place.width, place.height].map((value) => Math.round(value))
  return JSON.stringify({ text, confidence: Number(confidence.toFixed(3)), box })
}

const { IEXEC_IN = '/iexec_in', IEXEC_OUT = '/iexec_out', IEXEC_INPUT_FILES_NUMBER = '0' } = process.env
if (IEXEC_INPUT_FILES_NUMBER === '0') throw new Error('Give pictures as input files: PNG or JPEG.')
for (let number = 1; number <= Number(IEXEC_INPUT_FILES_NUMBER); number++) {
  const lines = await readText(readFileSync(join(IEXEC_IN, process.env[`IEXEC_INPUT_FILE_NAME_${number}`] ?? '')))
  writeFileSync(join(IEXEC_OUT, `picture-${number}.txt`), joinRows(lines))
  writeFileSync(join(IEXEC_OUT, `picture-${number}.json`), `[\n${lines.map(shown).join(',\n')}\n]\n`)
  console.log(`picture ${number}: ${lines.length} lines`)
}
