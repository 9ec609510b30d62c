// Ends a command early with one sentence for whoever typed it.

/**
 * What is wrong with what was given, in one sentence. It never holds a key or a password.
 *
 * @example
 * throw new Refusal('Cannot read key.json: no such file.')
 */
export class Refusal extends Error {
  override readonly name: string = 'Refusal'
}

/**
 * What a failed operation on a file means, in words.
 *
 * @example
 * describeFileError({ code: 'ENOENT' }) // 'no such file or directory'
 */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return FILE_ERRORS[code] ?? (error instanceof Error ? error.message : String(error))
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EPIPE: 'nobody reads it any more',
}
