// What a module is given: the files of its folders, listed by bytes of their paths and then streamed.
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineFault, type RunFolders } from '../job.ts'
import type { InputEntry, Root } from './protocol.ts'

/** All inputs: what the process is told of them, and their bytes in the same order. */
export type Inputs = {
  readonly entries: readonly InputEntry[]
  /** Of all files together, each counted once. */
  readonly bytes: number
  readonly read: () => AsyncGenerator<Uint8Array>
}

type Found = { readonly root: Root; readonly path: string; readonly file: string; readonly isFolder: boolean }

/**
 * Lists the inputs of a run. A file that lies in both folders as one (a hard link) is sent once.
 *
 * @throws MachineFault when a folder holds something else than files and folders
 */
export async function gatherInputs(folders: Pick<RunFolders, 'input' | 'legacy'>): Promise<Inputs> {
  const found = [...(await list('/iexec_in', folders.input)), ...(await list('/iexec', folders.legacy))]
  const entries: InputEntry[] = []
  const seen = new Map<string, number>()
  const sent: { readonly file: string; readonly length: number }[] = []
  for (const { root, path, file, isFolder } of found) {
    if (isFolder) {
      entries.push({ root, path, content: { kind: 'folder' } })
      continue
    }
    const { dev, ino, size } = await stat(file)
    const key = `${dev}:${ino}`
    const as = seen.get(key)
    if (as === undefined) sent.push({ file, length: size })
    seen.set(key, as ?? entries.length)
    entries.push({ root, path, content: as === undefined ? { kind: 'bytes', length: size } : { kind: 'same', as } })
  }
  const bytes = sent.reduce((sum, { length }) => sum + length, 0)
  return { entries, bytes, read: () => readAll(sent) }
}

async function list(root: Root, folder: string): Promise<readonly Found[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const found = entries.map((entry) => {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile() && !entry.isDirectory()) throw new MachineFault(`${file} is neither a file nor a folder.`)
    return { root, path: file.slice(folder.length + 1), file, isFolder: entry.isDirectory() }
  })
  return found.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}

async function* readAll(
  files: readonly { readonly file: string; readonly length: number }[],
): AsyncGenerator<Uint8Array> {
  for (const { file, length } of files) {
    let read = 0
    try {
      for await (const chunk of piecesOf(file, length)) {
        read += chunk.length
        yield chunk
      }
    } catch (error) {
      // Errors of the pipe that takes the bytes come by here too, and name no file.
      if (!(error instanceof Error && 'path' in error)) throw error
      throw new MachineFault(`${file} could not be read: ${error.message}.`, { cause: error })
    }
    if (read !== length) throw new MachineFault(`${file} had ${length} bytes, and ${read} when it was read.`)
  }
}

/** A stream has no way to say "nothing": its last byte is counted in. */
function piecesOf(file: string, length: number): AsyncIterable<Buffer> | readonly Buffer[] {
  return length === 0 ? [] : (createReadStream(file, { end: length - 1 }) as AsyncIterable<Buffer>)
}
