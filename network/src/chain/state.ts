// The chain in its folder: who is killed in the middle of writing it finds the last whole one.
import { constants } from 'node:fs'
import { access, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** The file of a chain in its folder. */
export const STATE = 'state.json.gz'
/** What anvil reads: only it stands in for the compressed one while it starts. */
const UNPACKED = 'state.json'

/** Larger states are given to anvil as they are: a string of JavaScript cannot hold them. */
const LARGEST_TRIMMED = 256 * 1_024 * 1_024

/** What is known of the structure of a state. */
type Saved = { readonly transactions?: readonly { readonly info: { traces: readonly unknown[] } }[] }

/**
 * Unpacks the chain of a folder, for anvil to read; `undefined` when there is none yet.
 *
 * What each transaction did inside, call by call, is left out: it is half of the state, and nobody asks for it later.
 *
 * @throws Error with one sentence when it cannot be read
 * @example
 * await unpackState(folder) // '…/state.json'
 */
export async function unpackState(folder: string): Promise<string | undefined> {
  const path = join(folder, STATE)
  const packed = await readFile(path).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(folder, cause)
  })
  if (packed === undefined) return undefined
  try {
    const unpacked = await promisify(gunzip)(packed)
    const trimmed = unpacked.length > LARGEST_TRIMMED ? unpacked : trim(unpacked.toString())
    await writeFile(join(folder, UNPACKED), trimmed, { mode: 0o600 })
  } catch (cause) {
    throw unreadable(folder, cause)
  }
  return join(folder, UNPACKED)
}

function trim(state: string): string {
  const saved = JSON.parse(state) as Saved
  for (const { info } of saved.transactions ?? []) info.traces = []
  return JSON.stringify(saved)
}

/** One sentence about a state that is of no use, and what to do. */
export function unreadable(folder: string, cause: unknown): Error {
  const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
  return new Error(
    `The chain in ${join(folder, STATE)} cannot be read (${why}): reset the network, or put the file back as it was.`,
    { cause },
  )
}

/** Removes what anvil has read. */
export async function removeUnpacked(folder: string): Promise<void> {
  await rm(join(folder, UNPACKED), { force: true })
}

/** Replaces the chain of a folder by this one, which is compressed already, in one step. */
export async function writeState(folder: string, packed: Uint8Array): Promise<void> {
  const part = join(folder, `${STATE}.part`)
  const file = await open(part, 'w', 0o600)
  try {
    await file.writeFile(packed)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, join(folder, STATE))
  await syncFolder(folder)
}

/** Without it, a power cut may bring back the file of before. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const entry = await open(folder, 'r').catch(() => undefined)
  try {
    await entry?.sync()
  } finally {
    await entry?.close()
  }
}

/**
 * Makes sure that something can be written to a folder.
 *
 * @throws Error with one sentence when it cannot
 */
export async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new Error(`The chain cannot be kept in ${folder}: nothing can be written there.`, { cause })
  }
}
