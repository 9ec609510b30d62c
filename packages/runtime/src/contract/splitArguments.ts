// Splits the arguments of a request as a shell would, without anything else that a shell does.

/** One argument, or the space between two. Quotes may stand within one: `--name="a b"`. */
const PIECE = /\\([^])|'([^']*)(?:'|$)|"((?:\\[^]|[^"\\])*)(?:"|\\?$)|([^\s\\'"]+)|(\s+)|\\$/gu

/**
 * The arguments in a text. Single quotes keep everything, double quotes keep everything but `\"` and `\\`, and outside of quotes a
 * backslash keeps the character after it. Variables, patterns and commands mean nothing. A quote that nobody closes ends with the
 * text.
 *
 * @example
 * splitArguments(`--name "a b" 'c"d'`) // ['--name', 'a b', 'c"d']
 */
export function splitArguments(text: string): readonly string[] {
  const found: string[] = []
  let current: string | undefined
  for (const [, kept, single, double, plain, space] of text.matchAll(PIECE)) {
    if (space === undefined) {
      current = (current ?? '') + (kept ?? single ?? double?.replaceAll(/\\(["\\])/gu, '$1') ?? plain ?? '')
    } else {
      if (current !== undefined) found.push(current)
      current = undefined
    }
  }
  return current === undefined ? found : [...found, current]
}
