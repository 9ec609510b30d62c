// The functions of WASI over a memory of the test's own: what is read-only, what is counted, and in which order folders are read.
import { beforeEach, describe, expect, test } from 'vitest'
import { createCalls, type Call } from './calls.ts'
import { FolderDescriptor, StreamDescriptor } from './descriptors.ts'
import { Disk, DiskFull, type FolderNode } from './disk.ts'
import { RandomStream } from './random.ts'
import { VirtualClock } from './time.ts'

const ERROR = {
  exist: 20,
  isdir: 31,
  inval: 28,
  ilseq: 25,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsup: 58,
  rofs: 69,
  notcapable: 76,
}
const [IN, OUT] = [3, 4]
const ALL_RIGHTS = 2n ** 29n - 1n
const OFLAGS = { creat: 1, directory: 2, excl: 4, trunc: 8 }

let memory: { buffer: ArrayBuffer }
let calls: Record<string, Call>
let roots: { in: FolderNode; out: FolderNode }

beforeEach(() => {
  const disk = new Disk({ bytes: 1_000, files: 2_000 })
  roots = { in: disk.createRoot({ isReadOnly: true }), out: disk.createRoot({ isReadOnly: false }) }
  disk.addInput(roots.in, 'folder/input.txt', Buffer.from('hello'))
  disk.addInput(roots.out, 'given', Buffer.from('given'))
  const setting = { disk, fileTime: 5n }
  const folders = [
    new FolderDescriptor(roots.in, setting, '/iexec_in'),
    new FolderDescriptor(roots.out, setting, '/iexec_out'),
  ]
  const open = [
    new StreamDescriptor(),
    new StreamDescriptor(() => undefined),
    new StreamDescriptor(() => undefined),
    ...folders,
  ]
  const clock = new VirtualClock(10)
  const random = new RandomStream(new Uint8Array(32))
  const created = createCalls({ args: [], env: [], open, setting, clock, random })
  memory = { buffer: new ArrayBuffer(65_536) }
  calls = created.calls
  created.attach(memory)
})

const view = (): DataView => new DataView(memory.buffer)
const call = (name: string, ...args: readonly (number | bigint)[]): unknown =>
  (calls[name] as (...args: readonly (number | bigint)[]) => unknown)(...args)
/** Puts a path at 1000, or at 3000, and names it by two numbers. */
const path = (text: string | Uint8Array, at = 1_000): readonly [number, number] => {
  const bytes = Buffer.from(text)
  new Uint8Array(memory.buffer).set(bytes, at)
  return [at, bytes.length]
}
const open = (
  fd: number,
  name: string | Uint8Array,
  ...[oflags = 0, rights = ALL_RIGHTS]: [number?, bigint?]
): unknown => call('path_open', fd, 0, ...path(name), oflags, rights, 0n, 0, 40)
const opened = (): number => view().getUint32(40, true)
const write = (fd: number, text: string): unknown => {
  const [at, length] = path(text, 5_000)
  view().setUint32(0, at, true)
  view().setUint32(4, length, true)
  return call('fd_write', fd, 0, 1, 8)
}
const save = (fd: number, name: string, text = ''): unknown => {
  const error = open(fd, name, OFLAGS.creat | OFLAGS.trunc)
  if (error !== 0) return error
  const written = write(opened(), text)
  call('fd_close', opened())
  return written
}

const readNames = (fd: number, bufferBytes: number): readonly string[] => {
  const names: string[] = []
  let cookie = 0n
  for (;;) {
    call('fd_readdir', fd, 10_000, bufferBytes, cookie, 8)
    const used = view().getUint32(8, true)
    let at = 10_000
    const before = names.length
    while (at + 24 <= 10_000 + used) {
      const length = view().getUint32(at + 16, true)
      if (at + 24 + length > 10_000 + used) break
      names.push(Buffer.from(memory.buffer, at + 24, length).toString())
      cookie = view().getBigUint64(at, true)
      at += 24 + length
    }
    if (used < bufferBytes || names.length === before) return names
  }
}
const subscribe = (i: number, [type, subject, timeout, flags]: readonly [number, number, bigint, number]): void => {
  const at = 2_000 + 48 * i
  view().setBigUint64(at, BigInt(i + 1), true)
  view().setUint8(at + 8, type)
  view().setUint32(at + 16, subject, true)
  view().setBigUint64(at + 24, timeout, true)
  view().setUint16(at + 40, flags, true)
}
const now = (): bigint => {
  call('clock_time_get', 0, 0n, 48)
  return view().getBigUint64(48, true)
}
const happened = (): readonly bigint[] =>
  Array.from({ length: view().getUint32(8, true) }, (_, i) => view().getBigUint64(4_000 + 32 * i, true))

describe('what is read-only', () => {
  test.each<[string, () => unknown]>([
    ['a new file', () => open(IN, 'new', OFLAGS.creat)],
    ['a new folder', () => call('path_create_directory', IN, ...path('new'))],
    ['opening for writing', () => open(IN, 'folder/input.txt')],
    ['emptying', () => open(IN, 'folder/input.txt', OFLAGS.trunc, 2n)],
    ['removing a file', () => call('path_unlink_file', IN, ...path('folder/input.txt'))],
    ['removing a folder', () => call('path_remove_directory', IN, ...path('folder'))],
    ['renaming', () => call('path_rename', IN, ...path('folder'), IN, ...path('other', 3_000))],
    ['moving out', () => call('path_rename', IN, ...path('folder/input.txt'), OUT, ...path('stolen', 3_000))],
    ['setting times', () => call('path_filestat_set_times', IN, 0, ...path('folder/input.txt'), 1n, 1n, 5)],
    ['moving in', () => save(OUT, 'mine') || call('path_rename', OUT, ...path('mine'), IN, ...path('mine', 3_000))],
    [
      'replacing an input of /iexec',
      () => save(OUT, 'mine') || call('path_rename', OUT, ...path('mine'), OUT, ...path('given', 3_000)),
    ],
    ['writing an input of /iexec', () => save(OUT, 'given', 'changed')],
    ['removing an input of /iexec', () => call('path_unlink_file', OUT, ...path('given'))],
  ])('%s is refused', (_, attempt) => {
    expect(attempt()).toBe(ERROR.rofs)
    expect(roots.in.entries.size).toBe(1)
  })

  test.each([
    ['fd_write', [0, 1, 8]],
    ['fd_pwrite', [0, 1, 0n, 8]],
    ['fd_allocate', [0n, 10n]],
    ['fd_filestat_set_size', [0n]],
    ['fd_filestat_set_times', [1n, 1n, 5]],
  ])('%s on an open input is refused', (name, args) => {
    open(IN, 'folder/input.txt', 0, 2n)
    view().setUint32(4, 3, true)

    expect(call(name, opened(), ...args)).toBe(ERROR.rofs)
  })

  test('links are not made at all', () => {
    expect(call('path_link', IN, 0, ...path('folder/input.txt'), OUT, ...path('x', 3_000))).toBe(ERROR.notsup)
    expect(call('path_symlink', ...path('/etc/passwd'), OUT, ...path('x', 3_000))).toBe(ERROR.notsup)
  })

  test('sockets are not had', () => {
    for (const name of ['sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown'])
      expect(call(name, 3, 0, 0)).toBe(ERROR.notsup)
  })
})

describe('paths', () => {
  test.each([
    ['/etc/passwd', ERROR.notcapable],
    ['..', ERROR.notcapable],
    ['./../x', ERROR.notcapable],
    ['absent/../given', ERROR.noent],
    ['given/x', ERROR.notdir],
    ['given/', ERROR.notdir],
    ['a\0b', ERROR.inval],
    ['', ERROR.noent],
    ['x'.repeat(256), ERROR.nametoolong],
    ['x/'.repeat(600), ERROR.nametoolong],
  ])('%j cannot be opened', (name, error) => {
    expect(open(OUT, name)).toBe(error)
  })

  test('a name that is not UTF-8 is refused, because two of them would become one', () => {
    expect(open(OUT, Uint8Array.of(0xff), OFLAGS.creat)).toBe(ERROR.ilseq)
  })

  test('a byte order mark is a part of the name', () => {
    save(OUT, '\uFEFFname')

    expect([...roots.out.entries.keys()]).toEqual(['given', '\uFEFFname'])
  })

  test('the way up inside of a folder is open', () => {
    call('path_create_directory', OUT, ...path('a'))

    expect(open(OUT, 'a/../given', 0, 2n)).toBe(0)
    expect(open(OUT, './a/./', OFLAGS.directory)).toBe(0)
  })

  test('a folder does not move into itself', () => {
    call('path_create_directory', OUT, ...path('a'))
    call('path_create_directory', OUT, ...path('a/b'))

    expect(call('path_rename', OUT, ...path('a'), OUT, ...path('a/b/c', 3_000))).toBe(ERROR.inval)
    expect(call('path_rename', OUT, ...path('a/b'), OUT, ...path('c', 3_000))).toBe(0)
    expect(open(OUT, 'c/../a')).toBe(0)
  })

  test('a folder with something in it is neither removed nor replaced', () => {
    call('path_create_directory', OUT, ...path('a'))
    call('path_create_directory', OUT, ...path('b'))
    save(OUT, 'a/file')

    expect(call('path_remove_directory', OUT, ...path('a'))).toBe(ERROR.notempty)
    expect(call('path_rename', OUT, ...path('b'), OUT, ...path('a', 3_000))).toBe(ERROR.notempty)
    expect(call('path_unlink_file', OUT, ...path('a'))).toBe(ERROR.isdir)
    expect(call('path_remove_directory', OUT, ...path('a/file'))).toBe(ERROR.notdir)
    expect(call('path_rename', OUT, ...path('a/file'), OUT, ...path('b', 3_000))).toBe(ERROR.isdir)
  })

  test('what must be new is refused when it is there', () => {
    expect(open(OUT, 'given', OFLAGS.creat | OFLAGS.excl, 2n)).toBe(ERROR.exist)
    expect(call('path_create_directory', OUT, ...path('given'))).toBe(ERROR.exist)
  })
})

describe('the disk', () => {
  test('renaming over a file frees the bytes of the old one', () => {
    save(OUT, 'a', 'x'.repeat(600))
    save(OUT, 'b', 'y'.repeat(400))

    call('path_rename', OUT, ...path('b'), OUT, ...path('a', 3_000))

    expect(save(OUT, 'c', 'z'.repeat(600))).toBe(0)
    expect(() => save(OUT, 'd', '!')).toThrow(DiskFull)
  })

  test('a file that has no name any more counts until it is closed', () => {
    open(OUT, 'a', OFLAGS.creat)
    const fd = opened()
    write(fd, 'x'.repeat(600))
    call('path_unlink_file', OUT, ...path('a'))

    expect(() => save(OUT, 'b', 'y'.repeat(500))).toThrow(DiskFull)
    call('fd_close', fd)
    expect(save(OUT, 'c', 'z'.repeat(500))).toBe(0)
  })

  test('what is cut off is zero when the file grows again', () => {
    open(OUT, 'a', OFLAGS.creat)
    const fd = opened()
    write(fd, 'secret')

    call('fd_filestat_set_size', fd, 1n)
    call('fd_filestat_set_size', fd, 6n)

    view().setUint32(0, 8_000, true)
    view().setUint32(4, 10, true)
    expect(call('fd_pread', fd, 0, 1, 0n, 8)).toBe(0)
    expect(Buffer.from(memory.buffer, 8_000, 6).toString()).toBe('s\0\0\0\0\0')
  })

  test('at most 1,024 things are open, and the lowest free number is taken', () => {
    while (opened() < 1_023) expect(open(OUT, 'given', 0, 2n)).toBe(0)

    expect(open(OUT, 'given', 0, 2n)).toBe(ERROR.mfile)
    call('fd_close', 500)
    open(OUT, 'given', 0, 2n)
    expect(opened()).toBe(500)
  })
})

describe('what is told of files', () => {
  test.each([64, 100, 4_096])('folders are read in the order of bytes, with a buffer of %d bytes', (bufferBytes) => {
    // In UTF-16, the flag would come before the letter of the private area.
    for (const name of ['b', '\uE000', '🏁', 'B', 'a', 'é', 'a.']) save(OUT, name)

    expect(readNames(OUT, bufferBytes)).toEqual(['.', '..', 'B', 'a', 'a.', 'b', 'given', 'é', '\uE000', '🏁'])
  })

  test('what is removed while a folder is read does not shift what comes after', () => {
    for (const name of ['a', 'b', 'c']) save(OUT, name)
    call('fd_readdir', OUT, 10_000, 26 * 3, 0n, 8)

    call('path_unlink_file', OUT, ...path('a'))
    call('fd_readdir', OUT, 10_000, 25, 3n, 8)

    expect(Buffer.from(memory.buffer, 10_024, 1).toString()).toBe('b')
  })

  test('times are constant, numbers are counted, and one name links to each', () => {
    call('path_filestat_get', IN, 0, ...path('folder/input.txt'), 2_000)

    const words = Array.from({ length: 8 }, (_, i) => view().getBigUint64(2_000 + 8 * i, true))
    // device, number, type, links, size, three times
    expect(words).toEqual([0n, 4n, 4n, 1n, 5n, 5n, 5n, 5n])
  })

  test('the streams are no terminals', () => {
    call('fd_fdstat_get', 1, 2_000)

    expect(view().getUint8(2_000)).toBe(0)
  })
})

describe('waiting', () => {
  test('the sleeps that end first happen, together', () => {
    for (const [i, timeout] of [30n, 20n, 20n].entries()) subscribe(i, [0, 1, timeout, 0])

    call('poll_oneoff', 2_000, 4_000, 3, 8)

    expect(happened()).toEqual([2n, 3n])
    expect(now()).toBe(10_000_000_020n)
  })

  test('a time that is past is not waited for', () => {
    subscribe(0, [0, 0, 5n, 1])

    call('poll_oneoff', 2_000, 4_000, 1, 8)

    expect(now()).toBe(10_000_000_000n)
  })

  test('whoever sleeps for ever comes to the end of time', () => {
    subscribe(0, [0, 0, 2n ** 64n - 1n, 0])

    call('poll_oneoff', 2_000, 4_000, 1, 8)

    expect([now(), now()]).toEqual([2n ** 64n - 1n, 2n ** 64n - 1n])
  })

  test('what is open is ready, before any sleep', () => {
    subscribe(0, [0, 0, 5n, 0])
    subscribe(1, [2, 1, 0n, 0])

    call('poll_oneoff', 2_000, 4_000, 2, 8)

    expect(happened()).toEqual([2n])
    expect(now()).toBe(10_000_000_000n)
  })
})

test('more than 1,024 buffers at once are refused', () => {
  expect(call('fd_read', 0, 0, 1_025, 8)).toBe(ERROR.inval)
  expect(call('fd_read', 0, 0, 1_024, 8)).toBe(0)
})

test('an address above the memory, or below zero, is never written', () => {
  expect(() => call('fd_prestat_get', IN, -4)).toThrow(RangeError)
  expect(() => call('random_get', 65_530, 7)).toThrow(RangeError)
})
