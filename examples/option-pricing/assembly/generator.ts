// Random numbers that are the same everywhere: a generator of integers with a seed, and normal variates made of it.
// xoshiro256++ 1.0 and SplitMix64 by David Blackman and Sebastiano Vigna, in the public domain: https://prng.di.unimi.it
// The polar method: G. Marsaglia, T. A. Bray, A convenient method for generating normal variables, SIAM Review 6 (1964).

/** 2 to the power of -53: numbers from 0 to 1 have 53 bits. */
const STEP: f64 = 1.0 / 9_007_199_254_740_992.0

/** A generator. */
export class Generator {
  private a: u64
  private b: u64
  private c: u64
  private d: u64
  /** The polar method makes two at a time. */
  private spare: f64 = 0
  private hasSpare: bool = false

  constructor(seed: u64) {
    this.a = splitMix(seed + 0x9e3779b97f4a7c15)
    this.b = splitMix(seed + 2 * 0x9e3779b97f4a7c15)
    this.c = splitMix(seed + 3 * 0x9e3779b97f4a7c15)
    this.d = splitMix(seed + 4 * 0x9e3779b97f4a7c15)
  }

  /** The next 64 bits. */
  nextBits(): u64 {
    const result = rotl<u64>(this.a + this.d, 23) + this.a
    const shifted = this.b << 17
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = rotl<u64>(this.d, 45)
    return result
  }

  /** From 0 to below 1, all alike. */
  nextUniform(): f64 {
    return <f64>(this.nextBits() >> 11) * STEP
  }

  /** Normal, with mean 0 and variance 1. */
  nextNormal(): f64 {
    if (this.hasSpare) {
      this.hasSpare = false
      return this.spare
    }
    for (;;) {
      const x = 2 * this.nextUniform() - 1
      const y = 2 * this.nextUniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square == 0) continue
      const stretch = Math.sqrt((-2 * Math.log(square)) / square)
      this.spare = y * stretch
      this.hasSpare = true
      return x * stretch
    }
  }
}

function splitMix(state: u64): u64 {
  let mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb
  return mixed ^ (mixed >> 31)
}
