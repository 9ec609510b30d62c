// Tables as files: CSV for spreadsheets, JSON for programs. Bare values, never formatted ones.
import type { Column } from './Table.tsx'

/** What a table can be saved as. */
export type FileFormat = 'csv' | 'json'

type Columns<Row> = readonly Pick<Column<Row>, 'key' | 'value'>[]

/**
 * A table as CSV (RFC 4180).
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe before it: names come from strangers.
 *
 * @example
 * toCsv([{ key: 'n', value: (n: number) => n }], [1, 2]) // 'n\r\n1\r\n2\r\n'
 */
export function toCsv<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = [
    columns.map(({ key }) => toField(key)),
    ...rows.map((row) => columns.map(({ value }) => toField(value(row)))),
  ]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/**
 * A table as JSON: a list of objects, named as the columns.
 *
 * @example
 * toJson([{ key: 'n', value: (n: number) => n }], [1]) // '[\n  {\n    "n": 1\n  }\n]\n'
 */
export function toJson<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ key, value }) => [key, value(row)])))
  return `${JSON.stringify(objects, undefined, 2)}\n`
}

/** Hands a text to the browser to be saved. */
export function save(text: string, { name, format }: { readonly name: string; readonly format: FileFormat }): void {
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json'
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.${format}`
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 10_000)
}

const FORMULA = /^[=+\-@\t\r]/u
const NEEDS_QUOTES = /[",\r\n]/u

function toField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
