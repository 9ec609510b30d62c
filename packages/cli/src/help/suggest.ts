// Did you mean: the known word that is nearest to one that nobody knows.

/**
 * The known word that was probably meant, if any is near enough.
 *
 * @example
 * suggest('dpeloy', ['deploy', 'show']) // 'deploy'
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const [best] = known
    .map((candidate) => ({ candidate, away: distance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= tolerance(typed, candidate))
    .toSorted((one, other) => one.away - other.away)
  return best?.candidate ?? known.find((candidate) => typed.length > 1 && candidate.toLowerCase().startsWith(typed))
}

/** "Did you mean deploy?", or nothing. */
export function didYouMean(word: string, known: readonly string[]): readonly string[] {
  const meant = suggest(word, known)
  return meant === undefined ? [] : [`Did you mean ${meant}?`]
}

/** One fault in three letters, and never more than three. */
function tolerance(word: string, candidate: string): number {
  const length = Math.max(word.replace(/^-+/u, '').length, candidate.replace(/^-+/u, '').length)
  return Math.min(3, Math.floor(length / 3))
}

/** How many letters are wrong, missing, too many, or swapped with their neighbour (optimal string alignment). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row++) {
    const next = [row]
    rows.push(next)
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1
      const isSwapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      next[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + same,
        isSwapped ? at(row - 2, column - 2) + 1 : Infinity,
      )
    }
  }
  return at(one.length, other.length)
}
