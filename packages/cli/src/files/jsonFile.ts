// JSON files of a project: read with the place of a fault, and written whole or not at all.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../cliError.ts'

/**
 * Reads a JSON file; `undefined` when there is none.
 *
 * @throws CliError `BadFile` with line and column when it is not JSON, or cannot be read
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readText(path)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown
  } catch (cause) {
    throw new CliError('BadFile', `${path} is not JSON: ${placeOf(text, cause)}.`, {
      hints: ['Mend the file, and try again.'],
      cause,
    })
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new CliError('BadFile', `${path} cannot be read: ${reasonOf(cause)}.`, { cause })
  }
}

/** V8 names a position in some sentences only; line and column are what people look for. */
function placeOf(text: string, cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause)
  const position = /position (\d+)/u.exec(words)?.[1]
  const said = words.replace(/ in JSON at position.*$/u, '').replace(/, "[^]*$/u, '')
  if (position === undefined) return text.trim() === '' ? 'it is empty' : said
  const before = text.slice(0, Number(position)).split('\n')
  return `${said} in line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}

/**
 * Writes a JSON file through a second one, so that nobody ever finds half of it.
 *
 * @param mode permissions of the file: 0o600 for whatever holds a key
 * @throws CliError `BadFile` when it cannot be written
 */
export async function writeJsonFile(
  path: string,
  value: unknown,
  { mode = 0o644 }: { readonly mode?: number } = {},
): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true, ...(mode === 0o600 ? { mode: 0o700 } : {}) })
    await writeFile(beside, `${JSON.stringify(value, undefined, 2)}\n`, { mode, flag: 'wx' })
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true })
    throw new CliError('BadFile', `${path} cannot be written: ${reasonOf(cause)}.`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return 'you may not'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOSPC') return 'the disk is full'
  return message
}
