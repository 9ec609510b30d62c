// Finds what a ray hits without asking every triangle: boxes in boxes (a bounding volume hierarchy), each halved.
import { corners, points } from './model.ts'

const MOST_IN_LEAF: i32 = 4
/** Halved each time: more levels than any number of triangles needs. */
const DEEPEST: i32 = 64
/** A ray does not hit the surface that it begins on. */
const NEAREST: f64 = 1e-6

/** What was hit last: the distance, the triangle's first corner (-1: nothing), and the weights of its second and third corner. */
export let distance: f64 = Infinity
export let corner: i32 = -1
export let second: f64 = 0
export let third: f64 = 0

/** Six numbers for each box: its low and its high corner. */
let boxes: StaticArray<f64> = new StaticArray<f64>(0)
/** The first of two boxes inside, or the first of its triangles. */
let firsts: StaticArray<i32> = new StaticArray<i32>(0)
/** How many triangles a leaf has; 0 for a box of boxes. */
let counts: StaticArray<i32> = new StaticArray<i32>(0)
/** The first corners of all triangles, in the order of the leaves. */
let order: i32[] = []
let middles: StaticArray<f64> = new StaticArray<f64>(0)
let filled: i32 = 0
/** Along which triangles are sorted. */
let axis: i32 = 0
const stack = new StaticArray<i32>(DEEPEST)

/** Puts the triangles of the model into boxes. */
export function buildHierarchy(): void {
  const triangles = corners.length / 3
  order = []
  middles = new StaticArray<f64>(corners.length)
  for (let place = 0; place < corners.length; place++) {
    const first = (place / 3) * 3
    const along = place % 3
    middles[place] =
      points[3 * corners[first] + along] +
      points[3 * corners[first + 1] + along] +
      points[3 * corners[first + 2] + along]
    if (along == 0) order.push(place)
  }
  boxes = new StaticArray<f64>(12 * triangles)
  firsts = new StaticArray<i32>(2 * triangles)
  counts = new StaticArray<i32>(2 * triangles)
  filled = 1
  fillBox(0, 0, triangles)
}

function fillBox(box: i32, from: i32, to: i32): void {
  let longest = 0
  let widest: f64 = -1
  for (let along = 0; along < 3; along++) {
    let low = Infinity
    let high = -Infinity
    let least = Infinity
    let most = -Infinity
    for (let place = from; place < to; place++) {
      const first = order[place]
      for (let turn = 0; turn < 3; turn++) {
        const value = points[3 * corners[first + turn] + along]
        low = min(low, value)
        high = max(high, value)
      }
      least = min(least, middles[first + along])
      most = max(most, middles[first + along])
    }
    boxes[6 * box + along] = low
    boxes[6 * box + 3 + along] = high
    if (most - least > widest) {
      widest = most - least
      longest = along
    }
  }
  firsts[box] = from
  counts[box] = to - from
  if (to - from > MOST_IN_LEAF) halveBox(box, longest)
}

/** Half of the triangles into one box, half into another, along an axis. */
function halveBox(box: i32, along: i32): void {
  const from = firsts[box]
  const to = from + counts[box]
  axis = along
  const part = order.slice(from, to)
  // Two triangles with the same middle keep one order: that of the file.
  part.sort((left, right) => {
    const difference = middles[left + axis] - middles[right + axis]
    return difference == 0 ? left - right : difference < 0 ? -1 : 1
  })
  for (let place = 0; place < part.length; place++) order[from + place] = part[place]
  const half = (from + to) >> 1
  const inside = filled
  filled += 2
  firsts[box] = inside
  counts[box] = 0
  fillBox(inside, from, half)
  fillBox(inside + 1, half, to)
}

/** Finds the nearest triangle that a ray hits before `farthest`; with `isAny`, any triangle is as good. Says whether there is one. */
export function hitModel(ox: f64, oy: f64, oz: f64, dx: f64, dy: f64, dz: f64, farthest: f64, isAny: bool): bool {
  distance = farthest
  corner = -1
  const ix = 1 / dx
  const iy = 1 / dy
  const iz = 1 / dz
  let waiting = 0
  let box = 0
  if (entryOf(0, ox, oy, oz, ix, iy, iz) == Infinity) return false
  while (true) {
    const count = unchecked(counts[box])
    const first = unchecked(firsts[box])
    if (count > 0) {
      for (let place = first; place < first + count; place++) {
        hitTriangle(unchecked(order[place]), ox, oy, oz, dx, dy, dz)
      }
      if (isAny && corner >= 0) return true
    } else {
      const left = entryOf(first, ox, oy, oz, ix, iy, iz)
      const right = entryOf(first + 1, ox, oy, oz, ix, iy, iz)
      const isLeftFirst = left <= right
      if ((isLeftFirst ? left : right) < Infinity) {
        if ((isLeftFirst ? right : left) < Infinity) {
          unchecked((stack[waiting] = isLeftFirst ? first + 1 : first))
          waiting++
        }
        box = isLeftFirst ? first : first + 1
        continue
      }
    }
    if (waiting == 0) break
    waiting--
    box = unchecked(stack[waiting])
  }
  return corner >= 0
}

/** Where a ray enters a box; infinity when it passes by, or enters behind what was hit already. */
function entryOf(box: i32, ox: f64, oy: f64, oz: f64, ix: f64, iy: f64, iz: f64): f64 {
  const at = 6 * box
  const lx = (unchecked(boxes[at]) - ox) * ix
  const hx = (unchecked(boxes[at + 3]) - ox) * ix
  const ly = (unchecked(boxes[at + 1]) - oy) * iy
  const hy = (unchecked(boxes[at + 4]) - oy) * iy
  const lz = (unchecked(boxes[at + 2]) - oz) * iz
  const hz = (unchecked(boxes[at + 5]) - oz) * iz
  const enter = max(max(min(lx, hx), min(ly, hy)), min(lz, hz))
  const leave = min(min(max(lx, hx), max(ly, hy)), max(lz, hz))
  return enter <= leave && leave > 0 && enter < distance ? enter : Infinity
}

/** After Möller and Trumbore: solves for the distance and the weights of the corners at once. */
function hitTriangle(first: i32, ox: f64, oy: f64, oz: f64, dx: f64, dy: f64, dz: f64): void {
  const a = 3 * unchecked(corners[first])
  const b = 3 * unchecked(corners[first + 1])
  const c = 3 * unchecked(corners[first + 2])
  const ax = unchecked(points[a])
  const ay = unchecked(points[a + 1])
  const az = unchecked(points[a + 2])
  const ux = unchecked(points[b]) - ax
  const uy = unchecked(points[b + 1]) - ay
  const uz = unchecked(points[b + 2]) - az
  const vx = unchecked(points[c]) - ax
  const vy = unchecked(points[c + 1]) - ay
  const vz = unchecked(points[c + 2]) - az
  const px = dy * vz - dz * vy
  const py = dz * vx - dx * vz
  const pz = dx * vy - dy * vx
  const determinant = ux * px + uy * py + uz * pz
  if (determinant == 0) return
  const inverse = 1 / determinant
  const tx = ox - ax
  const ty = oy - ay
  const tz = oz - az
  const u = (tx * px + ty * py + tz * pz) * inverse
  if (u < 0 || u > 1) return
  const qx = ty * uz - tz * uy
  const qy = tz * ux - tx * uz
  const qz = tx * uy - ty * ux
  const v = (dx * qx + dy * qy + dz * qz) * inverse
  if (v < 0 || u + v > 1) return
  const away = (vx * qx + vy * qy + vz * qz) * inverse
  if (away <= NEAREST || away >= distance) return
  distance = away
  corner = first
  second = u
  third = v
}
