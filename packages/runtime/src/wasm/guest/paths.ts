// What a module does with paths. Every operation that changes something asks whether it may, and answers with a WASI error
// number; links are not had at all.
import { wasi, type Fd } from '@bjorn3/browser_wasi_shim'
import { FileDescriptor, FolderDescriptor, statOf, type Setting } from './descriptors.ts'
import { followPath, isWithin, type Answer, type FolderNode, type Place } from './disk.ts'

/** How a path is opened: the arguments of `path_open`. */
export type Opening = { readonly oflags: number; readonly rights: bigint; readonly flags: number }

const WRITE = BigInt(wasi.RIGHTS_FD_WRITE)

/** Opens what a path names, and makes a file where that is asked for. */
export function openPath(base: FolderNode, path: string, opening: Opening & { readonly setting: Setting }): Answer<Fd> {
  const { oflags, rights, setting } = opening
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed
  const { node } = followed.found
  if (node === undefined) return createAndOpen(followed.found, opening)
  if ((oflags & wasi.OFLAGS_CREAT) !== 0 && (oflags & wasi.OFLAGS_EXCL) !== 0) return { error: wasi.ERRNO_EXIST }
  if (node.kind === 'folder') {
    if ((oflags & wasi.OFLAGS_TRUNC) !== 0) return { error: wasi.ERRNO_ISDIR }
    return { error: 0, found: new FolderDescriptor(node, setting) }
  }
  if ((oflags & wasi.OFLAGS_DIRECTORY) !== 0) return { error: wasi.ERRNO_NOTDIR }
  const isTruncated = (oflags & wasi.OFLAGS_TRUNC) !== 0
  if (node.isInput && (isTruncated || (rights & WRITE) !== 0n)) return { error: wasi.ERRNO_ROFS }
  if (isTruncated) setting.disk.resize(node, 0)
  return { error: 0, found: new FileDescriptor(node, setting, opening) }
}

function createAndOpen(place: Place, opening: Opening & { readonly setting: Setting }): Answer<Fd> {
  const { oflags, setting } = opening
  if ((oflags & wasi.OFLAGS_CREAT) === 0) return { error: wasi.ERRNO_NOENT }
  if ((oflags & wasi.OFLAGS_DIRECTORY) !== 0) return { error: wasi.ERRNO_INVAL }
  if (place.isFolder || place.name === undefined) return { error: wasi.ERRNO_ISDIR }
  if (place.folder.isReadOnly) return { error: wasi.ERRNO_ROFS }
  const file = setting.disk.createFile(place.folder, place.name)
  return { error: 0, found: new FileDescriptor(file, setting, opening) }
}

/** Makes a folder. */
export function createFolder(base: FolderNode, path: string, { disk }: Setting): number {
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed.error
  const { folder, name, node } = followed.found
  if (node !== undefined || name === undefined) return wasi.ERRNO_EXIST
  if (folder.isReadOnly) return wasi.ERRNO_ROFS
  disk.createFolder(folder, name)
  return 0
}

/** What is told of the thing at a path. */
export function statPath(base: FolderNode, path: string, setting: Setting): Answer<wasi.Filestat> {
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed
  const { node } = followed.found
  return node === undefined ? { error: wasi.ERRNO_NOENT } : { error: 0, found: statOf(node, setting) }
}

/** Times are constant: setting them is allowed where something could be changed, and does nothing. */
export function touchPath(base: FolderNode, path: string): number {
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed.error
  const { node, folder } = followed.found
  if (node === undefined) return wasi.ERRNO_NOENT
  return node.isInput || folder.isReadOnly ? wasi.ERRNO_ROFS : 0
}

/** No path is a link. */
export function readLink(base: FolderNode, path: string): number {
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed.error
  return followed.found.node === undefined ? wasi.ERRNO_NOENT : wasi.ERRNO_INVAL
}

/** Takes a file or an empty folder away. */
export function removePath(
  base: FolderNode,
  path: string,
  { disk, kind }: Setting & { kind: 'file' | 'folder' },
): number {
  const followed = followPath(base, path)
  if (!('found' in followed)) return followed.error
  const { folder, name, node } = followed.found
  if (node === undefined) return wasi.ERRNO_NOENT
  if (node.kind !== kind) return kind === 'file' ? wasi.ERRNO_ISDIR : wasi.ERRNO_NOTDIR
  if (node.isInput || folder.isReadOnly) return wasi.ERRNO_ROFS
  if (name === undefined) return wasi.ERRNO_INVAL
  if (node.kind === 'folder' && node.entries.size > 0) return wasi.ERRNO_NOTEMPTY
  disk.remove(folder, name)
  return 0
}

/** An end of a move: a folder and the path from it. */
export type PathEnd = { readonly base: FolderNode; readonly path: string }

/** Gives a file or a folder another name, as POSIX has it. */
export function renamePath(from: PathEnd, to: PathEnd, { disk }: Setting): number {
  const old = followPath(from.base, from.path)
  if (!('found' in old)) return old.error
  const next = followPath(to.base, to.path)
  if (!('found' in next)) return next.error
  const error = renameError(old.found, next.found)
  if (error !== 0) return error
  const { name: oldName } = old.found
  const { name } = next.found
  if (oldName === undefined || name === undefined) return wasi.ERRNO_BUSY
  if (old.found.node !== next.found.node) disk.rename({ ...old.found, name: oldName }, { ...next.found, name })
  return 0
}

function renameError(from: Place, to: Place): number {
  const { node } = from
  if (node === undefined) return wasi.ERRNO_NOENT
  if (node.isInput || from.folder.isReadOnly || to.folder.isReadOnly || to.node?.isInput === true)
    return wasi.ERRNO_ROFS
  if (node.kind === 'file') {
    if (to.isFolder) return wasi.ERRNO_NOTDIR
    return to.node?.kind === 'folder' ? wasi.ERRNO_ISDIR : 0
  }
  if (isWithin(to.folder, node)) return wasi.ERRNO_INVAL
  if (to.node?.kind === 'file') return wasi.ERRNO_NOTDIR
  return to.node !== undefined && to.node !== node && to.node.entries.size > 0 ? wasi.ERRNO_NOTEMPTY : 0
}
