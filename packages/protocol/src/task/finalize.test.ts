// Finishing a task and paying everybody.
import { describe, expect, test } from 'vitest'
import { APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, STRANGER, bend } from '../../test/fitting.ts'
import { FINAL_DEADLINE, activeMarket } from '../../test/running.ts'
import { accountOf } from '../escrow/ledger.ts'
import { scoreOf } from '../market/state.ts'
import {
  ANNA,
  BERT,
  CARL,
  DORA,
  REVEAL_DEADLINE,
  RIGHT,
  WRONG,
  contributed,
  disputed,
  effectsOf,
  finalizeBy,
  refusalOf,
  revealBy,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

describe('finalize', () => {
  test('pays everybody in the order that the chain shows', () => {
    const four = contributed(disputed, [CARL, WRONG], [ANNA, RIGHT], [BERT, RIGHT], [DORA, RIGHT])
    const revealed = [ANNA, BERT, DORA].reduce(
      (running, worker) => afterwards(running, revealBy(running, worker)),
      four,
    )

    const effects = effectsOf(revealed, finalizeBy(revealed))

    // Pot 100 + 30; workers 128 of it, three equal shares of 42; the pool owner gets 4.
    expect(effects).toMatchObject([
      { do: 'seize', account: REQUESTER, amount: 108n },
      { do: 'reward', account: APP_OWNER, amount: 3n },
      { do: 'reward', account: DATASET_OWNER, amount: 5n },
      { do: 'unlock', account: POOL_OWNER, amount: 30n },
      { do: 'seize', account: CARL, amount: 30n },
      { do: 'judge', worker: CARL, verdict: 'faulty' },
      { do: 'unlock', account: ANNA, amount: 30n },
      { do: 'reward', account: ANNA, amount: 42n },
      { do: 'judge', worker: ANNA, verdict: 'accurate' },
      { do: 'unlock', account: BERT, amount: 30n },
      { do: 'reward', account: BERT, amount: 42n },
      { do: 'judge', worker: BERT, verdict: 'accurate' },
      { do: 'unlock', account: DORA, amount: 30n },
      { do: 'reward', account: DORA, amount: 42n },
      { do: 'judge', worker: DORA, verdict: 'accurate' },
      { do: 'reward', account: POOL_OWNER, amount: 4n },
      { do: 'announce', event: 'TaskFinalize', results: '0x1234' },
    ])
  })

  test('waits for all reveals, or for one when their time is over', () => {
    const running = afterwards(revealingTask(), revealBy(revealingTask(), ANNA))

    expect(refusalOf(running, finalizeBy(running), second(REVEAL_DEADLINE - 1n))).toEqual({
      reason: 'RevealsMissing',
      reveals: 1,
      winners: 2,
      revealDeadline: REVEAL_DEADLINE,
    })
    expect(refusalOf(running, finalizeBy(running), REVEAL_DEADLINE)).toBe('went through')
    expect(refusalOf(revealingTask(), finalizeBy(running), REVEAL_DEADLINE)).toMatchObject({
      reason: 'RevealsMissing',
      reveals: 0,
    })
  })

  test('who agreed and did not reveal loses his stake', () => {
    const revealed = afterwards(revealingTask(), revealBy(revealingTask(), ANNA))
    const { state } = afterwards(revealed, finalizeBy(revealed), REVEAL_DEADLINE)

    expect(accountOf(state.ledger, BERT)).toEqual({ stake: 9970n, locked: 0n })
    expect(accountOf(state.ledger, ANNA)).toEqual({ stake: 10_000n + 128n, locked: 0n })
  })

  test('is the pool owner’s alone, before the final deadline', () => {
    const revealed = [ANNA, BERT].reduce(
      (running, worker) => afterwards(running, revealBy(running, worker)),
      revealingTask(),
    )

    expect(refusalOf(revealed, finalizeBy(revealed, STRANGER))).toEqual({
      reason: 'NotTheScheduler',
      caller: STRANGER,
      owner: POOL_OWNER,
    })
    expect(refusalOf(revealed, finalizeBy(revealed), second(FINAL_DEADLINE - 1n))).toBe('went through')
    expect(refusalOf(revealed, finalizeBy(revealed), FINAL_DEADLINE)).toMatchObject({ reason: 'FinalDeadlineReached' })
  })

  test('delivers to the callback only what the workers agreed on', () => {
    const digest = '0x56570de287d73cd1cb6092bb8fdee6173974955fdef345ae579ee9f475ea7432' // keccak256(0x1234)
    const running = activeMarket(bend({ request: { callback: STRANGER, trust: 1n } }))
    const voted = contributed(running, [ANNA, digest])
    const revealed = afterwards(voted, revealBy(voted, ANNA, digest))

    expect(refusalOf(revealed, finalizeBy(revealed))).toMatchObject({ reason: 'CallbackDigestMismatch', digest })
    expect(effectsOf(revealed, finalizeBy(revealed, POOL_OWNER, '0x1234')).at(-1)).toEqual({
      do: 'callBack',
      callback: STRANGER,
      task: running.task,
      data: '0x1234',
    })
  })

  test('of a lone worker changes no score', () => {
    const voted = contributed(activeMarket(bend({ request: { trust: 1n } })), [ANNA, RIGHT])
    const revealed = afterwards(voted, revealBy(voted, ANNA))

    expect(scoreOf(afterwards(revealed, finalizeBy(revealed)).state, ANNA)).toBe(0n)
  })
})
