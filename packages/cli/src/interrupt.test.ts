// What Ctrl-C does to a command, and what it leaves alone.
import process from 'node:process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listenForInterrupt } from './interrupt.ts'

/** Longer than anybody waits for a transaction. */
const HOUR_MS = 3_600_000

let said: string[] = []
let isHeld = false
let signal: AbortSignal
let own: readonly NodeJS.SignalsListener[]

beforeEach(() => {
  const others = new Set(process.listeners('SIGINT'))
  said = []
  isHeld = false
  vi.useFakeTimers()
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`The process ended with ${String(code)}.`)
  })
  signal = listenForInterrupt(() => ({ onLeave: () => void said.push('left'), holds: () => isHeld }))
  own = process.listeners('SIGINT').filter((listener) => !others.has(listener))
})
afterEach(() => {
  for (const listener of own) process.off('SIGINT', listener)
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Of this listener alone: the test runner has its own. */
function press(): void {
  for (const listener of own) listener('SIGINT')
}

test('a command that is not held is left soon, and says what it began', () => {
  press()

  expect(signal.aborted).toBe(true)
  expect(() => vi.advanceTimersByTime(HOUR_MS)).toThrow('The process ended with 130.')
  expect(said).toEqual(['left'])
})

test('what must not be cut off goes on for as long as it takes', () => {
  isHeld = true

  press()

  expect(signal.aborted).toBe(true)
  vi.advanceTimersByTime(HOUR_MS)
  expect(said).toEqual([])
})

test('what was on its way to be sent when Ctrl-C came is not cut off either', () => {
  press()
  isHeld = true

  vi.advanceTimersByTime(HOUR_MS)

  expect(said).toEqual([])
})

test('a second Ctrl-C leaves at once, whatever is held', () => {
  isHeld = true
  press()

  expect(press).toThrow('The process ended with 130.')
  expect(said).toEqual(['left'])
})
