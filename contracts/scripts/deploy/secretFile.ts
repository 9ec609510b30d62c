// Files that hold a secret: read only when nobody else can read them.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { Refusal, describeFileError } from './refusal.ts'

/** Everybody but the owner of a file. */
const OTHERS = 0o077

/** No key and no password is longer. */
const MAX_BYTES = 64 * 1024

/**
 * The text of a file that holds a secret.
 *
 * @throws Refusal when it cannot be read, when others than its owner may read it, or when it is too large for a secret
 * @example
 * readSecretFile('key.json')
 */
export function readSecretFile(path: string): string {
  const file = open(path)
  try {
    // Asked of the open file, so that what is checked is what is read.
    const status = fstatSync(file)
    if (status.isDirectory()) throw new Refusal(`Cannot read ${path}: it is a directory.`)
    if (process.platform !== 'win32' && (status.mode & OTHERS) !== 0) {
      const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
      throw new Refusal(`Others than you may use ${path} (its mode is ${mode}): run "chmod 600 ${path}" first.`)
    }
    if (status.size > MAX_BYTES) throw new Refusal(`${path} is too large to hold a key or a password.`)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new Refusal(`Cannot read ${path}: ${describeFileError(cause)}.`, { cause })
  }
}
