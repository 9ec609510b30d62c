// Puts files into content-addressed storage, by the RPC of kubo.
import { isCid } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { wrongPiece, readObject, readText } from '../service/parse.ts'
import { readBytes } from '../service/readBytes.ts'
import { askStorage } from './askStorage.ts'
import { computeCid } from './contentId.ts'

/** A file to store. */
export type NewFile = { readonly name?: string; readonly content: Uint8Array | Blob | string }

/** A file that is stored. */
export type StoredFile = {
  readonly cid: string
  /** What a gateway and a dataset's multiaddr call it: `/ipfs/<cid>`. */
  readonly location: `/ipfs/${string}`
  /** Bytes. */
  readonly size: number
}

/** Answers are a line for each file. */
const MAX_ANSWER_BYTES = 1_000_000

/**
 * Stores one file, under the identifier that kubo's defaults give it; it is computed here, and must be what the storage answers.
 *
 * @throws IexecError `NotConfigured`, `ServiceUnreachable`, `ServiceRefused`, `BadAnswer`, `Aborted`
 * @example
 * await addFile(context, { content: 'hello' }) // { cid: 'Qm…', location: '/ipfs/Qm…', size: 5 }
 */
export async function addFile(
  context: Context,
  { name = 'file', content }: NewFile,
  signal?: AbortSignal,
): Promise<StoredFile> {
  const blob = content instanceof Blob ? content : new Blob([content as string | Uint8Array<ArrayBuffer>])
  const body = new FormData()
  // A slash would make folders around it, and the answer would be theirs.
  body.append('file', blob, name.replaceAll('/', '_'))
  const [response, expected] = await Promise.all([
    askStorage(context, 'ipfsApi', {
      method: 'POST',
      path: '/api/v0/add?pin=true&cid-version=0',
      body,
      size: blob.size,
      signal,
    }),
    computeCid(blob),
  ])
  const cid = cidOf(await readBytes(response, MAX_ANSWER_BYTES))
  if (cid !== expected) {
    throw new IexecError('BadAnswer', `The storage calls the file ${cid}, and it is ${expected}.`, {
      hints: ['It is broken, or cuts files in another way than kubo does by default.'],
      details: { claimed: cid, actual: expected },
    })
  }
  return { cid, location: `/ipfs/${cid}`, size: blob.size }
}

/**
 * Stores files, each under its own identifier, in their order.
 *
 * @throws IexecError as `addFile` does
 */
export async function addFiles(
  context: Context,
  files: readonly NewFile[],
  signal?: AbortSignal,
): Promise<readonly StoredFile[]> {
  const stored: StoredFile[] = []
  for (const file of files) stored.push(await addFile(context, file, signal))
  return stored
}

/** The last line tells of the whole. */
function cidOf(bytes: Uint8Array | undefined): string {
  const last = new TextDecoder().decode(bytes).trim().split('\n').at(-1) ?? ''
  let answer: unknown
  try {
    answer = JSON.parse(last)
  } catch {
    throw wrongPiece('the answer of the storage', 'a line of JSON', last)
  }
  const cid = readText(readObject(answer, 'the answer of the storage')['Hash'], 'the identifier of the file')
  if (isCid(cid)) return cid
  throw wrongPiece('the identifier of the file', 'a content identifier', cid)
}
