// What an account earned, as people read it.
import { expect, test } from 'vitest'
import { earnedText } from './show.ts'

test('the greatest sum that the market can write is told as the least that was earned', () => {
  const most = BigInt(Number.MAX_SAFE_INTEGER)

  const [below, greatest] = [earnedText(most - 1n), earnedText(most)]

  expect(below).toBe('9007199.25474099 RLC')
  expect(greatest).toBe('at least 9007199.254740991 RLC')
})
