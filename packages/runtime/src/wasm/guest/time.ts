// The clock of a module: it knows the deal's start and how often it was read, and nothing of the world.

const MICROSECOND = 1_000n
const END_OF_TIME = 2n ** 64n - 1n

/**
 * One clock for all that asks for the time. It starts at the deal's start and advances one microsecond with each reading;
 * sleeping advances it without waiting.
 *
 * @example
 * const clock = new VirtualClock(1_700_000_000)
 * clock.read() // 1700000000000000000n
 * clock.read() // 1700000000000001000n
 */
export class VirtualClock {
  #now: bigint

  /** @param startTime seconds since 1970 */
  constructor(startTime: number) {
    this.#now = BigInt(startTime) * 1_000_000_000n
  }

  /** Nanoseconds since 1970; each reading is one microsecond later than the last. */
  read(): bigint {
    const now = this.#now
    this.#advanceTo(now + MICROSECOND)
    return now
  }

  /** The time at which a sleep ends, without reading the clock. */
  endOfSleep(nanoseconds: bigint, isAbsolute: boolean): bigint {
    const end = isAbsolute ? nanoseconds : this.#now + nanoseconds
    return end < this.#now ? this.#now : end
  }

  /** Sleeps, without waiting, until a time that `endOfSleep` gave. */
  sleepUntil(end: bigint): void {
    this.#advanceTo(end)
  }

  #advanceTo(time: bigint): void {
    this.#now = time > END_OF_TIME ? END_OF_TIME : time
  }
}
