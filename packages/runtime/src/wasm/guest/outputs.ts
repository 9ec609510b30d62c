// Hands over what a module made, sorted by names; inputs stay where they came from.
import { LONGEST_PATH } from '../../contract/limits.ts'
import { FRAME, OUTPUT_ROOTS, type OutputRoot } from '../protocol.ts'
import { sortedNames, type FolderNode } from './disk.ts'
import { send, sendJson } from './pipes.ts'

const ENCODER = new TextEncoder()

/** Whether a module made a path that not every worker can write to its disk. */
export function hasLongPath(folders: ReadonlyMap<string, FolderNode>): boolean {
  return OUTPUT_ROOTS.some((root) => {
    const folder = folders.get(root)
    return folder !== undefined && longestIn(folder) > LONGEST_PATH
  })
}

/** In bytes, without a slash before it. */
function longestIn(folder: FolderNode): number {
  let longest = 0
  for (const [name, node] of folder.entries) {
    const below = node.kind === 'folder' && node.entries.size > 0 ? 1 + longestIn(node) : 0
    longest = Math.max(longest, ENCODER.encode(name).length + below)
  }
  return longest
}

/** Sends all files and folders that a module made in its output folders. */
export function sendOutputs(folders: ReadonlyMap<string, FolderNode>): void {
  for (const root of OUTPUT_ROOTS) {
    const folder = folders.get(root)
    if (folder !== undefined) sendFolder(root, folder, '')
  }
}

function sendFolder(root: OutputRoot, folder: FolderNode, prefix: string): void {
  for (const name of sortedNames(folder)) {
    const node = folder.entries.get(name)
    const path = `${prefix}${name}`
    if (node?.kind === 'folder') {
      if (!node.isInput) sendJson(FRAME.entry, { root, path, kind: 'folder' })
      sendFolder(root, node, `${path}/`)
    } else if (node?.isInput === false) {
      sendJson(FRAME.entry, { root, path, kind: 'file' })
      if (node.size > 0) send(FRAME.bytes, node.room.subarray(0, node.size))
    }
  }
}
