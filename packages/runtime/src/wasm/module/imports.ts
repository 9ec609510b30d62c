// What a module may import: the functions of WASI preview 1, and nothing else. Signatures are those of
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md, `i` for i32 and `I` for i64; all give an error number
// but proc_exit.
import { VALUE, type FunctionType } from './shape.ts'

/** The one module that functions are imported from. */
export const WASI = 'wasi_snapshot_preview1'

const PARAMS: Readonly<Record<string, string>> = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'iIi',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  fd_advise: 'iIIi',
  fd_allocate: 'iII',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'iII',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'iI',
  fd_filestat_set_times: 'iIIi',
  fd_pread: 'iiiIi',
  fd_prestat_dir_name: 'iii',
  fd_prestat_get: 'ii',
  fd_pwrite: 'iiiIi',
  fd_read: 'iiii',
  fd_readdir: 'iiiIi',
  fd_renumber: 'ii',
  fd_seek: 'iIii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiiIIi',
  path_link: 'iiiiiii',
  path_open: 'iiiiiIIii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  random_get: 'ii',
  sched_yield: '',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
}

/** Names of all functions that a module may import. */
export const IMPORTABLE: readonly string[] = Object.keys(PARAMS)

/**
 * Whether a function of WASI has this type; undefined where there is no such function.
 *
 * @example
 * hasTypeOf('fd_close', { params: [VALUE.i32], results: [VALUE.i32] }) // true
 */
export function hasTypeOf(name: string, type: FunctionType): boolean | undefined {
  const params = Object.hasOwn(PARAMS, name) ? PARAMS[name] : undefined
  if (params === undefined) return undefined
  const expected = Array.from(params, (letter) => (letter === 'i' ? VALUE.i32 : VALUE.i64))
  const results = name === 'proc_exit' ? [] : [VALUE.i32]
  return expected.join() === type.params.join() && results.join() === type.results.join()
}
