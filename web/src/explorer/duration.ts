// Spans of time, in two units at most.

const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const

/**
 * Writes a span of time for people.
 *
 * @param seconds fractions are shown below ten seconds only
 * @example
 * sayDuration(5_430, 'en') // '1 hr 30 min'
 */
export function sayDuration(seconds: number, language: string): string {
  const write = (amount: number, unit: string): string =>
    amount.toLocaleString(language, {
      style: 'unit',
      unit: unit.slice(0, -1),
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    })
  if (seconds < 10) return write(seconds, 'seconds')
  const first = UNITS.findIndex(([, size]) => seconds >= size)
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (amount > 0) parts.push(write(amount, unit))
  }
  return new Intl.ListFormat(language, { type: 'unit', style: 'narrow' }).format(parts)
}
