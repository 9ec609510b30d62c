// The report as people read it, on a terminal and in README.md.
import { LIMITS, MAIN } from './limits.ts'
import type { GasReport, Spent } from './record.ts'

/** One line of the main table with our figure; `undefined` when the call was not measured. */
export type Verdict = {
  readonly call: string
  readonly reference: number
  readonly limit: number
  readonly ours: number | undefined
}

/**
 * Our figures beside the limits.
 *
 * @example
 * judgeGas(report).filter(({ ours, limit }) => ours === undefined || ours > limit) // []
 */
export function judgeGas(report: GasReport): readonly Verdict[] {
  return LIMITS.map(({ call, scenario = MAIN, reference, limit }) => ({
    call,
    reference,
    limit,
    ours: report[scenario]?.[call]?.mean,
  }))
}

/**
 * Every call that has a limit, as Markdown.
 *
 * @example
 * console.log(limitTable(report))
 */
export function limitTable(report: GasReport): string {
  const rows = judgeGas(report).map(({ call, reference, limit, ours }) => [
    call,
    grouped(reference),
    grouped(limit),
    ours === undefined ? 'not measured' : grouped(ours),
    ours === undefined ? '' : (ours / reference).toFixed(2),
  ])
  return table(['call', 'reference', 'at most', 'ours', 'ours ÷ reference'], rows)
}

/**
 * Every call of every scenario, as Markdown.
 *
 * @example
 * console.log(scenarioTable(report))
 */
export function scenarioTable(report: GasReport): string {
  const rows = Object.entries(report).flatMap(([scenario, calls]) =>
    Object.entries(calls).map(([call, spent], index) => [index === 0 ? scenario : '', call, ...figures(spent)]),
  )
  return table(['scenario', 'call', 'calls', 'least', 'mean', 'most'], rows)
}

function figures({ calls, min, mean, max }: Spent): readonly string[] {
  return [calls, min, mean, max].map(grouped)
}

function grouped(figure: number): string {
  return figure.toLocaleString('en-US')
}

/** Figures to the right, words to the left, as the formatter of the repository leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? '')
    const width = Math.max(title.length, ...cells.map(({ length }) => length))
    const isFigure = cells.every((cell) => /^[\d,.]*$/u.test(cell))
    const pad = (cell: string): string => (isFigure ? cell.padStart(width) : cell.padEnd(width))
    const rule = isFigure ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)
    return [pad(title), rule, ...cells.map(pad)]
  })
  const lines = ['', '', ...rows].map((_, line) => `| ${columns.map((cells) => cells[line]).join(' | ')} |`)
  return lines.join('\n')
}
