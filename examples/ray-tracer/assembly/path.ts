// Follows a ray through the scene: how much red, green and blue comes back along it (path tracing, with a look at every lamp).
import { draw, drawPair, one, other, spreadOne, spreadPair } from './chance.ts'
import { corner, distance, hitModel, second, third } from './hierarchy.ts'
import { awayOfLamp, Lamp, lamps, pickPlace, placeX, placeY, placeZ } from './light.ts'
import { corners, normals, points } from './model.ts'

/** What the last path brought. */
export let red: f64 = 0
export let green: f64 = 0
export let blue: f64 = 0

/** Colours of the model and of the floor: how much of red, green and blue they give back. */
const paint = new StaticArray<f64>(3)
const floor = new StaticArray<f64>(3)

/** Of light that a path brings after so many reflections, nobody sees anything. */
const MOST_BOUNCES: i32 = 4
const START: f64 = 1e-5
/** How much a smooth surface mirrors that is looked at straight: that of glaze, and of a clean table. */
const GLAZE: f64 = 0.05
const TABLE: f64 = 0.01
/** So often at least a first look is spent on the mirror image: it is bright. */
const MIRROR_LOOKS: f64 = 0.2
/** Where the floor begins to become the backdrop, and where it is nothing else. */
const FADES_FROM: f64 = 1.2
const FADES_TO: f64 = 6

/** The uses of evenly spread samples. */
export const IN_PIXEL: u32 = 1
const ON_SURFACE: u32 = 2
const ON_MIRRORS: u32 = 3
const ON_LAMPS: u32 = 4

/** The point that a ray hit, the way the surface looks there, and where rays begin that leave it. */
let px: f64 = 0
let py: f64 = 0
let pz: f64 = 0
let nx: f64 = 0
let ny: f64 = 0
let nz: f64 = 0
/** Across the triangle that was hit, or up from the floor; of any length. */
let gx: f64 = 0
let gy: f64 = 0
let gz: f64 = 0
let sx: f64 = 0
let sy: f64 = 0
let sz: f64 = 0

export function setColors(paintColor: u32, floorColor: u32): void {
  for (let part = 0; part < 3; part++) {
    const shift = 16 - 8 * part
    paint[part] = linearOf(<f64>((paintColor >> shift) & 255) / 255)
    floor[part] = linearOf(<f64>((floorColor >> shift) & 255) / 255)
  }
}

/** Screens show numbers that are not proportional to light. */
function linearOf(shown: f64): f64 {
  return shown <= 0.04045 ? shown / 12.92 : Math.pow((shown + 0.055) / 1.055, 2.4)
}

/** Follows a ray from the eye. */
export function tracePath(
  eyeX: f64,
  eyeY: f64,
  eyeZ: f64,
  lookX: f64,
  lookY: f64,
  lookZ: f64,
  sample: u32,
  side: u32,
): void {
  red = green = blue = 0
  let ox = eyeX
  let oy = eyeY
  let oz = eyeZ
  let dx = lookX
  let dy = lookY
  let dz = lookZ
  let wr: f64 = 1
  let wg: f64 = 1
  let wb: f64 = 1
  let isMirrored = false
  // Mirrors are seen by the eye, directly or in one another. Light that they throw around would only sparkle.
  let isClear = true
  for (let bounce = 0; bounce < MOST_BOUNCES; bounce++) {
    const toFloor = dy < 0 ? -oy / dy : Infinity
    const isModel = hitModel(ox, oy, oz, dx, dy, dz, toFloor, false)
    if (isMirrored && addLamp(ox, oy, oz, dx, dy, dz, wr, wg, wb)) return
    if (!isModel && toFloor == Infinity) {
      if (bounce == 0) addBackdrop(dy, wr, wg, wb)
      else addRoom(dy, wr, wg, wb)
      return
    }
    px = ox + distance * dx
    py = oy + distance * dy
    pz = oz + distance * dz
    if (isModel) {
      faceModel(dx, dy, dz)
    } else {
      faceFloor()
      const fade = bounce == 0 ? fadeAt(Math.sqrt(px * px + pz * pz)) : 0
      if (fade > 0) {
        addBackdrop(dy, wr * fade, wg * fade, wb * fade)
        if (fade == 1) return
        wr *= 1 - fade
        wg *= 1 - fade
        wb *= 1 - fade
      }
    }
    const facing = -(dx * nx + dy * ny + dz * nz)
    const mirror = mirrorOf(isModel ? GLAZE : TABLE, facing)
    const looks = !isClear ? 0 : bounce == 0 ? max(mirror, MIRROR_LOOKS) : mirror
    ox = sx
    oy = sy
    oz = sz
    isMirrored = (bounce == 0 ? spreadOne(sample, side * side, ON_MIRRORS) : draw()) < looks
    if (isMirrored) {
      const share = mirror / looks
      wr *= share
      wg *= share
      wb *= share
      dx += 2 * facing * nx
      dy += 2 * facing * ny
      dz += 2 * facing * nz
      if (dx * gx + dy * gy + dz * gz > 0) continue
      // At its edge a round thing mirrors what is behind it, and not its own inside, as its flat triangles would.
      addRoom(dy, wr, wg, wb)
      return
    }
    isClear = false
    const share = (1 - mirror) / (1 - looks)
    const color = isModel ? paint : floor
    wr *= share * unchecked(color[0])
    wg *= share * unchecked(color[1])
    wb *= share * unchecked(color[2])
    for (let place: u32 = 0; place < 2; place++) {
      lightUp(unchecked(lamps[place]), wr, wg, wb, sample, side, bounce == 0 ? ON_LAMPS + place : 0)
    }
    if (bounce == 0) spreadPair(sample, side, ON_SURFACE)
    else drawPair()
    // A direction within the half sphere, straight ones more often: a point on a sphere that stands on the surface.
    const height = 2 * one - 1
    const angle = 2 * Math.PI * other
    const width = Math.sqrt(max(0, 1 - height * height))
    dx = nx + width * Math.cos(angle)
    dy = ny + width * Math.sin(angle)
    dz = nz + height
    const length = Math.sqrt(dx * dx + dy * dy + dz * dz)
    if (length < START) return
    dx /= length
    dy /= length
    dz /= length
  }
}

/** After Schlick: flat looks are mirrored more. */
function mirrorOf(straight: f64, facing: f64): f64 {
  const rest = 1 - min(1, max(0, facing))
  const squared = rest * rest
  return straight + (1 - straight) * squared * squared * rest
}

function faceFloor(): void {
  nx = 0
  ny = 1
  nz = 0
  gx = 0
  gy = 1
  gz = 0
  sx = px
  sy = START
  sz = pz
}

/**
 * The normal between the corners' normals. Rays leave from a rounder surface than the triangle is, or its neighbours would cast
 * shadows with corners on it (J. Hanika, "Hacking the shadow terminator").
 */
function faceModel(dx: f64, dy: f64, dz: f64): void {
  const a = 3 * unchecked(corners[corner])
  const b = 3 * unchecked(corners[corner + 1])
  const c = 3 * unchecked(corners[corner + 2])
  const first = 1 - second - third
  nx = first * unchecked(normals[a]) + second * unchecked(normals[b]) + third * unchecked(normals[c])
  ny = first * unchecked(normals[a + 1]) + second * unchecked(normals[b + 1]) + third * unchecked(normals[c + 1])
  nz = first * unchecked(normals[a + 2]) + second * unchecked(normals[b + 2]) + third * unchecked(normals[c + 2])
  const way = wayOf(a, b, c, dx, dy, dz)
  nx *= way
  ny *= way
  nz *= way
  // Between the corners the surface may seem to look away from the eye that sees it: it is bent until it does not.
  const away = max(0, nx * dx + ny * dy + nz * dz)
  nx -= away * dx
  ny -= away * dy
  nz -= away * dz
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
  if (length > 0) {
    nx /= length
    ny /= length
    nz /= length
  }
  sx = px + START * nx
  sy = py + START * ny
  sz = pz + START * nz
  lift(a, first, way)
  lift(b, second, way)
  lift(c, third, way)
}

/** Some models have holes, and some have their faces the wrong way round: both sides are painted. -1 for the inner side. */
function wayOf(a: i32, b: i32, c: i32, dx: f64, dy: f64, dz: f64): f64 {
  const ux = unchecked(points[b]) - unchecked(points[a])
  const uy = unchecked(points[b + 1]) - unchecked(points[a + 1])
  const uz = unchecked(points[b + 2]) - unchecked(points[a + 2])
  const vx = unchecked(points[c]) - unchecked(points[a])
  const vy = unchecked(points[c + 1]) - unchecked(points[a + 1])
  const vz = unchecked(points[c + 2]) - unchecked(points[a + 2])
  gx = uy * vz - uz * vy
  gy = uz * vx - ux * vz
  gz = ux * vy - uy * vx
  const way: f64 = dx * gx + dy * gy + dz * gz > 0 ? -1 : 1
  gx *= way
  gy *= way
  gz *= way
  return way
}

function lift(point: i32, weight: f64, way: f64): void {
  const ax = way * unchecked(normals[point])
  const ay = way * unchecked(normals[point + 1])
  const az = way * unchecked(normals[point + 2])
  const below =
    (px - unchecked(points[point])) * ax +
    (py - unchecked(points[point + 1])) * ay +
    (pz - unchecked(points[point + 2])) * az
  if (below >= 0) return
  sx -= weight * below * ax
  sy -= weight * below * ay
  sz -= weight * below * az
}

/** Adds what comes from a lamp to the point that was hit, unless the model stands between. */
function lightUp(lamp: Lamp, wr: f64, wg: f64, wb: f64, sample: u32, side: u32, use: u32): void {
  pickPlace(lamp, sample, side, use)
  let dx = placeX - sx
  let dy = placeY - sy
  let dz = placeZ - sz
  const squared = dx * dx + dy * dy + dz * dz
  const away = Math.sqrt(squared)
  dx /= away
  dy /= away
  dz /= away
  const facing = dx * nx + dy * ny + dz * nz
  const leaving = -(dx * lamp.nx + dy * lamp.ny + dz * lamp.nz)
  if (facing <= 0 || leaving <= 0) return
  if (hitModel(sx, sy, sz, dx, dy, dz, away, true)) return
  const share = (facing * leaving * 4 * lamp.size * lamp.size) / (squared * Math.PI)
  red += wr * share * lamp.red
  green += wg * share * lamp.green
  blue += wb * share * lamp.blue
}

/** Adds a lamp that is seen in a mirror, before whatever was hit. Says whether there was one. */
function addLamp(ox: f64, oy: f64, oz: f64, dx: f64, dy: f64, dz: f64, wr: f64, wg: f64, wb: f64): bool {
  for (let place = 0; place < 2; place++) {
    const lamp = unchecked(lamps[place])
    if (awayOfLamp(lamp, ox, oy, oz, dx, dy, dz) >= distance) continue
    red += wr * lamp.red
    green += wg * lamp.green
    blue += wb * lamp.blue
    return true
  }
  return false
}

/** The cloth behind the model, which the floor becomes: darker towards the top. */
function addBackdrop(dy: f64, wr: f64, wg: f64, wb: f64): void {
  const light = 0.85 - 0.8 * min(1, max(0, dy + 0.2))
  red += wr * light * unchecked(floor[0])
  green += wg * light * unchecked(floor[1])
  blue += wb * light * unchecked(floor[2])
}

/** The room as the model sees it: the cloth at the sides, a pale ceiling above. */
function addRoom(dy: f64, wr: f64, wg: f64, wb: f64): void {
  const up = min(1, max(0, dy))
  red += wr * (0.35 * unchecked(floor[0]) * (1 - up) + 0.36 * up)
  green += wg * (0.35 * unchecked(floor[1]) * (1 - up) + 0.38 * up)
  blue += wb * (0.35 * unchecked(floor[2]) * (1 - up) + 0.44 * up)
}

function fadeAt(away: f64): f64 {
  const part = min(1, max(0, (away - FADES_FROM) / (FADES_TO - FADES_FROM)))
  return part * part * (3 - 2 * part)
}
