// Figures of apps in words of a language.

/**
 * A share in percent.
 *
 * @example
 * sayShare(0.985, 'en') // '98.5%'
 */
export function sayShare(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share)
}

const UNITS = [
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/**
 * How long something takes, in the unit that fits.
 *
 * @example
 * sayDuration(8.5, 'en') // '8.5 sec'
 */
export function sayDuration(seconds: number, language: string): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? (['second', 1] as const)
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  return format.format(seconds / size)
}

/**
 * A size in the unit that fits.
 *
 * @example
 * sayBytes(50_000_000, 'en') // '50 MB'
 */
export function sayBytes(bytes: number, language: string): string {
  const [unit, size] =
    bytes >= 1e6 ? (['megabyte', 1e6] as const) : bytes >= 1e3 ? (['kilobyte', 1e3] as const) : (['byte', 1] as const)
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  return format.format(bytes / size)
}
