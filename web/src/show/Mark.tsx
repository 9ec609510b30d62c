// A small picture of an address or hash: two colours and a pattern that eyes tell apart sooner than digits.
import type { ReactElement } from 'react'
import type { Hex } from 'viem'

/** Cells in a row; the right half mirrors the left one. */
const SIDE = 6

/** The picture of `id`; says nothing to screen readers, which have the digits. */
export function Mark({ id, size = 16 }: { readonly id: Hex; readonly size?: number }): ReactElement {
  const bytes = readBytes(id)
  const hue = ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 360
  const cells = Array.from({ length: (SIDE * SIDE) / 2 }, (_, cell) => {
    const isFilled = ((bytes[2 + Math.floor(cell / 8)] ?? 0) >> (cell % 8)) & 1
    return isFilled === 1 ? cell : undefined
  }).filter((cell) => cell !== undefined)
  const columns = SIDE / 2
  return (
    <svg viewBox={`0 0 ${SIDE} ${SIDE}`} width={size} height={size} aria-hidden className="shrink-0 rounded-sm">
      <rect width={SIDE} height={SIDE} fill={`hsl(${hue} 55% 88%)`} />
      {cells.flatMap((cell) => {
        const x = cell % columns
        const y = Math.floor(cell / columns)
        return [x, SIDE - 1 - x].map((column) => (
          <rect
            key={`${column}-${y}`}
            x={column}
            y={y}
            width={1}
            height={1}
            fill={`hsl(${(hue + 150) % 360} 60% 35%)`}
          />
        ))
      })}
    </svg>
  )
}

/** The last bytes: the first ones of many ids are zeros. */
function readBytes(id: Hex): readonly number[] {
  const digits = id.slice(2).slice(-16).padStart(16, '0')
  return Array.from({ length: 8 }, (_, place) => Number.parseInt(digits.slice(place * 2, place * 2 + 2), 16))
}
