// Files that are there as a whole or not at all, and are nobody else's to read.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/**
 * Writes JSON into a file that only its owner may read: beside it, and then under its name.
 *
 * @example
 * writeWhole('head.json', { block: 7 })
 */
export function writeWhole(file: string, content: object): void {
  writeWholeText(file, JSON.stringify(content, null, 2))
}

/**
 * Writes a text into a file that only its owner may read: beside it, and then under its name. A line ends it.
 *
 * @example
 * writeWholeText('keys/faucet', generatePrivateKey())
 */
export function writeWholeText(file: string, text: string): void {
  const part = `${file}.part`
  const handle = openSync(part, 'w', 0o600)
  try {
    writeSync(handle, `${text}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(part, file)
}

/** Reads JSON that `writeWhole` wrote; undefined when there is none. */
export function readWhole(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
