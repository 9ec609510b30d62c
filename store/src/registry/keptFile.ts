// What a store keeps of a stranger's files: pictures and READMEs, under names that are made of their content. So nothing is ever served as a page or a script, whatever a listing calls it.
import { nameFile, type KeptAs } from '@iexec/wire/listing'

/** A file of an index. */
export type KeptFile = {
  /** Beside index.json: the hash of its content, and the ending of what it really is. */
  readonly path: string
  readonly bytes: Uint8Array
}

/**
 * Names a file of a listing by its content.
 *
 * @returns `undefined` when it is not what it is wanted for
 * @example
 * keepFile('picture', bytes)?.path // 'files/4bf5…e1.png'
 */
export function keepFile(kept: KeptAs, bytes: Uint8Array): KeptFile | undefined {
  const path = nameFile(kept, bytes)
  return path === undefined ? undefined : { path, bytes }
}
