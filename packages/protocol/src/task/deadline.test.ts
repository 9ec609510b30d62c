// What the clock allows.
import { describe, expect, test } from 'vitest'
import { POOL_OWNER, STRANGER, tagOf } from '../../test/fitting.ts'
import {
  CONTRIBUTION_DEADLINE,
  FINAL_DEADLINE,
  START,
  activeMarket,
  contributionOf,
  matchedMarket,
  taskIn,
} from '../../test/running.ts'
import { asTaskId } from '../ids.ts'
import type { MarketAction } from '../market/action.ts'
import { applyAction } from '../market/apply.ts'
import { isClaimable, isContributable, isFinalizable, isReopenable, isRevealable, nextDeadline } from './deadline.ts'
import {
  ANNA,
  CARL,
  REVEAL_DEADLINE,
  RIGHT,
  finalizeBy,
  revealBy,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

describe('what the clock allows', () => {
  test('the predicates say what the calls do, on both sides of every deadline', () => {
    const active = activeMarket()
    const revealing = revealingTask()
    const moments = [START, CONTRIBUTION_DEADLINE, REVEAL_DEADLINE, FINAL_DEADLINE].flatMap((at) => [
      second(at - 1n),
      at,
    ])

    for (const running of [matchedMarket(), active, revealing, afterwards(revealing, revealBy(revealing, ANNA))]) {
      const task = taskIn(running)
      for (const now of moments) {
        const goesThrough = (action: MarketAction): boolean => applyAction(running.state, action, now).ok

        expect(isClaimable(task, now)).toBe(goesThrough({ do: 'claim', caller: STRANGER, task: task.id }))
        expect(isContributable(task, CARL, now)).toBe(goesThrough(contributionOf(task.id, CARL, RIGHT)))
        expect(isRevealable(task, ANNA, now)).toBe(goesThrough(revealBy(running, ANNA)))
        expect(isFinalizable(task, now)).toBe(goesThrough(finalizeBy(running)))
        expect(isReopenable(task, now)).toBe(goesThrough({ do: 'reopen', caller: POOL_OWNER, task: task.id }))
      }
    }
  })

  test('the next deadline is the nearest that lies ahead', () => {
    const active = taskIn(activeMarket())
    const revealing = taskIn(revealingTask())

    expect(nextDeadline(active, START)).toEqual({ ends: 'contributing', at: CONTRIBUTION_DEADLINE })
    expect(nextDeadline(active, CONTRIBUTION_DEADLINE)).toEqual({ ends: 'task', at: FINAL_DEADLINE })
    expect(nextDeadline(revealing, START)).toEqual({ ends: 'revealing', at: REVEAL_DEADLINE })
    expect(nextDeadline(revealing, FINAL_DEADLINE)).toBeUndefined()
    expect(nextDeadline({ status: 'unset', id: asTaskId(tagOf(1n)) }, START)).toBeUndefined()
  })
})
