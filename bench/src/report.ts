// What every benchmark leaves behind: a table to read and a JSON file to compare.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname } from 'node:path'

/** One figure. `baseline` was measured in the same run; `target` is what was asked for. */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly baseline?: { readonly name: string; readonly value: number }
  readonly target?: { readonly value: number; readonly better: 'higher' | 'lower' }
}

/** The outcome of one benchmark. */
export type Report = {
  readonly benchmark: string
  readonly size: Readonly<Record<string, number>>
  readonly figures: readonly Figure[]
}

/** Prints the figures as a table. */
export function printReport({ benchmark, size, figures }: Report): void {
  console.log(
    `\n${benchmark} ${Object.entries(size)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
  )
  for (const { name, value, unit, baseline, target } of figures) {
    const against =
      baseline === undefined
        ? ''
        : `  (${baseline.name}: ${short(baseline.value)} ${unit}, ratio ${short(value / baseline.value)})`
    const asked =
      target === undefined
        ? ''
        : `  [asked for ${target.better === 'higher' ? '≥' : '≤'} ${short(target.value)}: ${isMet(value, target) ? 'met' : 'missed'}]`
    console.log(`  ${name.padEnd(58)} ${short(value).padStart(10)} ${unit}${against}${asked}`)
  }
}

/** Writes the report, the machine and the moment as JSON. */
export function writeReport(path: string, report: Report): void {
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify({ ...report, machine, at: new Date().toISOString() }, undefined, 2)}\n`)
}

/**
 * The value below which the given share of the samples lies (nearest rank).
 *
 * @param share 0 to 1
 * @example
 * percentile([1, 2, 3, 4], 0.5) // 2
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

function isMet(value: number, target: NonNullable<Figure['target']>): boolean {
  return target.better === 'higher' ? value >= target.value : value <= target.value
}

function short(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
