// Figures in words of a language: shares, spans of time, sizes.

/**
 * A share in percent.
 *
 * @example
 * sayShare(0.985, 'en') // '98.5%'
 */
export function sayShare(share: number, language: string): string {
  return share.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 })
}

const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/**
 * A span of time, in two units at most.
 *
 * @param seconds fractions are shown below ten seconds only
 * @example
 * sayDuration(5_430, 'en') // '1 hr 30 min'
 */
export function sayDuration(seconds: number, language: string): string {
  if (seconds < 10) return saySpan(seconds, 'second', language)
  let rest = Math.round(seconds)
  const first = SPANS.findIndex(([, size]) => rest >= size)
  const parts: string[] = []
  for (const [unit, size] of SPANS.slice(first, first + 2)) {
    const amount = Math.floor(rest / size)
    rest -= amount * size
    if (amount > 0) parts.push(saySpan(amount, unit, language))
  }
  return new Intl.ListFormat(language, { type: 'unit', style: 'narrow' }).format(parts)
}

function saySpan(amount: number, unit: string, language: string): string {
  return amount.toLocaleString(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 })
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/**
 * A number of bytes, as people read it.
 *
 * @example
 * sayBytes(307_608, 'en') // '308 kB'
 */
export function sayBytes(bytes: number, language: string): string {
  const step = Math.min(SIZES.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const format = { style: 'unit', unit: SIZES[step], unitDisplay: 'short', maximumSignificantDigits: 3 } as const
  return (bytes / 1_000 ** step).toLocaleString(language, format)
}
