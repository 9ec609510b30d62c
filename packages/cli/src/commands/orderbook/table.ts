// Rows under titles, aligned: what a list looks like in a terminal.

/** A column of a table. */
export type Column<Row> = {
  readonly title: string
  /** Numbers stand under each other by their last digit. */
  readonly isNumber?: boolean
  readonly cell: (row: Row) => string
}

/**
 * A table as lines; a column in which nothing stands is left out.
 *
 * @example
 * table([{ title: 'price', isNumber: true, cell: (n: number) => String(n) }], [1, 20]) // ['  price', '      1', '     20']
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const filled = columns
    .map(({ title, isNumber = false, cell }) => ({ title, isNumber, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((text) => text !== ''))
    .map((column) => ({ ...column, width: Math.max(...[column.title, ...column.cells].map((text) => text.length)) }))
  const line = (textOf: (column: (typeof filled)[number]) => string): string =>
    `  ${filled.map((column) => align(textOf(column), column)).join('  ')}`.trimEnd()
  return [line(({ title }) => title), ...rows.map((_, index) => line(({ cells }) => cells[index] ?? ''))]
}

function align(text: string, { isNumber, width }: { readonly isNumber: boolean; readonly width: number }): string {
  return isNumber ? text.padStart(width) : text.padEnd(width)
}
