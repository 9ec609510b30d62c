// How an index names the files of its listings: by their content. So a signature of the listings is one of their files, too. For node and browser.
import { sha256 } from 'viem/utils'
import { readPicture } from './picture.ts'

/** What a file of a listing is wanted for. */
export type KeptAs = 'picture' | 'readme'

/**
 * The name of a file beside index.json: the hash of its content, and the ending of what it really is.
 *
 * @returns `undefined` when it is not what it is wanted for
 * @example
 * nameFile('picture', bytes) // 'files/4bf5…e1.png'
 */
export function nameFile(kept: KeptAs, bytes: Uint8Array): string | undefined {
  const ending = kept === 'readme' ? 'md' : readPicture(bytes)?.type
  return ending === undefined ? undefined : `files/${sha256(bytes).slice(2, 34)}.${ending}`
}
