// Makes what strangers write on the chain fit into the tables, the same way at every replay.

/** Longer texts are cut. More than a deal or an asset can hold on chain. */
const LONGEST = 100_000

/** PostgreSQL's indexes take no more than 2,700 bytes of a row; this many characters always fit. */
export const LONGEST_NAME = 512

/**
 * A text that every database takes: without NUL and halves of characters, and not endless.
 *
 * @example
 * asText('a\0b') // 'a\ufffdb'
 */
export function asText(text: string, longest: number = LONGEST): string {
  const cut = text.length > longest ? text.slice(0, longest) : text
  return cut.toWellFormed().replaceAll('\0', '\uFFFD')
}

/**
 * A number that JSON and both databases hold exactly: what is larger becomes 2^53 - 1, as everywhere in the API.
 *
 * @example
 * asCount(2n ** 64n) // 9007199254740991
 */
export function asCount(value: bigint | number): number {
  return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(value)
}
