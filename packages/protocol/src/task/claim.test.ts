// Ending a task that did not finish.
import { describe, expect, test } from 'vitest'
import { APP_OWNER, DATASET_OWNER, POOL, POOL_OWNER, REQUESTER, STRANGER, bend, tagOf } from '../../test/fitting.ts'
import { DOMAIN, FINAL_DEADLINE, HUB, type Running, activeMarket, matchedMarket } from '../../test/running.ts'
import { taskId } from '../ids.ts'
import type { MarketAction } from '../market/action.ts'
import { applyAction } from '../market/apply.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import {
  ANNA,
  CARL,
  RIGHT,
  WRONG,
  contributed,
  effectsOf,
  refusalOf,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

const claimOf = (running: Running): MarketAction => ({ do: 'claim', caller: STRANGER, task: running.task })

describe('claim', () => {
  test('gives the price and all workers’ stakes back, and the pool owner’s stake to the kitty', () => {
    const running = contributed(activeMarket(), [ANNA, RIGHT], [CARL, WRONG])

    expect(effectsOf(running, claimOf(running), FINAL_DEADLINE)).toMatchObject([
      { do: 'unlock', account: REQUESTER, amount: 108n },
      { do: 'seize', account: POOL_OWNER, amount: 30n },
      { do: 'fillKitty', amount: 30n },
      { do: 'unlock', account: ANNA, amount: 30n },
      { do: 'unlock', account: CARL, amount: 30n },
      { do: 'announce', event: 'TaskClaimed' },
    ])
  })

  test('is open to anyone at the very second of the final deadline', () => {
    const running = revealingTask()

    expect(refusalOf(running, claimOf(running), second(FINAL_DEADLINE - 1n))).toMatchObject({
      reason: 'FinalDeadlineNotReached',
    })
    expect(refusalOf(running, claimOf(running), FINAL_DEADLINE)).toBe('went through')
  })

  test('happens once, and only to tasks that have begun', () => {
    const running = activeMarket()
    const failed = afterwards(running, claimOf(running), FINAL_DEADLINE)

    expect(refusalOf(failed, claimOf(failed), FINAL_DEADLINE)).toEqual({
      reason: 'TaskNotClaimable',
      task: running.task,
      status: 'failed',
    })
    expect(refusalOf(matchedMarket(), claimOf(running), FINAL_DEADLINE)).toMatchObject({
      reason: 'TaskNotClaimable',
      status: 'unset',
    })
  })

  test('fills the kitty, of which the next finished task of any pool gets a part', () => {
    const running = activeMarket()
    const failed = afterwards(running, claimOf(running), FINAL_DEADLINE)
    const next = bend({
      request: { trust: 1n, salt: tagOf(99n) },
      app: { volume: 100n },
      dataset: { volume: 100n },
      workerpool: { volume: 100n },
    })
    const signers = { app: APP_OWNER, dataset: DATASET_OWNER, workerpool: POOL_OWNER, request: REQUESTER }
    const matched = applyAction(
      failed.state,
      { do: 'matchOrders', caller: REQUESTER, orders: next, signers },
      FINAL_DEADLINE,
    )
    if (!matched.ok) throw new Error(matched.refusal.reason)
    const notice = matched.effects.find((effect) => effect.do === 'announce' && effect.event === 'SchedulerNotice')
    if (notice?.do !== 'announce' || notice.event !== 'SchedulerNotice') throw new Error('no notice')
    const task = taskId(notice.dealid, 0n)
    const begun = afterwards(
      { state: matched.state, deal: notice.dealid, task },
      { do: 'initialize', caller: ANNA, deal: notice.dealid, index: 0n },
    )

    const effects = effectsOf(
      begun,
      {
        do: 'contributeAndFinalize',
        caller: ANNA,
        task,
        resultDigest: RIGHT,
        results: '0x',
        resultsCallback: '0x',
        enclaveChallenge: NO_ADDRESS,
        authorizedBy: POOL_OWNER,
        enclaveSignedBy: undefined,
      },
      FINAL_DEADLINE,
    )

    expect(notice.workerpool).toBe(POOL)
    expect(DOMAIN.verifyingContract).toBe(HUB)
    // 30 nRLC are far below 1 RLC, so all of it is paid.
    expect(effects.slice(4, 6)).toMatchObject([
      { do: 'seize', amount: 30n },
      { do: 'reward', account: POOL_OWNER, amount: 30n },
    ])
  })
})
