// Whether a registry has the very image that somebody names by its digest, and what the name stands for there.
import type { Hex } from 'viem'
import { CliError } from '../cliError.ts'
import type { DownloadOptions } from './download.ts'
import type { ImageReference } from './reference.ts'
import { resolveImage } from './resolveImage.ts'

/** What a registry says of a digest. */
export type DigestLook =
  | {
      readonly says: 'there' | 'missing'
      /** What the name of the image stands for; absent when it has none. */
      readonly tagged?: Hex
    }
  /** It did not answer, or gives the image to nobody. */
  | { readonly says: 'unknown'; readonly why: string }

/**
 * Asks the registry for a digest.
 *
 * @throws CliError `Unusable` when it is no image that workers run, `Interrupted`
 * @example
 * await lookForDigest(parseReference('me/app:2'), '0x…', { signal }) // { says: 'missing', tagged: '0x…' }
 */
export async function lookForDigest(image: ImageReference, digest: Hex, options: DownloadOptions): Promise<DigestLook> {
  try {
    const tagged = await findDigest(image, options)
    const isThere = tagged === digest || (await findDigest({ ...image, digest }, options)) !== undefined
    return { says: isThere ? 'there' : 'missing', ...(tagged === undefined ? {} : { tagged }) }
  } catch (error) {
    const isUnknown = error instanceof CliError && (error.code === 'Unreachable' || error.code === 'NotFound')
    if (!isUnknown) throw error
    return { says: 'unknown', why: error.message }
  }
}

/** What an image is; `undefined` when the registry says that it has none of this name. */
async function findDigest(image: ImageReference, options: DownloadOptions): Promise<Hex | undefined> {
  try {
    return (await resolveImage(image, options)).digest
  } catch (error) {
    if (error instanceof CliError && error.details['isMissing'] === true) return undefined
    throw error
  }
}
