// Puts a file into the storage of the market, for a run or as an app.
import type { Iexec } from '@iexec/sdk'
import { Fault } from '../read/fault.ts'

/** A file, and the words for a storage that takes none from pages. */
export type FileToStore = { readonly file: File; readonly refused: string }

/**
 * Stores a file.
 *
 * @returns where it is, `/ipfs/…`
 * @throws Fault in the words that were given; IexecError
 */
export async function storeFile(iexec: Iexec, { file, refused }: FileToStore): Promise<string> {
  try {
    return (await iexec.storage.add({ name: file.name, content: file })).location
  } catch (error) {
    throw isRefused(error) ? new Fault('InWords', refused, { cause: error }) : error
  }
}

/** The operator decides who may bring files; the class of the error is not loaded here, its shape says enough. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof Error) || !('details' in error)) return false
  const { status } = error.details as { readonly status?: unknown }
  return status === 401 || status === 403
}
