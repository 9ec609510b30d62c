// IP addresses as text and as bytes, strictly: no octal parts, no zones; version 6 is written as RFC 5952 wants it.

const PART4 = /^(?:0|[1-9]\d{0,2})$/
const GROUP6 = /^[0-9a-f]{1,4}$/i

/** The four bytes of an IPv4 address; `undefined` when the text is none. */
export function readIp4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  const isIp4 = parts.length === 4 && parts.every((part) => PART4.test(part) && Number(part) < 256)
  return isIp4 ? Uint8Array.from(parts, Number) : undefined
}

/** Four bytes as an IPv4 address. */
export function writeIp4(bytes: Uint8Array): string {
  return bytes.join('.')
}

/** The sixteen bytes of an IPv6 address, its last part in IPv4 notation too; `undefined` when the text is none. */
export function readIp6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => groupsOf(half))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  if (tail === undefined) return head.length === 8 ? bytesOf(head) : undefined
  // A "::" stands for at least one group; an IPv4 part may only come last.
  if (head.length + tail.length > 7 || halves[0]?.includes('.')) return undefined
  return bytesOf([...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail])
}

/** Sixteen bytes as an IPv6 address: lower case, the longest run of zero groups as "::". */
export function writeIp6(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  const { start, length } = longestZeroRun(groups)
  if (length < 2) return writeGroups(groups)
  return `${writeGroups(groups.slice(0, start))}::${writeGroups(groups.slice(start + length))}`
}

function writeGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}

function groupsOf(half: string): readonly number[] | undefined {
  if (half === '') return []
  const parts = half.split(':')
  const last = parts.at(-1) ?? ''
  const ip4 = last.includes('.') ? readIp4(last) : undefined
  const hexParts = ip4 === undefined ? parts : parts.slice(0, -1)
  if (!hexParts.every((part) => GROUP6.test(part))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = ip4 ?? []
  return [
    ...hexParts.map((part) => Number.parseInt(part, 16)),
    ...(ip4 === undefined ? [] : [(a << 8) | b, (c << 8) | d]),
  ]
}

function bytesOf(groups: readonly number[]): Uint8Array {
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    const next = groups.findIndex((group, index) => index >= start && group !== 0)
    const length = (next === -1 ? groups.length : next) - start
    if (length > best.length) best = { start, length }
  }
  return best
}
