// Chance that is the same everywhere: it depends on the pixel and on the sample, not on the machine, the clock or the tile.

/** Two numbers from 0 to below 1, set by `drawPair` and `spreadPair`. */
export let one: f64 = 0
export let other: f64 = 0

let state: u32 = 0
let pixel: u32 = 0

/** Begins the chances of a sample of a pixel. */
export function beginSample(x: u32, y: u32, sample: u32): void {
  pixel = mix(x * 0x9e3779b1 + mix(y + 0x85ebca6b))
  state = mix(pixel + mix(sample + 1))
}

/** A number from 0 to below 1. */
export function draw(): f64 {
  state = state * 747796405 + 2891336453
  return <f64>mix(state) / 4294967296
}

export function drawPair(): void {
  one = draw()
  other = draw()
}

/**
 * A pair for a sample among `side` times `side`: each falls into a field of its own, and each use of the samples (the place in the
 * pixel, on a light …) has the fields in an order of its own. Such samples need not be half as many for the same picture.
 */
export function spreadPair(sample: u32, side: u32, use: u32): void {
  const field = shuffled(sample, side * side, mix(pixel + 0x68bc21eb * (use + 1)))
  one = (<f64>(field % side) + draw()) / <f64>side
  other = (<f64>(field / side) + draw()) / <f64>side
}

/** A number from 0 to below 1 for a sample among so many: each falls into a part of its own. */
export function spreadOne(sample: u32, count: u32, use: u32): f64 {
  return (<f64>shuffled(sample, count, mix(pixel + 0x68bc21eb * (use + 1))) + draw()) / <f64>count
}

/** All bits of a number stirred (a hash function of Chris Wellons, "lowbias32"). */
function mix(number: u32): u32 {
  let mixed = number
  mixed ^= mixed >> 16
  mixed *= 0x7feb352d
  mixed ^= mixed >> 15
  mixed *= 0x846ca68b
  mixed ^= mixed >> 16
  return mixed
}

/** The place of a number in a shuffled row of so many: a small cipher, asked again while its answer lies behind the end. */
function shuffled(number: u32, count: u32, key: u32): u32 {
  let bits: u32 = 2
  while ((<u32>1) << bits < count) bits += 2
  const half = bits >> 1
  const mask: u32 = (1 << half) - 1
  let place = number
  do {
    let left = place >> half
    let right = place & mask
    for (let round: u32 = 0; round < 4; round++) {
      const next = left ^ (mix(right + key + round * 0x9e3779b1) & mask)
      left = right
      right = next
    }
    place = (left << half) | right
  } while (place >= count)
  return place
}
