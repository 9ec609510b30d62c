// Patterns for LIKE that mean only what was typed, whatever characters it has. All are to be used with `escape '\'`.

/** Matches this text only. */
export function being(text: string): string {
  // PostgreSQL refuses the character 0 in any text, so nothing stored has it: it is replaced by one that nothing has either.
  return text.replaceAll(/[\\%_]/gu, String.raw`\$&`).replaceAll('\0', '\uFFFF')
}

/** Matches every text that begins with this one. */
export function beginning(text: string): string {
  return `${being(text)}%`
}

/** Matches every text that has this one in it. */
export function containing(text: string): string {
  return `%${being(text)}%`
}
