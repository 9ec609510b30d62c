// Gets files out of content-addressed storage, from a gateway that nobody has to believe where the identifier tells.
import { isCid } from '@iexec/protocol'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { askStorage } from './askStorage.ts'
import { computeCid, computeRawCid } from './contentId.ts'
import { readBlob } from './readBlob.ts'

/** A file that was fetched. */
export type FetchedFile = {
  readonly blob: Blob
  /**
   * Whether its bytes are what the identifier says. `false`: the identifier does not tell (a path below it, or a file that was cut in another
   * way than kubo does by default), so the gateway has to be believed.
   */
  readonly isVerified: boolean
}

/** How a file is fetched. */
export type FetchOptions = {
  /** Bytes; 1 GB when left out. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal | undefined
}

const MAX_BYTES = 1_000_000_000
/** Begins every identifier of one raw block with sha2-256, in base32. */
const RAW_BLOCK = 'bafkrei'

/**
 * Fetches a file by its identifier.
 *
 * @param cid `Qm…` or `b…`, perhaps behind `/ipfs/` and with a path after it
 * @throws IexecError `InvalidInput` when it is no identifier; `NotFound` when the storage does not have it; `ResultMismatch` when
 * it is certain that the bytes are others; `BadAnswer` when they are too many; `NotConfigured`, `ServiceUnreachable`, `Aborted`
 * @example
 * const { blob, isVerified } = await fetchFile(context, 'Qm…')
 */
export async function fetchFile(context: Context, cid: string, options: FetchOptions = {}): Promise<FetchedFile> {
  const { maxBytes = MAX_BYTES, signal } = options
  const { id, path } = requireCid(cid)
  const response = await openFile(context, cid, signal)
  const blob = await readBlob(response, { maxBytes, what: `/ipfs/${id}${path}`, signal })
  if (path !== '') return { blob, isVerified: false }
  return { blob, isVerified: await isContent(id, blob) }
}

/**
 * The answer of the gateway with the file as its body, of which nothing is verified.
 *
 * @throws IexecError `InvalidInput`, `NotFound`, `NotConfigured`, `ServiceUnreachable`, `Aborted`
 */
export async function openFile(context: Context, cid: string, signal?: AbortSignal): Promise<Response> {
  const { id, path } = requireCid(cid)
  try {
    return await askStorage(context, 'storage', { path: `/ipfs/${id}${path}`, signal })
  } catch (error) {
    throw isAbsence(error) ? absent(id + path, error) : error
  }
}

/**
 * Whether the storage has a file.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 * @example
 * await hasFile(context, 'Qm…') // true
 */
export async function hasFile(context: Context, cid: string, signal?: AbortSignal): Promise<boolean> {
  const { id, path } = requireCid(cid)
  try {
    await askStorage(context, 'storage', { method: 'HEAD', path: `/ipfs/${id}${path}`, signal })
    return true
  } catch (error) {
    if (isAbsence(error)) return false
    throw error
  }
}

type CidPath = { readonly id: string; readonly path: string }

function requireCid(given: string): CidPath {
  const [id = '', ...names] = given.replace(/^\/ipfs\//u, '').split('/')
  const isBelow = names.every((name) => name !== '' && name !== '.' && name !== '..')
  if (isCid(id) && isBelow) return { id, path: names.map((name) => `/${encodeURIComponent(name)}`).join('') }
  throw new IexecError('InvalidInput', `"${given}" is no content identifier.`, {
    hints: ['It is Qm… or b…, as the storage answered when the file was stored.'],
    details: { code: 'InvalidCid', given },
  })
}

async function isContent(id: string, blob: Blob): Promise<boolean> {
  if (id.startsWith('Qm')) return (await computeCid(blob)) === id
  if (!id.startsWith(RAW_BLOCK)) return false
  const actual = await computeRawCid(new Uint8Array(await blob.arrayBuffer()))
  if (actual === id) return true
  throw new IexecError('ResultMismatch', `The storage gave another file: ${id} was asked, and it is ${actual}.`, {
    hints: ['Do not trust this storage; ask another one.'],
    details: { wanted: id, actual },
  })
}

function isAbsence(error: unknown): boolean {
  return error instanceof IexecError && (error.details['status'] === 404 || error.details['status'] === 410)
}

function absent(path: string, cause: unknown): IexecError {
  return new IexecError('NotFound', `The storage does not have /ipfs/${path}.`, {
    hints: ['It may still be on its way, or be kept by another storage: set storageUrl.'],
    details: { path },
    cause,
  })
}
