// An app as WebAssembly that writes whatever a test wants into its result.
import wabt from 'wabt'

/** A file of a result: a text, and how often it stands there. */
export type Written = { readonly name: string; readonly text: string; readonly times?: number }

/** Where texts begin in the memory of the module; below it lie a few words that calls read and write. */
const TEXTS = 1_024
const PAGE = 65_536

/**
 * A module that writes these files, and this to its log. Every call makes another module, so that each can be an app.
 *
 * @example
 * const module = await writingModule([{ name: 'page.html', text: '<h1>Hello</h1>' }], 'done')
 */
export async function writingModule(files: readonly Written[], log: string): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  const texts: Uint8Array[] = []
  let end = TEXTS
  const place = (text: string): readonly [number, number] => {
    const bytes = encoder.encode(text)
    const at = end
    texts.push(bytes)
    end += bytes.length
    return [at, bytes.length]
  }
  const calls = files.map(({ name, text, times = 1 }) => write(place(name), place(text), times))
  const [at, size] = place(log)
  const data = Buffer.concat(texts)
  const source = `
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") ${Math.ceil(end / PAGE)})
  (data (i32.const ${TEXTS}) "${[...data].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
  (func (export "_start") (local $i i32)
${calls.join('')}
    ${span(at, size)}
    (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 40)))))
`
  const tool = await wabt()
  const module = tool.parseWat('writing.wat', source)
  try {
    return new Uint8Array(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}

/** What fd_write is to write. */
function span(at: number, size: number): string {
  return `(i32.store (i32.const 32) (i32.const ${at})) (i32.store (i32.const 36) (i32.const ${size}))`
}

/** 4 is /iexec_out; 9 makes the file anew; the right to write is bit 6. */
function write(name: readonly [number, number], text: readonly [number, number], times: number): string {
  return `
    (drop (call $open (i32.const 4) (i32.const 0) (i32.const ${name[0]}) (i32.const ${name[1]}) (i32.const 9)
      (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 24)))
    ${span(...text)}
    (local.set $i (i32.const ${times}))
    (loop $again
      (drop (call $write (i32.load (i32.const 24)) (i32.const 32) (i32.const 1) (i32.const 40)))
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (br_if $again (i32.gt_s (local.get $i) (i32.const 0))))
`
}
