// An app as WebAssembly: writes its first argument to result.txt, and says so.
import wabt from 'wabt'

const SOURCE = `
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "result.txt")
  (data (i32.const 48) "written\\n")
  (data (i32.const 64) "\\30\\00\\00\\00\\08\\00\\00\\00")
  (func (export "_start")
    (drop (call $sizes (i32.const 16) (i32.const 20)))
    (drop (call $args (i32.const 1024) (i32.const 4096)))
    ;; 4 is /iexec_out; 9 makes the file anew; the right to write is bit 6
    (drop (call $open (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 10) (i32.const 9)
      (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 24)))
    ;; the argument begins at argv[1], and ends one byte before the end of all
    (i32.store (i32.const 32) (i32.load (i32.const 1028)))
    (i32.store (i32.const 36)
      (i32.sub (i32.add (i32.const 4095) (i32.load (i32.const 20))) (i32.load (i32.const 1028))))
    (drop (call $write (i32.load (i32.const 24)) (i32.const 32) (i32.const 1) (i32.const 40)))
    (drop (call $write (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 40)))))
`

/**
 * The module.
 *
 * @example
 * const cid = await publish(storage.url, await echoModule())
 */
export async function echoModule(): Promise<Uint8Array<ArrayBuffer>> {
  const tool = await wabt()
  const module = tool.parseWat('echo.wat', SOURCE)
  try {
    return new Uint8Array(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}
