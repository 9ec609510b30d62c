// The files of a module, in memory: folders and files that count what they hold, and know what may be changed.
import { wasi } from '@bjorn3/browser_wasi_shim'

/** Wrote more than it may: ends the module at once, so that it ends at the same point everywhere. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull'
}

/** A file. */
export type FileNode = {
  readonly kind: 'file'
  readonly number: bigint
  /** Brought by the worker: it is neither changed nor does it lose its name. */
  readonly isInput: boolean
  /** More than it holds: room to grow. What lies behind its size is zero. */
  room: Uint8Array<ArrayBuffer>
  size: number
  /** How often it is open, and whether it has a name: without both, its bytes are free again. */
  opened: number
  isNamed: boolean
}

/** A folder. */
export type FolderNode = {
  readonly kind: 'folder'
  readonly number: bigint
  /** Brought by the worker: it keeps its name. */
  readonly isInput: boolean
  /** Whether nothing may be made in it. */
  readonly isReadOnly: boolean
  readonly parent: FolderNode | undefined
  readonly entries: Map<string, FileNode | FolderNode>
}

/** Something that has a name. */
export type DiskNode = FileNode | FolderNode

/** Where a path leads; `name` is undefined for the folder that it starts from. */
export type Place = {
  readonly folder: FolderNode
  readonly name: string | undefined
  readonly node: DiskNode | undefined
  /** Whether the path ends in a slash. */
  readonly isFolder: boolean
}

/** A WASI error number, or what was asked for. */
export type Answer<T> = { readonly error: number } | { readonly error: 0; readonly found: T }

const LONGEST_NAME = 255
const LONGEST_PATH = 1_024
const ENCODER = new TextEncoder()

/**
 * All folders of one run, and the count of what was written to them.
 *
 * @example
 * const disk = new Disk({ bytes: 1_000_000, files: 100 })
 * const out = disk.createRoot({ isReadOnly: false })
 */
export class Disk {
  readonly #limits: { readonly bytes: number; readonly files: number }
  #bytes = 0
  #files = 0
  #number = 0n

  constructor(limits: { readonly bytes: number; readonly files: number }) {
    this.#limits = limits
  }

  /** A folder that modules find by its own name. */
  createRoot({ isReadOnly }: { isReadOnly: boolean }): FolderNode {
    return {
      kind: 'folder',
      number: this.#nextNumber(),
      isInput: true,
      isReadOnly,
      parent: undefined,
      entries: new Map(),
    }
  }

  /** Puts an input where it belongs, read-only and uncounted; without bytes it is a folder. */
  addInput(root: FolderNode, path: string, bytes: Uint8Array<ArrayBuffer> | undefined): void {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    let folder = root
    for (const part of parts) folder = this.#inputFolder(folder, part)
    if (bytes === undefined) this.#inputFolder(folder, name)
    else folder.entries.set(name, { ...this.#newFile(true), room: bytes, size: bytes.length })
  }

  #inputFolder(parent: FolderNode, name: string): FolderNode {
    const known = parent.entries.get(name)
    if (known?.kind === 'folder') return known
    const number = this.#nextNumber()
    const { isReadOnly } = parent
    const folder: FolderNode = { kind: 'folder', number, isInput: true, isReadOnly, parent, entries: new Map() }
    parent.entries.set(name, folder)
    return folder
  }

  /** Makes an empty file. */
  createFile(folder: FolderNode, name: string): FileNode {
    this.#countFile()
    const file = this.#newFile(false)
    folder.entries.set(name, file)
    return file
  }

  /** Makes an empty folder. */
  createFolder(parent: FolderNode, name: string): void {
    this.#countFile()
    const number = this.#nextNumber()
    parent.entries.set(name, { kind: 'folder', number, isInput: false, isReadOnly: false, parent, entries: new Map() })
  }

  /** Gives a file another size; what is new is zero. */
  resize(file: FileNode, size: number): void {
    this.#countBytes(size - file.size)
    if (size > file.room.length) {
      const room = new Uint8Array(Math.max(size, Math.min(file.room.length * 2, this.#limits.bytes)))
      room.set(file.room.subarray(0, file.size))
      file.room = room
    } else if (size < file.size) file.room.fill(0, size, file.size)
    file.size = size
  }

  /** Writes at a place; a gap before it is filled with zeros. */
  write(file: FileNode, at: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (at + bytes.length > file.size) this.resize(file, at + bytes.length)
    file.room.set(bytes, at)
  }

  /** Takes a name away. */
  remove(folder: FolderNode, name: string): void {
    const node = folder.entries.get(name)
    if (node === undefined) return
    folder.entries.delete(name)
    this.#files -= 1
    if (node.kind === 'folder') return
    node.isNamed = false
    this.release(node)
  }

  /** Frees the bytes of a file that has neither a name nor is open. */
  release(file: FileNode): void {
    if (file.isNamed || file.opened > 0) return
    this.#bytes -= file.size
    file.size = 0
    file.room = new Uint8Array()
  }

  /** Gives a node another name, in place of an older one there. */
  rename(from: Place & { readonly name: string }, to: Place & { readonly name: string }): void {
    if (from.node === undefined) return
    if (to.node !== undefined) this.remove(to.folder, to.name)
    from.folder.entries.delete(from.name)
    const node = from.node.kind === 'folder' ? adopt(from.node, to.folder) : from.node
    to.folder.entries.set(to.name, node)
  }

  #newFile(isInput: boolean): FileNode {
    return {
      kind: 'file',
      number: this.#nextNumber(),
      isInput,
      room: new Uint8Array(),
      size: 0,
      opened: 0,
      isNamed: true,
    }
  }

  #countFile(): void {
    this.#files += 1
    if (this.#files > this.#limits.files) throw new DiskFull(`more than ${this.#limits.files} files`)
  }

  #countBytes(count: number): void {
    if (this.#bytes + count > this.#limits.bytes) throw new DiskFull(`more than ${this.#limits.bytes} bytes`)
    this.#bytes += count
  }

  #nextNumber(): bigint {
    this.#number += 1n
    return this.#number
  }
}

/**
 * Follows a path from a folder, never above it.
 *
 * @example
 * followPath(out, '../secret') // { error: wasi.ERRNO_NOTCAPABLE }
 */
export function followPath(base: FolderNode, path: string): Answer<Place> {
  if (path === '') return { error: wasi.ERRNO_NOENT }
  if (path.startsWith('/')) return { error: wasi.ERRNO_NOTCAPABLE }
  if (path.includes('\0')) return { error: wasi.ERRNO_INVAL }
  if (ENCODER.encode(path).length > LONGEST_PATH) return { error: wasi.ERRNO_NAMETOOLONG }
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const isFolder = path.endsWith('/') || path.endsWith('/.') || path === '.'
  let place: Place = { folder: base, name: undefined, node: base, isFolder }
  let depth = 0
  for (const part of parts) {
    if (place.node === undefined) return { error: wasi.ERRNO_NOENT }
    if (place.node.kind === 'file') return { error: wasi.ERRNO_NOTDIR }
    if (part === '..') {
      depth -= 1
      if (depth < 0) return { error: wasi.ERRNO_NOTCAPABLE }
      place = above(place.node, isFolder)
      continue
    }
    depth += 1
    if (ENCODER.encode(part).length > LONGEST_NAME) return { error: wasi.ERRNO_NAMETOOLONG }
    place = { folder: place.node, name: part, node: place.node.entries.get(part), isFolder }
  }
  if (isFolder && place.node?.kind === 'file') return { error: wasi.ERRNO_NOTDIR }
  return { error: 0, found: place }
}

/** A folder by its parent: it has a path, but no name that could be taken away through `..`. */
function above(folder: FolderNode, isFolder: boolean): Place {
  const parent = folder.parent ?? folder
  return { folder: parent, name: undefined, node: parent, isFolder }
}

/** A folder moves: its entries know it as their parent. */
function adopt(folder: FolderNode, parent: FolderNode): FolderNode {
  return Object.assign(folder, { parent })
}

/**
 * Whether a folder is another one or lies in it.
 *
 * @example
 * isWithin(out, out) // true
 */
export function isWithin(folder: FolderNode, other: FolderNode): boolean {
  for (let at: FolderNode | undefined = folder; at !== undefined; at = at.parent) if (at === other) return true
  return false
}

/** The names in a folder, sorted by their bytes. */
export function sortedNames(folder: FolderNode): readonly string[] {
  return [...folder.entries.keys()].toSorted(compareBytes)
}

/** Order of the bytes in UTF-8, which is the order of code points and not that of JavaScript's strings. */
function compareBytes(a: string, b: string): number {
  const left = ENCODER.encode(a)
  const right = ENCODER.encode(b)
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
