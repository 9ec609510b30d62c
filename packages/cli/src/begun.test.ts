// What a command that is left says of what it sent.
import type { DealId } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { openBegun } from './begun.ts'

const [FIRST, SECOND] = [`0x${'d1'.repeat(32)}` as DealId, `0x${'d2'.repeat(32)}` as DealId]
const DEPOSIT = { label: 'deposit 3 nRLC', txHash: '0x01' } as const
const MATCH = { label: 'match the orders for 1 task', txHash: '0x02' } as const

test('a deal is made by the match alone: what is sent instead of a match that was refused makes none', () => {
  const begun = openBegun()

  begun.expects(FIRST)
  begun.sent(DEPOSIT)
  const afterDeposit = begun.left()
  begun.expects(SECOND)
  begun.sent(MATCH)
  const afterMatch = begun.left()

  expect(afterDeposit.message).toBe('You left before it ended. It sent "deposit 3 nRLC", 0x01.')
  expect(afterDeposit.details).not.toHaveProperty('dealId')
  expect(afterMatch.message).toContain(`0x02. The deal, if it is made, is ${SECOND}.`)
  expect(afterMatch.message).not.toContain(FIRST)
})

test('a deal of which it is known that it was not made is not told any more', () => {
  const begun = openBegun()
  begun.expects(FIRST)
  begun.sent(MATCH)

  begun.notMade(FIRST)

  expect(begun.left().message).not.toContain(FIRST)
  expect(begun.deal()).toBeUndefined()
})

test('what follows what was sent belongs to it, but for a new purchase', () => {
  const begun = openBegun()

  const atFirst = begun.isUnderWay()
  begun.sent(DEPOSIT)
  const afterDeposit = begun.isUnderWay()
  begun.expects(FIRST)
  const beforeMatch = begun.isUnderWay()
  begun.sent(MATCH)

  expect([atFirst, afterDeposit, beforeMatch, begun.isUnderWay()]).toEqual([false, true, false, true])
})

test('what sent a transaction is finished, and what sent none need not be', async () => {
  const begun = openBegun()
  const seen: boolean[] = [begun.isFinishing()]

  await begun.finish(async () => {
    seen.push(begun.isFinishing())
    begun.sent(DEPOSIT)
    seen.push(begun.isFinishing())
    return Promise.resolve()
  })
  const refused = begun.finish(async () => Promise.reject(new Error('refused')))
  await expect(refused).rejects.toThrow('refused')

  expect([...seen, begun.isFinishing()]).toEqual([false, false, true, false])
})
