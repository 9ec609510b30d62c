// The calls of WASI preview 1 that the examples need. The compiler takes the name of this file as the name of the module that they
// are imported from. Each returns an error number, 0 when all went well.

export declare function args_sizes_get(count: usize, bytes: usize): i32
export declare function args_get(pointers: usize, text: usize): i32
export declare function environ_sizes_get(count: usize, bytes: usize): i32
export declare function environ_get(pointers: usize, text: usize): i32
export declare function fd_prestat_get(fd: i32, prestat: usize): i32
export declare function fd_prestat_dir_name(fd: i32, path: usize, length: usize): i32
export declare function path_open(
  folder: i32,
  lookup: i32,
  path: usize,
  length: usize,
  how: i32,
  rights: i64,
  inherited: i64,
  flags: i32,
  opened: usize,
): i32
export declare function fd_read(fd: i32, vectors: usize, count: usize, done: usize): i32
export declare function fd_write(fd: i32, vectors: usize, count: usize, done: usize): i32
export declare function fd_close(fd: i32): i32
export declare function proc_exit(code: i32): void
