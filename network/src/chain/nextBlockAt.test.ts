// When a local chain mines: never without need, and never late.
import { array, assert, integer, option, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockTime, nextBlockAt, type Pace } from './nextBlockAt.ts'

const NOON = 1_800_000_000
const NOW = NOON * 1_000 + 400
const idle: Pace = { head: NOON - 100, minedAt: undefined, isWaiting: false, deadlines: [] }

const paces = record({
  head: integer({ min: NOON - 1_000, max: NOON }),
  minedAt: option(integer({ min: NOW - 3_000, max: NOW }), { nil: undefined }),
  deadlines: array(integer({ min: NOON - 1_000, max: NOON + 1_000 }), { maxLength: 8 }),
})

describe('nextBlockAt', () => {
  test('lets a chain rest that has nothing to do', () => {
    expect(nextBlockAt(idle, NOW)).toBeUndefined()
  })

  test('mines what comes after a long rest at once', () => {
    expect(nextBlockAt({ ...idle, isWaiting: true }, NOW)).toBe(NOW)
  })

  test('mines what comes after a block of this second with the next one, and not before', () => {
    const pace = { ...idle, head: NOON, minedAt: NOW - 100, isWaiting: true }

    expect(nextBlockAt(pace, NOW)).toBe((NOON + 1) * 1_000)
    expect(nextBlockAt(pace, (NOON + 1) * 1_000)).toBe((NOON + 1) * 1_000)
  })

  test('mines at the very second of a deadline, and no more when a block has reached it', () => {
    const pace = { ...idle, deadlines: [NOON + 10] }

    expect(nextBlockAt(pace, NOW)).toBe((NOON + 10) * 1_000)
    expect(nextBlockAt({ ...pace, head: NOON + 10 }, NOW + 10_000)).toBeUndefined()
    expect(nextBlockAt({ ...pace, head: NOON + 9 }, NOW + 20_000)).toBe(NOW + 20_000)
  })

  test('goes on after a clock was turned back by an hour', () => {
    const pace = { ...idle, head: NOON + 3_600, minedAt: NOW + 3_600_000, isWaiting: true }

    expect(nextBlockAt(pace, NOW)).toBe(NOW)
    expect(nextBlockAt({ ...pace, head: NOON + 3_601, minedAt: NOW }, NOW + 1)).toBe(NOW + 1_000)
  })

  test('never keeps what waits for more than a second, nor at all when the head lies back', () => {
    assert(
      property(paces, (pace) => {
        const at = nextBlockAt({ ...pace, isWaiting: true }, NOW) ?? Infinity

        expect(at).toBeGreaterThanOrEqual(NOW)
        expect(at).toBeLessThanOrEqual(pace.head < NOON ? NOW : NOW + 1_000)
      }),
    )
  })

  test('without anything that waits, is due only for a deadline ahead of the head, and not before it', () => {
    assert(
      property(paces, (pace) => {
        const ahead = pace.deadlines.filter((deadline) => deadline > pace.head)
        const at = nextBlockAt({ ...pace, isWaiting: false }, NOW)

        expect(at === undefined).toBe(ahead.length === 0)
        expect(at ?? Infinity).toBeGreaterThanOrEqual(Math.min(...ahead) * 1_000)
      }),
    )
  })

  test('gives each deadline a block within a second after it, and at most one block to each second', () => {
    const waits = array(integer({ min: 0, max: 30_000 }), { maxLength: 10 })
    assert(
      property(paces, waits, (pace, arrivals) => {
        const deadlines = pace.deadlines
          .map((deadline) => Math.max(deadline, NOON + 1))
          .map((at) => (at % 30) + NOON + 1)
        const blocks = run({ ...pace, isWaiting: false, deadlines }, arrivals)

        for (const deadline of deadlines) {
          expect(blocks.find((time) => time >= deadline) ?? Infinity).toBeLessThanOrEqual(deadline + 1)
        }
        expect(new Set(blocks).size).toBe(blocks.length)
        expect(blocks.length).toBeLessThanOrEqual(new Set(deadlines).size + arrivals.length)
      }),
    )
  })
})

/** A chain in a world whose time jumps from one event to the next; returns the times of its blocks. */
function run(start: Pace, arrivals: readonly number[]): readonly number[] {
  const coming = arrivals.map((after) => NOW + after).toSorted((one, other) => one - other)
  const blocks: number[] = []
  let pace = start
  let now = NOW
  for (;;) {
    const [arrival = Infinity] = coming
    const at = nextBlockAt(pace, now) ?? Infinity
    if (at === Infinity && arrival === Infinity) return blocks
    now = Math.max(now, Math.min(at, arrival))
    if (arrival <= at) {
      coming.shift()
      pace = { ...pace, isWaiting: true }
      continue
    }
    const head = blockTime({ head: pace.head, secondsBack: 0 }, now)
    blocks.push(head)
    pace = { ...pace, head, minedAt: now, isWaiting: false }
  }
}

describe('blockTime', () => {
  test('is that of the clock, and always later than the block before', () => {
    expect(blockTime({ head: NOON - 50, secondsBack: 0 }, NOW)).toBe(NOON)
    expect(blockTime({ head: NOON, secondsBack: 0 }, NOW)).toBe(NOON + 1)
  })

  test('lies back as far as asked, but not behind the head', () => {
    expect(blockTime({ head: NOON - 5_000, secondsBack: 60 }, NOW)).toBe(NOON - 60)
    expect(blockTime({ head: NOON - 10, secondsBack: 60 }, NOW)).toBe(NOON - 9)
  })
})
