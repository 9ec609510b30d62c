// Which part of a file a request asks for. https://www.rfc-editor.org/rfc/rfc9110#name-range-requests

/** What is to be sent: all of it, one part without its end, or nothing because the file has no such part. */
export type Wanted =
  | { readonly kind: 'all' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'none'; readonly error: string }

/**
 * Reads a `Range` header for a file. Units that nobody knows and what is malformed do not count; several parts at once are
 * refused, because nobody who reads files needs them and each would be read from the disk.
 *
 * @param size of the file, in bytes
 * @example
 * readRange('bytes=-5', 100) // { kind: 'part', start: 95, end: 100 }
 */
export function readRange(header: string | undefined, size: number): Wanted {
  const list = /^\s*bytes\s*=\s*(.*)$/iu.exec(header ?? '')?.[1]
  if (list === undefined) return { kind: 'all' }
  if (list.includes(',')) return { kind: 'none', error: 'Only one range at a time can be asked for.' }
  const parts = /^(\d*)\s*-\s*(\d*)\s*$/u.exec(list)
  const [first = '', last = ''] = parts?.slice(1) ?? []
  if (first === '' && last === '') return { kind: 'all' }
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  if (first !== '' && last !== '' && Number(last) < start) return { kind: 'all' }
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1)
  return start < end
    ? { kind: 'part', start, end }
    : { kind: 'none', error: `The file has ${size} bytes; there is no part ${list.slice(0, 50)}.` }
}
