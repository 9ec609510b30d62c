import { describe, expect, test } from 'vitest'
import { EMPTY_FLIGHT, nextNonce, observe, planRound, putSlot, type Flight, type Sight, type Slot } from './flight.ts'
import { forget, giveUp, isBelieved, recall, watchedOf } from './lost.ts'

const RULES = { confirmations: 1, takerConfirmations: 12, takerAfterMs: 1_000 }
const FLIGHT_RULES = { cap: 100n, bumpPercent: 12.5, stuckAfterMs: 1_000, stuckAfterBlocks: 3, pollingMs: 100 }

function see(latest: number, pending: number): Sight {
  return { at: { ms: 0, block: 10n }, latest, pending, fees: { type: 'legacy', gasPrice: 10n } }
}

function open(nonce: number, job: number | undefined, change: Partial<Slot> = {}): Slot {
  return {
    nonce,
    job,
    call: { to: `0x${'11'.repeat(20)}`, data: '0x', value: 0n, gas: 21_000n },
    attempts: [{ hash: `0x${String(nonce)}`, raw: '0x', fees: { type: 'legacy', gasPrice: 10n } }],
    signed: [`0x${String(nonce)}`],
    delivery: 'sent',
    mayBeOut: true,
    tries: 1,
    triedAtMs: 0,
    since: { ms: 0, block: 10n },
    isCapped: false,
    ...change,
  }
}

/** Command 7 lost nonce 4 and was signed again at nonce 5, when the chain was there. */
function lostAndSignedAgain(): Flight {
  const before = observe(putSlot(EMPTY_FLIGHT, open(4, 7)), see(5, 5))
  const old = before.slots[0]
  if (old === undefined) throw new Error('There is no slot to give up.')
  return observe(putSlot(giveUp(before, old), open(5, 7)), see(5, 6))
}

describe('a taker is believed', () => {
  const taker = { hash: '0xaa', block: 100n, sinceMs: 0 } as const

  test('when it is buried deep enough', () => {
    expect(isBelieved(taker, { ms: 0, block: 111n }, RULES)).toBe(true)
    expect(isBelieved(taker, { ms: 0, block: 110n }, RULES)).toBe(false)
  })

  test('or when it stood in the same block for long enough, for chains where a block comes only with a transaction', () => {
    expect(isBelieved(taker, { ms: 1_000, block: 100n }, RULES)).toBe(true)
    expect(isBelieved(taker, { ms: 999, block: 100n }, RULES)).toBe(false)
  })

  test('but never with fewer confirmations than everything else has to have', () => {
    const strict = { ...RULES, confirmations: 3 }

    expect(isBelieved(taker, { ms: 1_000, block: 102n }, strict)).toBe(true)
    expect(isBelieved(taker, { ms: 1_000, block: 101n }, strict)).toBe(false)
  })
})

describe('what was given up', () => {
  test('is watched while its command has no other transaction that the chain has come past', () => {
    const flight = lostAndSignedAgain()

    expect(watchedOf(flight)).toMatchObject([{ nonce: 4 }])
    expect(watchedOf(observe(flight, see(6, 6)))).toEqual([])
  })

  test('is not watched when no node can have it', () => {
    expect(giveUp(EMPTY_FLIGHT, open(4, 7, { mayBeOut: false })).lost).toEqual([])
  })

  test('carries its command again when it is found, and an empty transaction goes to the nonce of the newer one', () => {
    const flight = lostAndSignedAgain()

    const found = recall(flight, watchedOf(flight)[0] ?? open(0, 0))

    expect(found.slots).toMatchObject([{ nonce: 4, job: 7, passed: { missing: 0 } }])
    expect(planRound(found, FLIGHT_RULES).fill).toEqual([5])
    expect(nextNonce(found)).toBe(6)
  })

  test('is pushed aside by an empty transaction when its nonce is free again', () => {
    const lower = see(4, 6)
    const back = observe(observe(observe(lostAndSignedAgain(), lower), lower), lower)

    expect(planRound(back, FLIGHT_RULES).fill).toEqual([4])
  })

  test('is forgotten when its command is answered, but not before the chain has come past it', () => {
    const flight = lostAndSignedAgain()
    const found = recall(flight, watchedOf(flight)[0] ?? open(0, 0))

    expect(forget(flight, () => false).lost).toMatchObject([{ nonce: 4 }])
    expect(forget(flight, () => true).lost).toEqual([])
    expect(forget(found, () => true).lost).toMatchObject([{ nonce: 5 }])
    expect(forget(observe(found, see(6, 6)), () => true).lost).toEqual([])
  })
})
