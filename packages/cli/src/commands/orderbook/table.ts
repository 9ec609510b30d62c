// Rows under titles, aligned: what a list looks like in a terminal.

/** A column of a table. */
export type Column<Row> = {
  readonly title: string
  /** Numbers stand under each other by their last digit. */
  readonly isNumber?: boolean
  /** Hashes and addresses: where the terminal is narrow, they stand under their row. */
  readonly isLong?: boolean
  readonly cell: (row: Row) => string
}

type Filled = {
  readonly title: string
  readonly isNumber: boolean
  readonly isLong: boolean
  readonly cells: readonly string[]
  readonly width: number
}

/**
 * A table as lines; a column in which nothing stands is left out.
 *
 * @param width of the terminal, in characters; endless when left out
 * @example
 * table([{ title: 'price', isNumber: true, cell: (n: number) => String(n) }], [1, 20]) // ['  price', '      1', '     20']
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const filled = columns.map((column) => fill(column, rows)).filter(({ cells }) => cells.some((text) => text !== ''))
  const lines = [titles(filled), ...rows.map((_, index) => lineOf(filled, index))]
  if (lines.every((line) => line.length <= width)) return lines
  const [short, long] = [filled.filter(({ isLong }) => !isLong), filled.filter(({ isLong }) => isLong)]
  return [titles(short), ...rows.flatMap((_, index) => [lineOf(short, index), ...linesUnder(long, index)])]
}

function fill<Row>({ title, isNumber = false, isLong = false, cell }: Column<Row>, rows: readonly Row[]): Filled {
  const cells = rows.map(cell)
  return { title, isNumber, isLong, cells, width: Math.max(...[title, ...cells].map((text) => text.length)) }
}

function titles(columns: readonly Filled[]): string {
  return joined(columns.map((column) => align(column.title, column)))
}

function lineOf(columns: readonly Filled[], index: number): string {
  return joined(columns.map((column) => align(column.cells[index] ?? '', column)))
}

function joined(cells: readonly string[]): string {
  return `  ${cells.join('  ')}`.trimEnd()
}

/** What does not fit beside the others: each under its title. */
function linesUnder(columns: readonly Filled[], index: number): readonly string[] {
  const width = Math.max(...columns.map(({ title }) => title.length))
  const said = columns.filter(({ cells }) => cells[index] !== '')
  return said.map(({ title, cells }) => `      ${title.padEnd(width)}  ${cells[index] ?? ''}`)
}

function align(text: string, { isNumber, width }: Filled): string {
  return isNumber ? text.padStart(width) : text.padEnd(width)
}
