// Hands over what a module made, sorted by names; inputs stay where they came from.
import { FRAME, OUTPUT_ROOTS, type OutputRoot } from '../protocol.ts'
import { sortedNames, type FolderNode } from './disk.ts'
import { send, sendJson } from './pipes.ts'

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
