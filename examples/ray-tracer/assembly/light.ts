// What shines: two large lamps, as in a photographer's studio, and the pale room around.
import { drawPair, one, other, spreadPair } from './chance.ts'

/** A lamp: a rectangle that looks at the model. */
export class Lamp {
  /** From the middle to the ends of its two sides. */
  ux: f64 = 0
  uy: f64 = 0
  uz: f64 = 0
  vx: f64 = 0
  vy: f64 = 0
  vz: f64 = 0
  /** Where it looks. */
  nx: f64 = 0
  ny: f64 = 0
  nz: f64 = 0

  constructor(
    public x: f64,
    public y: f64,
    public z: f64,
    public size: f64,
    public red: f64,
    public green: f64,
    public blue: f64,
  ) {
    const dy = AIM_HEIGHT - y
    const away = Math.sqrt(x * x + dy * dy + z * z)
    const flat = Math.sqrt(x * x + z * z)
    this.nx = -x / away
    this.ny = dy / away
    this.nz = -z / away
    this.ux = (-z / flat) * size
    this.uz = (x / flat) * size
    this.vx = this.ny * this.uz - this.nz * this.uy
    this.vy = this.nz * this.ux - this.nx * this.uz
    this.vz = this.nx * this.uy - this.ny * this.ux
  }
}

const AIM_HEIGHT: f64 = 0.4

/** A warm one on the left before the model, and a cool one on the right behind it. */
export const lamps: StaticArray<Lamp> = [
  new Lamp(-2.5, 1.9, 1.3, 0.38, 62, 56, 47),
  new Lamp(2.2, 1.2, -1.7, 0.5, 4, 5, 7),
]

/** A place on a lamp, set by `pickPlace`. */
export let placeX: f64 = 0
export let placeY: f64 = 0
export let placeZ: f64 = 0

/** Picks a place on a lamp; the first time on a path, the samples of a pixel share it out evenly. */
export function pickPlace(lamp: Lamp, sample: u32, side: u32, use: u32): void {
  if (use == 0) drawPair()
  else spreadPair(sample, side, use)
  const u = 2 * one - 1
  const v = 2 * other - 1
  placeX = lamp.x + u * lamp.ux + v * lamp.vx
  placeY = lamp.y + u * lamp.uy + v * lamp.vy
  placeZ = lamp.z + u * lamp.uz + v * lamp.vz
}

/** How far away a ray hits the lit side of a lamp; infinity when it does not. */
export function awayOfLamp(lamp: Lamp, ox: f64, oy: f64, oz: f64, dx: f64, dy: f64, dz: f64): f64 {
  const facing = dx * lamp.nx + dy * lamp.ny + dz * lamp.nz
  if (facing >= 0) return Infinity
  const away = ((lamp.x - ox) * lamp.nx + (lamp.y - oy) * lamp.ny + (lamp.z - oz) * lamp.nz) / facing
  if (away <= 0) return Infinity
  const x = ox + away * dx - lamp.x
  const y = oy + away * dy - lamp.y
  const z = oz + away * dz - lamp.z
  const edge = lamp.size * lamp.size
  const u = Math.abs(x * lamp.ux + y * lamp.uy + z * lamp.uz)
  const v = Math.abs(x * lamp.vx + y * lamp.vy + z * lamp.vz)
  return u <= edge && v <= edge ? away : Infinity
}
