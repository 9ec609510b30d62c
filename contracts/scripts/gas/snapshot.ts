// What is committed of a measurement: every figure in snapshots/gas.json, and the table of the limits in README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GasReport } from './record.ts'
import { limitTable } from './table.ts'

const contracts = join(import.meta.dirname, '../..')
const snapshot = join(contracts, 'snapshots/gas.json')
const readme = join(contracts, 'README.md')

const BEGIN = '<!-- gas: written by `pnpm gas --update` -->'
const END = '<!-- gas: end -->'

/**
 * The committed measurement; empty when there is none.
 *
 * @example
 * findChanges(readSnapshot(), await measureGas())
 */
export function readSnapshot(): GasReport {
  try {
    return JSON.parse(readFileSync(snapshot, 'utf8')) as GasReport
  } catch {
    return {}
  }
}

/**
 * Writes a measurement where it is committed.
 *
 * @example
 * writeSnapshot(await measureGas())
 */
export function writeSnapshot(report: GasReport): void {
  writeFileSync(snapshot, `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), report))
}

/**
 * Whether README.md shows the table of this measurement.
 *
 * @example
 * isTableShown(readSnapshot()) // true
 */
export function isTableShown(report: GasReport): boolean {
  const text = readFileSync(readme, 'utf8')
  return text === withTable(text, report)
}

function withTable(text: string, report: GasReport): string {
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined)
    throw new Error(`contracts/README.md has no place for the table: ${BEGIN}`)
  return `${before}${BEGIN}\n\n${limitTable(report)}\n\n${END}${after}`
}
