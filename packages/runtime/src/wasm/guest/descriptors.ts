// What a module holds open: files, folders, and its two streams. Each is a descriptor of the shim, over our own disk.
import { Fd, wasi } from '@bjorn3/browser_wasi_shim'
import { sortedNames, type Disk, type DiskNode, type FileNode, type FolderNode } from './disk.ts'

const ALL_RIGHTS = (1n << 30n) - 1n
/** Without those that would change something. */
const FILE_RIGHTS = BigInt(
  wasi.RIGHTS_FD_READ |
    wasi.RIGHTS_FD_WRITE |
    wasi.RIGHTS_FD_SEEK |
    wasi.RIGHTS_FD_TELL |
    wasi.RIGHTS_FD_SYNC |
    wasi.RIGHTS_FD_DATASYNC |
    wasi.RIGHTS_FD_ADVISE |
    wasi.RIGHTS_FD_ALLOCATE |
    wasi.RIGHTS_FD_FDSTAT_SET_FLAGS |
    wasi.RIGHTS_FD_FILESTAT_GET |
    wasi.RIGHTS_FD_FILESTAT_SET_SIZE |
    wasi.RIGHTS_FD_FILESTAT_SET_TIMES |
    wasi.RIGHTS_POLL_FD_READWRITE,
)
const WRITE = BigInt(wasi.RIGHTS_FD_WRITE)
const READ = BigInt(wasi.RIGHTS_FD_READ)

/** What all descriptors of a run know. */
export type Setting = {
  readonly disk: Disk
  /** Nanoseconds since 1970 that every file names as its times. */
  readonly fileTime: bigint
}

/** What is told of a file. The shim's own writer puts the times where WASI does not read them. */
class Stat extends wasi.Filestat {
  override write_bytes(view: DataView, at: number): void {
    view.setBigUint64(at, this.dev, true)
    view.setBigUint64(at + 8, this.ino, true)
    view.setUint8(at + 16, this.filetype)
    view.setBigUint64(at + 24, this.nlink, true)
    view.setBigUint64(at + 32, this.size, true)
    for (const [i, time] of [this.atim, this.mtim, this.ctim].entries()) view.setBigUint64(at + 40 + 8 * i, time, true)
  }
}

/** What is told of a node: a number of its own, one link, and always the same times. */
export function statOf(node: DiskNode, { fileTime }: Setting): wasi.Filestat {
  const type = node.kind === 'file' ? wasi.FILETYPE_REGULAR_FILE : wasi.FILETYPE_DIRECTORY
  const stat = new Stat(node.number, type, node.kind === 'file' ? BigInt(node.size) : 0n)
  stat.nlink = 1n
  stat.atim = fileTime
  stat.mtim = fileTime
  stat.ctim = fileTime
  return stat
}

/** An open file. */
export class FileDescriptor extends Fd {
  readonly #file: FileNode
  readonly #setting: Setting
  readonly #rights: bigint
  #flags: number
  #at = 0n

  constructor(file: FileNode, setting: Setting, { rights, flags }: { rights: bigint; flags: number }) {
    super()
    this.#file = file
    this.#setting = setting
    this.#rights = rights & FILE_RIGHTS
    this.#flags = flags
    file.opened += 1
  }

  override fd_close(): number {
    this.#file.opened -= 1
    this.#setting.disk.release(this.#file)
    return 0
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_REGULAR_FILE, this.#flags)
    fdstat.fs_rights_base = this.#rights
    return { ret: 0, fdstat }
  }

  override fd_fdstat_set_flags(flags: number): number {
    this.#flags = flags
    return 0
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: statOf(this.#file, this.#setting) }
  }

  override fd_filestat_set_times(): number {
    return this.#file.isInput ? wasi.ERRNO_ROFS : 0
  }

  override fd_filestat_set_size(size: bigint): number {
    const error = this.#writeError()
    if (error !== 0) return error
    if (size < 0n) return wasi.ERRNO_INVAL
    this.#setting.disk.resize(this.#file, Number(size))
    return 0
  }

  override fd_allocate(offset: bigint, length: bigint): number {
    const error = this.#writeError()
    if (error !== 0) return error
    if (offset < 0n || length < 0n) return wasi.ERRNO_INVAL
    const end = Number(offset + length)
    if (end > this.#file.size) this.#setting.disk.resize(this.#file, end)
    return 0
  }

  override fd_read(size: number): { ret: number; data: Uint8Array } {
    const read = this.fd_pread(size, this.#at)
    this.#at += BigInt(read.data.length)
    return read
  }

  override fd_pread(size: number, offset: bigint): { ret: number; data: Uint8Array } {
    if ((this.#rights & READ) === 0n) return { ret: wasi.ERRNO_BADF, data: new Uint8Array() }
    if (offset < 0n) return { ret: wasi.ERRNO_INVAL, data: new Uint8Array() }
    const at = Number(offset)
    return { ret: 0, data: this.#file.room.subarray(at, Math.min(at + size, this.#file.size)) }
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    if ((this.#flags & wasi.FDFLAGS_APPEND) !== 0) this.#at = BigInt(this.#file.size)
    const written = this.fd_pwrite(data, this.#at)
    this.#at += BigInt(written.nwritten)
    return written
  }

  override fd_pwrite(data: Uint8Array, offset: bigint): { ret: number; nwritten: number } {
    const error = this.#writeError()
    if (error !== 0) return { ret: error, nwritten: 0 }
    if (offset < 0n) return { ret: wasi.ERRNO_INVAL, nwritten: 0 }
    this.#setting.disk.write(this.#file, Number(offset), data)
    return { ret: 0, nwritten: data.length }
  }

  override fd_seek(offset: bigint, whence: number): { ret: number; offset: bigint } {
    const bases = [0n, this.#at, BigInt(this.#file.size)]
    const base = bases[whence]
    if (base === undefined || base + offset < 0n || base + offset > 2n ** 63n - 1n) {
      return { ret: wasi.ERRNO_INVAL, offset: this.#at }
    }
    this.#at = base + offset
    return { ret: 0, offset: this.#at }
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return { ret: 0, offset: this.#at }
  }

  #writeError(): number {
    if (this.#file.isInput) return wasi.ERRNO_ROFS
    return (this.#rights & WRITE) === 0n ? wasi.ERRNO_BADF : 0
  }
}

/** An open folder. */
export class FolderDescriptor extends Fd {
  readonly folder: FolderNode
  readonly #setting: Setting
  readonly #name: string | undefined
  /** What the folder held when it was read from its beginning: it may change meanwhile. */
  #listing: readonly wasi.Dirent[] = []

  /** @param name where a module finds it, for one that is open from the start */
  constructor(folder: FolderNode, setting: Setting, name?: string) {
    super()
    this.folder = folder
    this.#setting = setting
    this.#name = name
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_DIRECTORY, 0)
    fdstat.fs_rights_base = ALL_RIGHTS
    fdstat.fs_rights_inherited = ALL_RIGHTS
    return { ret: 0, fdstat }
  }

  override fd_fdstat_set_flags(): number {
    return 0
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: statOf(this.folder, this.#setting) }
  }

  override fd_filestat_set_times(): number {
    return this.folder.isReadOnly ? wasi.ERRNO_ROFS : 0
  }

  override fd_prestat_get(): { ret: number; prestat: wasi.Prestat | null } {
    if (this.#name === undefined) return { ret: wasi.ERRNO_BADF, prestat: null }
    return { ret: 0, prestat: wasi.Prestat.dir(this.#name) }
  }

  override fd_readdir_single(cookie: bigint): { ret: number; dirent: wasi.Dirent | null } {
    if (cookie === 0n) this.#listing = this.#list()
    return { ret: 0, dirent: this.#listing[Number(cookie)] ?? null }
  }

  #list(): readonly wasi.Dirent[] {
    const { folder } = this
    const entries = sortedNames(folder).map((name) => [name, folder.entries.get(name)] as const)
    return [['.', folder] as const, ['..', folder.parent ?? folder] as const, ...entries].flatMap(([name, node], i) => {
      if (node === undefined) return []
      const type = node.kind === 'file' ? wasi.FILETYPE_REGULAR_FILE : wasi.FILETYPE_DIRECTORY
      return [new wasi.Dirent(BigInt(i + 1), node.number, name, type)]
    })
  }
}

/** stdin, which is empty, or one of the two streams that a module writes to. No terminal. */
export class StreamDescriptor extends Fd {
  readonly #write: ((data: Uint8Array) => void) | undefined

  /** @param write takes what is written; none for stdin */
  constructor(write?: (data: Uint8Array) => void) {
    super()
    this.#write = write
  }

  override fd_fdstat_get(): { ret: number; fdstat: wasi.Fdstat } {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_UNKNOWN, 0)
    fdstat.fs_rights_base = (this.#write === undefined ? READ : WRITE) | BigInt(wasi.RIGHTS_FD_FILESTAT_GET)
    return { ret: 0, fdstat }
  }

  override fd_fdstat_set_flags(): number {
    return 0
  }

  override fd_filestat_get(): { ret: number; filestat: wasi.Filestat } {
    return { ret: 0, filestat: new Stat(0n, wasi.FILETYPE_UNKNOWN, 0n) }
  }

  override fd_read(): { ret: number; data: Uint8Array } {
    return { ret: this.#write === undefined ? 0 : wasi.ERRNO_BADF, data: new Uint8Array() }
  }

  override fd_write(data: Uint8Array): { ret: number; nwritten: number } {
    if (this.#write === undefined) return { ret: wasi.ERRNO_BADF, nwritten: 0 }
    this.#write(data)
    return { ret: 0, nwritten: data.length }
  }

  override fd_seek(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n }
  }

  override fd_tell(): { ret: number; offset: bigint } {
    return { ret: wasi.ERRNO_SPIPE, offset: 0n }
  }
}
