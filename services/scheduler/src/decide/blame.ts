// How failures of a worker count: less with time, so that nobody is shut out for ever.

/** Blame halves in this time, in milliseconds. */
const BLAME_HALF_LIFE_MS = 600_000

/** What is left of a blame after a while. */
export function blameLeft(blame: number, sinceMs: number): number {
  const left = blame * 0.5 ** (Math.max(0, sinceMs) / BLAME_HALF_LIFE_MS)
  return left < 0.01 ? 0 : left
}
