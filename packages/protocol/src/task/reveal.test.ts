// Proving a vote.
import { describe, expect, test } from 'vitest'
import { STRANGER } from '../../test/fitting.ts'
import { activeMarket, contributionOf, taskIn } from '../../test/running.ts'
import { sealVote } from '../contribution/seal.ts'
import type { MarketAction } from '../market/action.ts'
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
  refusalOf,
  revealBy,
  revealingTask,
  second,
  afterwards,
} from './testing.ts'

describe('reveal', () => {
  test('proves the vote and publishes the digest', () => {
    const running = afterwards(revealingTask(), revealBy(revealingTask(), ANNA))

    expect(taskIn(running)).toMatchObject({
      consensus: { reveals: 1, winners: 2, resultDigest: RIGHT },
      contributions: [{ status: 'proved' }, { status: 'contributed' }],
    })
  })

  test('is possible until the second before its deadline', () => {
    const running = revealingTask()

    expect(refusalOf(running, revealBy(running, ANNA), second(REVEAL_DEADLINE - 1n))).toBe('went through')
    expect(refusalOf(running, revealBy(running, ANNA), REVEAL_DEADLINE)).toMatchObject({
      reason: 'RevealDeadlineReached',
    })
  })

  test('refuses who has no vote, who revealed, who lost, and other digests', () => {
    const running = contributed(disputed, [CARL, WRONG], [ANNA, RIGHT], [BERT, RIGHT], [DORA, RIGHT])
    const revealed = afterwards(running, revealBy(running, ANNA))

    expect(taskIn(running).status).toBe('revealing')
    expect(refusalOf(running, revealBy(running, STRANGER))).toEqual({
      reason: 'ContributionNotRevealable',
      worker: STRANGER,
      status: 'unset',
    })
    expect(refusalOf(revealed, revealBy(revealed, ANNA))).toEqual({
      reason: 'ContributionNotRevealable',
      worker: ANNA,
      status: 'proved',
    })
    expect(refusalOf(running, revealBy(running, CARL, WRONG))).toMatchObject({ reason: 'NotInConsensus' })
    expect(refusalOf(running, revealBy(running, ANNA, WRONG))).toMatchObject({ reason: 'DigestHashMismatch' })
  })

  test('refuses who copied another’s vote: the seal is not his', () => {
    const running = contributed(activeMarket(), [ANNA, RIGHT])
    const stolen = {
      ...contributionOf(running.task, BERT, RIGHT),
      ...sealVote(ANNA, running.task, RIGHT),
    } as MarketAction
    const revealing = afterwards(running, stolen)

    expect(refusalOf(revealing, revealBy(revealing, BERT))).toMatchObject({ reason: 'DigestSealMismatch' })
  })
})
