// Beginning a task, and voting on it.
import { describe, expect, test } from 'vitest'
import { POOL_OWNER, STRANGER, bend, tagOf } from '../../test/fitting.ts'
import {
  CONTRIBUTION_DEADLINE,
  FINAL_DEADLINE,
  activeMarket,
  contributionOf,
  matchedMarket,
  taskIn,
} from '../../test/running.ts'
import { asDealId } from '../ids.ts'
import type { MarketAction, MarketEffect } from '../market/action.ts'
import {
  ANNA,
  BERT,
  DORA,
  REVEAL_DEADLINE,
  RIGHT,
  WRONG,
  contributed,
  effectsOf,
  refusalOf,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

// Names what the chain would log.
function eventsOf(effects: readonly MarketEffect[]): readonly string[] {
  return effects.map((effect) => (effect.do === 'announce' ? effect.event : effect.do))
}

describe('initialize', () => {
  test('sets the deadlines by the time reference of the category', () => {
    expect(taskIn(activeMarket())).toMatchObject({
      status: 'active',
      contributionDeadline: CONTRIBUTION_DEADLINE,
      finalDeadline: FINAL_DEADLINE,
    })
  })

  test('refuses unknown deals, indices outside the deal, and a second time, in this order', () => {
    const running = activeMarket()
    const unknown = asDealId(tagOf(9n))
    const initialize = { do: 'initialize', caller: STRANGER, deal: running.deal } as const

    expect(refusalOf(running, { ...initialize, deal: unknown, index: 0n })).toEqual({
      reason: 'DealNotFound',
      deal: unknown,
    })
    expect(refusalOf(running, { ...initialize, index: 7n })).toEqual({
      reason: 'IndexOutOfDeal',
      index: 7n,
      first: 0n,
      size: 7n,
    })
    expect(refusalOf(running, { ...initialize, index: 6n })).toBe('went through')
    expect(refusalOf(running, { ...initialize, index: 0n })).toEqual({
      reason: 'TaskAlreadyInitialized',
      task: running.task,
    })
  })

  test('is legal even after everything has ended, for the claim', () => {
    const running = matchedMarket()

    expect(
      refusalOf(running, { do: 'initialize', caller: STRANGER, deal: running.deal, index: 0n }, second(10n ** 9n)),
    ).toBe('went through')
  })
})

describe('contribute', () => {
  test('locks the stake, and announces the vote', () => {
    const running = activeMarket()

    const effects = effectsOf(running, contributionOf(running.task, ANNA, RIGHT))

    expect(effects[0]).toEqual({ do: 'lock', account: ANNA, amount: 30n })
    expect(eventsOf(effects)).toEqual(['lock', 'TaskContribute'])
  })

  test('of the vote that makes the consensus starts the reveal', () => {
    const running = contributed(activeMarket(), [ANNA, RIGHT])

    const effects = effectsOf(running, contributionOf(running.task, BERT, RIGHT))

    expect(eventsOf(effects)).toEqual(['lock', 'TaskContribute', 'TaskConsensus'])
    expect(taskIn(revealingTask())).toMatchObject({
      status: 'revealing',
      consensus: { winners: 2, reveals: 0, revealDeadline: REVEAL_DEADLINE, resultDigest: undefined },
    })
  })

  test('is possible until the second before the deadline', () => {
    const running = activeMarket()
    const action = contributionOf(running.task, ANNA, RIGHT)

    expect(refusalOf(running, action, second(CONTRIBUTION_DEADLINE - 1n))).toBe('went through')
    expect(refusalOf(running, action, CONTRIBUTION_DEADLINE)).toEqual({
      reason: 'ContributionDeadlineReached',
      time: CONTRIBUTION_DEADLINE,
      deadline: CONTRIBUTION_DEADLINE,
    })
  })

  test('is refused to unset tasks, a second time, without the scheduler’s word, and without stake', () => {
    const matched = matchedMarket()
    const once = contributed(activeMarket(), [ANNA, RIGHT])
    const poor = afterwards(activeMarket(), { do: 'withdraw', caller: ANNA, amount: 9971n, to: ANNA })

    expect(refusalOf(matched, contributionOf(matched.task, ANNA, RIGHT))).toEqual({
      reason: 'TaskNotActive',
      task: matched.task,
      status: 'unset',
    })
    expect(refusalOf(once, contributionOf(once.task, ANNA, WRONG))).toEqual({
      reason: 'AlreadyContributed',
      worker: ANNA,
      status: 'contributed',
    })
    expect(
      refusalOf(once, { ...contributionOf(once.task, BERT, RIGHT), authorizedBy: STRANGER } as MarketAction),
    ).toMatchObject({ reason: 'ContributionNotAuthorized', signer: POOL_OWNER })
    expect(refusalOf(poor, contributionOf(poor.task, ANNA, RIGHT))).toEqual({
      reason: 'InsufficientStake',
      account: ANNA,
      free: 29n,
      needed: 30n,
    })
  })

  test('to a deal for enclaves needs a challenge and the enclave’s signature', () => {
    const tee = tagOf(1n)
    const running = activeMarket(bend({ app: { tag: tee }, workerpool: { tag: tee }, request: { tag: tee } }))
    const plain = contributionOf(running.task, ANNA, RIGHT)
    const challenged = { ...plain, enclaveChallenge: STRANGER } as MarketAction

    expect(refusalOf(running, plain)).toEqual({ reason: 'EnclaveChallengeRequired', tag: tee })
    expect(refusalOf(running, challenged)).toMatchObject({ reason: 'EnclaveSignatureInvalid', challenge: STRANGER })
    expect(refusalOf(running, { ...challenged, enclaveSignedBy: STRANGER } as MarketAction)).toBe('went through')
  })

  test('with an enclave needs the word of the broker that the deal was made with', () => {
    const matched = matchedMarket()
    const brokered = {
      ...matched.state,
      deals: new Map([...matched.state.deals].map(([id, deal]) => [id, { ...deal, teeBroker: DORA }])),
    }
    const running = afterwards(
      { ...matched, state: brokered },
      { do: 'initialize', caller: ANNA, deal: matched.deal, index: 0n },
    )
    const plain = contributionOf(running.task, ANNA, RIGHT)
    const enclave = { ...plain, enclaveChallenge: STRANGER, enclaveSignedBy: STRANGER } as MarketAction

    expect(refusalOf(running, plain)).toBe('went through')
    expect(refusalOf(running, enclave)).toMatchObject({ reason: 'ContributionNotAuthorized', signer: DORA })
    expect(refusalOf(running, { ...enclave, authorizedBy: DORA } as MarketAction)).toBe('went through')
  })
})
