// Writes a knot as Wavefront OBJ, a model that needs nobody's scanner: `node knot.ts > knot.obj`.
import process from 'node:process'

const ALONG = 240
const AROUND = 32
const THICKNESS = 0.62

type Point = readonly [x: number, y: number, z: number]

/** The middle of the rope: a trefoil, as it lies on a ring. */
function middleAt(turn: number): Point {
  const wide = 2 + Math.cos(3 * turn)
  return [wide * Math.sin(2 * turn), wide * Math.cos(2 * turn), 1.2 * Math.sin(3 * turn)]
}

function minus(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function cross(a: Point, b: Point): Point {
  const [x, y, z] = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

/** A point of the rope: on a circle that stands across it. */
function pointAt(along: number, around: number): Point {
  const [turn, angle] = [(2 * Math.PI * along) / ALONG, (2 * Math.PI * around) / AROUND]
  const middle = middleAt(turn)
  const ahead = minus(middleAt(turn + 1e-3), middle)
  // From the middle of the ring to the rope: never along it.
  const side = cross(ahead, [middle[0], middle[1], 0])
  const out = cross(side, ahead)
  const [a, b] = [THICKNESS * Math.cos(angle), THICKNESS * Math.sin(angle)]
  return [
    middle[0] + a * side[0] + b * out[0],
    middle[1] + a * side[1] + b * out[1],
    middle[2] + a * side[2] + b * out[2],
  ]
}

/** The number of a point in the file: both ways round, the last is followed by the first. */
function numberOf(along: number, around: number): number {
  return (along % ALONG) * AROUND + (around % AROUND) + 1
}

const places = Array.from(
  { length: ALONG * AROUND },
  (_, place) => [Math.floor(place / AROUND), place % AROUND] as const,
)
const lines = [
  ...places.map(
    ([along, around]) =>
      `v ${pointAt(along, around)
        .map((part) => part.toFixed(5))
        .join(' ')}`,
  ),
  ...places.map(([along, around]) => {
    const corners = [numberOf(along, around), numberOf(along, around + 1)]
    return `f ${[...corners, numberOf(along + 1, around + 1), numberOf(along + 1, around)].join(' ')}`
  }),
]
process.stdout.write(`${lines.join('\n')}\n`)
