// Modules for tests, written as text: a short prelude around WASI, so that a test shows only what it is about.
import wabt from 'wabt'

const assembler = wabt()
/** What may be written in a module's text beyond what is on already. */
export type Features = Readonly<
  Partial<Record<'threads' | 'relaxed_simd' | 'tail_call' | 'exceptions' | 'memory64' | 'extended_const', boolean>>
>

/** Numbers of the folders that a module finds open. */
export const FD = { in: 3, out: 4, legacy: 5, tmp: 6 } as const

/** Places a text in the memory: its address and its length, as two operands. */
export type Place = (text: string) => string

const IMPORTS = {
  args_get: 'i32 i32',
  args_sizes_get: 'i32 i32',
  clock_time_get: 'i32 i64 i32',
  environ_get: 'i32 i32',
  environ_sizes_get: 'i32 i32',
  fd_close: 'i32',
  fd_filestat_get: 'i32 i32',
  fd_filestat_set_size: 'i32 i64',
  fd_read: 'i32 i32 i32 i32',
  fd_readdir: 'i32 i32 i32 i64 i32',
  fd_write: 'i32 i32 i32 i32',
  path_create_directory: 'i32 i32 i32',
  path_filestat_get: 'i32 i32 i32 i32 i32',
  path_open: 'i32 i32 i32 i32 i32 i64 i64 i32 i32',
  path_remove_directory: 'i32 i32 i32',
  path_rename: 'i32 i32 i32 i32 i32 i32',
  path_symlink: 'i32 i32 i32 i32 i32',
  path_unlink_file: 'i32 i32 i32',
  poll_oneoff: 'i32 i32 i32 i32',
  random_get: 'i32 i32',
} as const

/** What every program has: WASI, and a few functions over it. Addresses below 4096 are theirs; the heap begins at 131072. */
const PRELUDE = `
${Object.entries(IMPORTS)
  .map(([name, params]) => `(import "wasi_snapshot_preview1" "${name}" (func $${name} (param ${params}) (result i32)))`)
  .join('\n')}
(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
(memory (export "memory") 4)
;; Writes bytes to an open file; gives the error.
(func $write (param $fd i32) (param $at i32) (param $length i32) (result i32)
  (i32.store (i32.const 0) (local.get $at))
  (i32.store (i32.const 4) (local.get $length))
  (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
(func $print (param $at i32) (param $length i32)
  (drop (call $write (i32.const 1) (local.get $at) (local.get $length))))
;; Prints a number as 16 hexadecimal digits and a line feed.
(func $hex (param $value i64) (local $i i32) (local $digit i32)
  (loop $next
    (local.set $digit (i32.wrap_i64 (i64.and (local.get $value) (i64.const 15))))
    (i32.store8 (i32.sub (i32.const 31) (local.get $i))
      (i32.add (local.get $digit) (select (i32.const 87) (i32.const 48) (i32.gt_u (local.get $digit) (i32.const 9)))))
    (local.set $value (i64.shr_u (local.get $value) (i64.const 4)))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $i) (i32.const 16))))
  (i32.store8 (i32.const 32) (i32.const 10))
  (call $print (i32.const 16) (i32.const 17)))
(func $error (param $error i32)
  (call $hex (i64.extend_i32_u (local.get $error))))
;; Opens a path, for reading and writing when it may be made, and puts its number at 40; gives the error.
(func $open (param $dir i32) (param $at i32) (param $length i32) (param $oflags i32) (result i32)
  (call $path_open (local.get $dir) (i32.const 0) (local.get $at) (local.get $length) (local.get $oflags)
    (select (i64.const 0x42) (i64.const 2) (local.get $oflags)) (i64.const 0) (i32.const 0) (i32.const 40)))
;; Makes a file anew with this content; gives the error.
(func $save (param $dir i32) (param $at i32) (param $length i32) (param $from i32) (param $bytes i32) (result i32)
  (local $error i32)
  (local.set $error (call $open (local.get $dir) (local.get $at) (local.get $length) (i32.const 9)))
  (if (local.get $error) (then (return (local.get $error))))
  (local.set $error (call $write (i32.load (i32.const 40)) (local.get $from) (local.get $bytes)))
  (drop (call $fd_close (i32.load (i32.const 40))))
  (local.get $error))
;; Prints the first 60000 bytes of a file, or the error.
(func $show (param $dir i32) (param $at i32) (param $length i32) (local $error i32)
  (local.set $error (call $open (local.get $dir) (local.get $at) (local.get $length) (i32.const 0)))
  (if (local.get $error) (then (call $error (local.get $error)) (return)))
  (i32.store (i32.const 0) (i32.const 131072))
  (i32.store (i32.const 4) (i32.const 60000))
  (drop (call $fd_read (i32.load (i32.const 40)) (i32.const 0) (i32.const 1) (i32.const 8)))
  (drop (call $fd_close (i32.load (i32.const 40))))
  (call $print (i32.const 131072) (i32.load (i32.const 8))))
(func $now (param $clock i32) (result i64)
  (drop (call $clock_time_get (local.get $clock) (i64.const 0) (i32.const 48)))
  (i64.load (i32.const 48)))
`

/**
 * Assembles a program of WASI.
 *
 * @param write gives the body of `_start`, or with `functions` more of the module
 * @example
 * await program((place) => `(call $print ${place('hello\n')})`)
 */
export function program(
  write: (place: Place) => string,
  functions: (place: Place) => string = () => '',
): Promise<Uint8Array> {
  const pieces: string[] = []
  let at = 4_096
  const place: Place = (text) => {
    const bytes = Buffer.from(text)
    pieces.push(
      `(data (i32.const ${at}) "${[...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")`,
    )
    at += bytes.length
    return `(i32.const ${at - bytes.length}) (i32.const ${bytes.length})`
  }
  const body = write(place)
  const more = functions(place)
  return assemble(`(module ${PRELUDE} ${pieces.join('\n')} ${more} (func (export "_start") ${body}))`)
}

/** Assembles a whole module. */
export async function assemble(text: string, features: Features = {}): Promise<Uint8Array> {
  const wasm = await assembler
  const module = wasm.parseWat('module.wat', text, { simd: true, ...features })
  try {
    return new Uint8Array(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}
