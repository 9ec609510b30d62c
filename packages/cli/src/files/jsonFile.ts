// JSON files of a project: read with the place of a fault, and written whole or not at all.
import { createHash } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CliError } from '../cliError.ts'
import { underLock } from './lock.ts'
import { reasonOf, requireWritable, writeWhole } from './wholeFile.ts'

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
 * Writes a JSON file through a second one, so that nobody ever finds half of it. A link is followed, and a file keeps its
 * permissions.
 *
 * @throws CliError `BadFile` when it cannot be written
 */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const target = await realPathOf(path)
  await writeWhole(target, `${JSON.stringify(value, undefined, 2)}\n`, await modeOf(target))
}

/** Goes on only when `writeJsonFile` could write the file now. @throws CliError `BadFile` */
export async function requireWritableJson(path: string): Promise<void> {
  await requireWritable(await realPathOf(path))
}

/** How long whoever changes a file may take, in milliseconds: longer than any that is not stopped. */
const PATIENCE_MS = 30_000

/**
 * Reads, changes and writes a file while no other command of this user does: of two that change something at once, nothing is
 * lost.
 *
 * @param patienceMs how long it is waited for its turn, in milliseconds; 30,000 when left out
 * @throws CliError `BadFile` when another command holds the file for longer; whatever the change throws
 * @example
 * await changingFile(path, async () => writeJsonFile(path, { ...(await read(path)), changed }))
 */
export async function changingFile<Answer>(
  path: string,
  change: () => Promise<Answer>,
  patienceMs: number = PATIENCE_MS,
): Promise<Answer> {
  const name = createHash('sha256')
    .update(await realPathOf(path))
    .digest('hex')
  return underLock(`file-${name}`, change, {
    longMs: patienceMs,
    onWait: () => {
      const sentence = `${path} cannot be changed: another iexec command holds it for more than ${patienceMs / 1_000} s.`
      throw new CliError('BadFile', sentence, {
        hints: ['End that command, which may have been stopped, and try again.'],
      })
    },
  })
}

/** One name for a file that has several, also before it is there. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    return join(folder, basename(path))
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777
  } catch {
    return undefined
  }
}
