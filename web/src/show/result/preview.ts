// How a file of a result can be shown without trusting it: as a picture, a table, JSON or text, judged by its bytes and its name.

/** How a file is shown. A `page` is HTML: shown as text, or in a frame that can do nothing. */
export type PreviewKind = 'picture' | 'table' | 'json' | 'page' | 'text' | 'binary'

/** Longer texts are cut: nobody reads on, and browsers become slow. */
export const MOST_TEXT_BYTES = 200_000
/** So much is unpacked in a second at most, while the page stands still: a small archive may hold a thousand times as much as it has. */
const MOST_UNPACKED = 32_000_000
/** Rows of a table that are shown. */
export const MOST_ROWS = 200
/** Columns of a table that are shown: a browser stands still over many thousands. */
export const MOST_COLUMNS = 100

const PICTURE_TYPES: readonly (readonly [type: string, magic: readonly number[], at: number])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 0],
  ['image/jpeg', [0xff, 0xd8, 0xff], 0],
  ['image/gif', [0x47, 0x49, 0x46, 0x38], 0],
  ['image/webp', [0x57, 0x45, 0x42, 0x50], 8],
  ['image/avif', [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66], 4],
  ['image/bmp', [0x42, 0x4d], 0],
]

/**
 * The type of a picture, by its first bytes; SVG, which is text, by its name.
 *
 * @example
 * pictureTypeOf('tile.png', bytes) // 'image/png'
 */
export function pictureTypeOf(name: string, bytes: Uint8Array): string | undefined {
  const found = PICTURE_TYPES.find(([, magic, at]) => magic.every((byte, place) => bytes[at + place] === byte))
  if (found?.[0] === 'image/bmp' && endingOf(name) !== 'bmp') return undefined
  return found?.[0] ?? (endingOf(name) === 'svg' ? 'image/svg+xml' : undefined)
}

/**
 * How a file is shown.
 *
 * @example
 * previewKindOf('stdout.txt', bytes) // 'text'
 */
export function previewKindOf(name: string, bytes: Uint8Array): PreviewKind {
  if (pictureTypeOf(name, bytes) !== undefined) return 'picture'
  if (!isText(bytes)) return 'binary'
  const ending = endingOf(name)
  if (ending === 'json' || ending === 'geojson') return 'json'
  if (ending === 'csv' || ending === 'tsv') return 'table'
  return ending === 'html' || ending === 'htm' || ending === 'xhtml' ? 'page' : 'text'
}

function endingOf(name: string): string {
  return /\.([^./]+)$/u.exec(name)?.[1]?.toLowerCase() ?? ''
}

/** Whether the beginning is UTF-8 without bytes that no text has. */
function isText(bytes: Uint8Array): boolean {
  const beginning = bytes.subarray(0, 4_096)
  if (beginning.includes(0)) return false
  try {
    // What is cut within a character is no fault as long as more may come.
    new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true })
    return true
  } catch {
    return false
  }
}

/** The beginning of a text, and whether it is all of it. */
export type Beginning = { readonly text: string; readonly isCut: boolean }

/**
 * The text of a file, as far as it is shown.
 *
 * @example
 * textOf(new TextEncoder().encode('ok')) // { text: 'ok', isCut: false }
 */
export function textOf(bytes: Uint8Array): Beginning {
  const isCut = bytes.length > MOST_TEXT_BYTES
  return { text: new TextDecoder().decode(bytes.subarray(0, MOST_TEXT_BYTES), { stream: isCut }), isCut }
}

/**
 * JSON with its lines indented; as it stands where that would change anything but spaces, such as digits of large numbers.
 *
 * @example
 * indentJson('{"a":1}') // '{\n  "a": 1\n}'
 */
export function indentJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const bare = text.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/gu, '$1')
    return JSON.stringify(value) === bare ? JSON.stringify(value, undefined, 2) : text
  } catch {
    return text
  }
}

/** The first rows and columns of a table, and whether there are more. */
export type ReadRows = {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Whether there are more rows. */
  readonly isCut: boolean
  /** Whether there are more columns. */
  readonly isNarrowed: boolean
}

/**
 * Reads the first rows of a table whose columns are parted by commas, semicolons or tabs, whichever its first line has most of.
 *
 * @example
 * readRows('a,b\n1,"2,3"') // { head: ['a', 'b'], rows: [['1', '2,3']], isCut: false, isNarrowed: false }
 */
export function readRows(text: string): ReadRows {
  const [line = ''] = text.split(/\r?\n/u, 1)
  const [delimiter = ','] = [',', ';', '\t'].toSorted((one, other) => line.split(other).length - line.split(one).length)
  const all = splitRows(text, delimiter, MOST_ROWS + 2)
  const [head = [], ...rows] = all.map((row) => row.slice(0, MOST_COLUMNS))
  return {
    head,
    rows: rows.slice(0, MOST_ROWS),
    isCut: rows.length > MOST_ROWS,
    isNarrowed: all.some(({ length }) => length > MOST_COLUMNS),
  }
}

function splitRows(text: string, delimiter: string, most: number): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let isQuoted = false
  const endRow = (): void => {
    rows.push([...row, field])
    row = []
    field = ''
  }
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const sign = text.charAt(at)
    if (isQuoted) {
      if (sign !== '"') field += sign
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else isQuoted = false
    } else if (sign === '"' && field === '') isQuoted = true
    else if (sign === delimiter) {
      row.push(field)
      field = ''
    } else if (sign === '\n') endRow()
    else if (sign !== '\r') field += sign
  }
  if (rows.length < most && (field !== '' || row.length > 0)) endRow()
  return rows
}

/** Of a result, what people want to see first: a picture, else what the app wrote for them. */
export const RESULT_FIRST: readonly RegExp[] = [
  /\.(png|jpe?g|gif|webp|avif|svg)$/iu,
  /\.(csv|tsv|html?|json)$/iu,
  /^result\b/u,
  /^stdout/u,
]
/** Of what an app left that failed: where it says why. */
export const REASON_FIRST: readonly RegExp[] = [/^stderr/u, /^stdout/u]

/**
 * Which file is shown first: one of those that are wanted, else whatever is not empty.
 *
 * @example
 * chooseFirst([{ name: 'stdout.txt', size: 5 }, { name: 'tile.png', size: 9 }])?.name // 'tile.png'
 */
export function chooseFirst<File extends { readonly name: string; readonly size: number }>(
  files: readonly File[],
  wanted: readonly RegExp[] = RESULT_FIRST,
): File | undefined {
  const full = files.filter(({ size }) => size > 0)
  for (const pattern of wanted) {
    const found = full.find(({ name }) => pattern.test(name))
    if (found !== undefined) return found
  }
  return full[0] ?? files[0]
}

/** Bytes of files when they are unpacked. */
export function unpackedBytes(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0)
}

/**
 * Whether the page would stand still while files are unpacked: somebody has to want it.
 *
 * @example
 * isSlow([{ size: 900_000_000 }]) // true
 */
export function isSlow(files: readonly { readonly size: number }[]): boolean {
  return unpackedBytes(files) > MOST_UNPACKED
}
