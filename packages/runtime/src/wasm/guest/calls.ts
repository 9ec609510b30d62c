// The functions that a module imports: those of the shim where they only move bytes, our own for paths, time, randomness,
// arguments and whatever the shim leaves out.
import { WASI, wasi, WASIProcExit, type Fd } from '@bjorn3/browser_wasi_shim'
import { IMPORTABLE } from '../module/imports.ts'
import { FolderDescriptor, type Setting } from './descriptors.ts'
import type { FolderNode } from './disk.ts'
import { createFolder, openPath, readLink, removePath, renamePath, statPath, touchPath } from './paths.ts'
import type { ModuleMemory } from './v8.ts'
import { poll } from './poll.ts'
import type { RandomStream } from './random.ts'
import type { VirtualClock } from './time.ts'

/** A function of WASI, as a module calls it. */
export type Call = (...args: readonly never[]) => unknown
type Three = readonly [fd: number, at: number, count: number, ...more: readonly (number | bigint)[]]
type Four = readonly [number, number, number, number]
type Five = readonly [...Four, number]
type Six = readonly [...Five, number]
/** The memory of the module that calls. */
export type Memory = { readonly view: () => DataView; readonly bytes: () => Uint8Array<ArrayBuffer> }

/** Everything that a module reaches. */
export type World = {
  readonly args: readonly string[]
  readonly env: readonly string[]
  /** What is open at the start: stdin, stdout, stderr, then the folders. */
  readonly open: readonly Fd[]
  readonly setting: Setting
  readonly clock: VirtualClock
  readonly random: RandomStream
}

const MOST_OPEN = 1_024
const MOST_PIECES = 1_024
const PATHS = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ENCODER = new TextEncoder()

/**
 * Builds what a module imports.
 *
 * @returns the functions by their names, and what takes the module's memory once there is one
 */
export function createCalls(world: World): { calls: Record<string, Call>; attach: (memory: ModuleMemory) => void } {
  const shim = new WASI([], [], [...world.open], { debug: false })
  let attached: ModuleMemory = { buffer: new ArrayBuffer() }
  const memory: Memory = {
    view: () => new DataView(attached.buffer),
    bytes: () => new Uint8Array(attached.buffer as ArrayBuffer),
  }
  const moved = shim.wasiImport as Record<string, Call>
  const all: Record<string, Call> = {
    ...moved,
    ...limitPieces(moved),
    ...stringCalls(world, memory),
    ...clockCalls(world, { memory, fds: shim.fds }),
    ...pathCalls({ memory, fds: shim.fds, setting: world.setting }),
    ...refusedCalls(),
    random_get: (at: number, length: number) => {
      const target = new Uint8Array(memory.view().buffer as ArrayBuffer, at, length)
      world.random.write(target)
      return 0
    },
    proc_exit: (code: number) => {
      throw new WASIProcExit(code)
    },
    sched_yield: () => 0,
  }
  return {
    calls: Object.fromEntries(
      IMPORTABLE.flatMap((name) => (all[name] === undefined ? [] : [[name, unsigned(all[name])]])),
    ),
    attach: (memoryOfModule) => {
      attached = memoryOfModule
      Object.assign(shim, { inst: { exports: { memory: memoryOfModule } } })
    },
  }
}

/** V8 hands over all numbers of 32 bits with a sign, and WASI has none: addresses above 2 GiB would be below zero. */
function unsigned(call: Call): Call {
  const passed = call as (...args: readonly (number | bigint)[]) => unknown
  return (...args: readonly (number | bigint)[]) =>
    passed(...args.map((arg) => (typeof arg === 'number' ? arg >>> 0 : arg)))
}

/** Reading and writing in one go: a list of buffers without a bound would be built before anything is read. */
function limitPieces(shim: Record<string, Call>): Record<string, Call> {
  const names = ['fd_read', 'fd_write', 'fd_pread', 'fd_pwrite']
  return Object.fromEntries(
    names.map((name) => {
      const call = shim[name] as (...args: readonly (number | bigint)[]) => unknown
      return [name, (...args: Three) => (args[2] > MOST_PIECES ? wasi.ERRNO_INVAL : call(...args))]
    }),
  )
}

function stringCalls({ args, env }: World, memory: Memory): Record<string, Call> {
  return {
    ...stringList(args, memory, ['args_sizes_get', 'args_get']),
    ...stringList(env, memory, ['environ_sizes_get', 'environ_get']),
  }
}

function stringList(list: readonly string[], memory: Memory, [sizes, get]: [string, string]): Record<string, Call> {
  const encoded = list.map((text) => ENCODER.encode(`${text}\0`))
  const total = encoded.reduce((sum, { length }) => sum + length, 0)
  return {
    [sizes]: (countAt: number, sizeAt: number) => {
      memory.view().setUint32(countAt, encoded.length, true)
      memory.view().setUint32(sizeAt, total, true)
      return 0
    },
    [get]: (pointersAt: number, bytesAt: number) => {
      let at = bytesAt
      for (const [i, bytes] of encoded.entries()) {
        memory.view().setUint32(pointersAt + 4 * i, at, true)
        memory.bytes().set(bytes, at)
        at += bytes.length
      }
      return 0
    },
  }
}

/** Real time and time since the start are one clock; the processor's time is none. */
const CLOCKS: ReadonlySet<number> = new Set([wasi.CLOCKID_REALTIME, wasi.CLOCKID_MONOTONIC])

function clockCalls(
  { clock }: World,
  { memory, fds }: { memory: Memory; fds: readonly (Fd | undefined)[] },
): Record<string, Call> {
  return {
    clock_res_get: (id: number, at: number) => {
      if (!CLOCKS.has(id)) return wasi.ERRNO_INVAL
      memory.view().setBigUint64(at, 1_000n, true)
      return 0
    },
    clock_time_get: (id: number, _precision: bigint, at: number) => {
      if (!CLOCKS.has(id)) return wasi.ERRNO_INVAL
      memory.view().setBigUint64(at, clock.read(), true)
      return 0
    },
    poll_oneoff: (...[from, to, count, countAt]: Four) =>
      poll({ from: from, to: to, count: count, countAt: countAt }, { clock, fds, view: memory.view() }),
  }
}

/** Links, sockets and signals are not had. */
function refusedCalls(): Record<string, Call> {
  const names = ['path_link', 'path_symlink', 'sock_accept', 'sock_recv', 'sock_send', 'sock_shutdown', 'proc_raise']
  return Object.fromEntries(names.map((name) => [name, () => wasi.ERRNO_NOTSUP]))
}

type PathWorld = { readonly memory: Memory; readonly fds: (Fd | undefined)[]; readonly setting: Setting }

/** A folder and a path from it, as three numbers say it; or an error number. */
function readPath(
  { memory, fds }: PathWorld,
  fd: number,
  [at, length]: readonly [number, number],
): { base: FolderNode; path: string } | number {
  const open = fds[fd]
  if (open === undefined) return wasi.ERRNO_BADF
  if (!(open instanceof FolderDescriptor)) return wasi.ERRNO_NOTDIR
  if (length > 4_096) return wasi.ERRNO_NAMETOOLONG
  try {
    return { base: open.folder, path: PATHS.decode(new Uint8Array(memory.view().buffer, at, length)) }
  } catch (error) {
    // Two names that are not UTF-8 would become one.
    if (error instanceof TypeError) return wasi.ERRNO_ILSEQ
    throw error
  }
}

function pathCalls(world: PathWorld): Record<string, Call> {
  const { setting } = world
  const at = (
    fd: number,
    where: readonly [number, number],
    act: (base: FolderNode, path: string) => number,
  ): number => {
    const read = readPath(world, fd, where)
    return typeof read === 'number' ? read : act(read.base, read.path)
  }
  return {
    path_create_directory: (fd: number, p: number, n: number) =>
      at(fd, [p, n], (base, path) => createFolder(base, path, setting)),
    path_filestat_get: (...[fd, , p, n, to]: Five) =>
      at(fd, [p, n], (base, path) => {
        const stat = statPath(base, path, setting)
        if (!('found' in stat)) return stat.error
        stat.found.write_bytes(world.memory.view(), to)
        return 0
      }),
    path_filestat_set_times: (...[fd, , p, n]: Four) => at(fd, [p, n], touchPath),
    path_open: openCall(world),
    path_readlink: (fd: number, p: number, n: number) => at(fd, [p, n], readLink),
    path_remove_directory: (fd: number, p: number, n: number) =>
      at(fd, [p, n], (base, path) => removePath(base, path, { ...setting, kind: 'folder' })),
    path_rename: (...[fd, p, n, toFd, toP, toN]: Six) => {
      const from = readPath(world, fd, [p, n])
      if (typeof from === 'number') return from
      const to = readPath(world, toFd, [toP, toN])
      return typeof to === 'number' ? to : renamePath(from, to, setting)
    },
    path_unlink_file: (fd: number, p: number, n: number) =>
      at(fd, [p, n], (base, path) => removePath(base, path, { ...setting, kind: 'file' })),
  }
}

/** Takes the lowest free number, and no more than there may be. */
function openCall(world: PathWorld): Call {
  const { fds, memory, setting } = world
  return (...args: readonly [number, number, number, number, number, bigint, bigint, number, number]) => {
    const [fd, , p, n, oflags, rights, , flags, to] = args
    const read = readPath(world, fd, [p, n])
    if (typeof read === 'number') return read
    const free = fds.indexOf(undefined)
    const number = free < 0 ? fds.length : free
    if (number >= MOST_OPEN) return wasi.ERRNO_MFILE
    const opened = openPath(read.base, read.path, { oflags, rights, flags, setting })
    if (!('found' in opened)) return opened.error
    fds[number] = opened.found
    memory.view().setUint32(to, number, true)
    return 0
  }
}
