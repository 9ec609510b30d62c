// Going on when nobody proves a vote.
import type { Address } from 'viem'
import { describe, expect, test } from 'vitest'
import { POOL_OWNER, STRANGER } from '../../test/fitting.ts'
import {
  FINAL_DEADLINE,
  type Running,
  activeMarket,
  contributionOf,
  matchedMarket,
  taskIn,
} from '../../test/running.ts'
import { accountOf } from '../escrow/ledger.ts'
import type { MarketAction } from '../market/action.ts'
import {
  ANNA,
  CARL,
  DORA,
  REVEAL_DEADLINE,
  RIGHT,
  WRONG,
  finalizeBy,
  refusalOf,
  revealBy,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

const reopenBy = (running: Running, caller: Address = POOL_OWNER): MarketAction => ({
  do: 'reopen',
  caller,
  task: running.task,
})

describe('reopen', () => {
  test('rejects the result that nobody revealed, and its voters cannot vote again', () => {
    const running = afterwards(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)

    expect(taskIn(running)).toMatchObject({
      status: 'active',
      contributions: [{ status: 'rejected' }, { status: 'rejected' }],
      votes: { total: 1n },
    })
    expect(refusalOf(running, contributionOf(running.task, ANNA, WRONG))).toMatchObject({
      reason: 'AlreadyContributed',
      status: 'rejected',
    })
  })

  test('lets the same result win again, from weight 0, with the new voters alone', () => {
    const reopened = afterwards(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)
    const once = afterwards(reopened, contributionOf(reopened.task, CARL, RIGHT), REVEAL_DEADLINE)
    const twice = afterwards(once, contributionOf(once.task, DORA, RIGHT), REVEAL_DEADLINE)

    expect(taskIn(once)).toMatchObject({ status: 'active', votes: { total: 3n } })
    expect(taskIn(twice)).toMatchObject({ status: 'revealing', consensus: { winners: 2 } })
  })

  test('needs the pool owner, a passed reveal deadline, and no reveal at all', () => {
    const running = revealingTask()
    const revealed = afterwards(running, revealBy(running, ANNA))

    expect(refusalOf(running, reopenBy(running, STRANGER), REVEAL_DEADLINE)).toMatchObject({
      reason: 'NotTheScheduler',
    })
    expect(refusalOf(running, reopenBy(running), second(REVEAL_DEADLINE - 1n))).toMatchObject({
      reason: 'RevealDeadlineNotReached',
    })
    expect(refusalOf(revealed, reopenBy(revealed), REVEAL_DEADLINE)).toEqual({ reason: 'RevealsPresent', count: 1 })
    expect(refusalOf(running, reopenBy(running), FINAL_DEADLINE)).toMatchObject({ reason: 'FinalDeadlineReached' })
    expect(refusalOf(activeMarket(), reopenBy(running))).toMatchObject({ reason: 'TaskNotRevealing', status: 'active' })
    expect(refusalOf(activeMarket(), reopenBy(running, STRANGER))).toMatchObject({ reason: 'NotTheScheduler' })
    expect(refusalOf(matchedMarket(), reopenBy(running, STRANGER))).toMatchObject({ reason: 'TaskNotRevealing' })
  })

  test('makes the rejected lose their stake when another result wins', () => {
    const reopened = afterwards(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)
    const voted = [CARL, DORA].reduce(
      (running, worker) => afterwards(running, contributionOf(running.task, worker, WRONG), REVEAL_DEADLINE),
      reopened,
    )
    const revealed = [CARL, DORA].reduce(
      (running, worker) => afterwards(running, revealBy(running, worker, WRONG), REVEAL_DEADLINE),
      voted,
    )
    const { state } = afterwards(revealed, finalizeBy(revealed), REVEAL_DEADLINE)

    expect(accountOf(state.ledger, ANNA)).toEqual({ stake: 9970n, locked: 0n })
    // Pot 100 + 2 * 30, workers 158, each 79.
    expect(accountOf(state.ledger, CARL)).toEqual({ stake: 10_079n, locked: 0n })
  })
})
