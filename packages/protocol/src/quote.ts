// How what strangers wrote is shown: on one line, not endless, and without anything that steers a terminal.

const LONGEST_QUOTE = 160

/**
 * Text that a stranger wrote, in quotes: on one line, without characters that steer a terminal, and not endless.
 *
 * @example
 * quote('no\nway') // '"no way"'
 */
export function quote(text: string): string {
  const line = text
    .slice(0, LONGEST_QUOTE)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
  return `"${line}${text.length > LONGEST_QUOTE ? '…' : ''}"`
}

/**
 * A value that a stranger wrote, in words. Text is quoted; of what has parts only the kind is told, because it may be as
 * deep as it likes.
 *
 * @example
 * describeForeign([[[1]]]) // 'a list'
 * describeForeign('a\u001bb') // '"a b"'
 */
export function describeForeign(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? String(value) : `a ${typeof value}`
}
