// What decoders make of the hub's zeros. That they agree with the hub is shown by the differential test of @iexec/chain.
import { describe, expect, expectTypeOf, test } from 'vitest'
import { decodeContribution } from '../contribution/decodeContribution.ts'
import type { Category } from '../deal/category.ts'
import { decodeDeal } from '../deal/decodeDeal.ts'
import type { Account } from '../escrow/ledger.ts'
import { asInstant, asTaskId } from '../ids.ts'
import { NO_TAG } from '../tag.ts'
import type { HubView } from '../view.ts'
import { isClaimable, nextDeadline } from './deadline.ts'
import { decodeTask } from './decodeTask.ts'

const ID = asTaskId(`0x${'11'.repeat(32)}`)
const WORKER = '0x00000000000000000000000000000000000000A1'
const HASH = `0x${'22'.repeat(32)}` as const

const UNSET: HubView<'viewTask'> = {
  status: 0,
  dealid: NO_TAG,
  idx: 0n,
  timeref: 0n,
  contributionDeadline: 0n,
  revealDeadline: 0n,
  finalDeadline: 0n,
  consensusValue: NO_TAG,
  revealCounter: 0n,
  winnerCounter: 0n,
  contributors: [],
  resultDigest: NO_TAG,
  results: '0x',
  resultsTimestamp: 0n,
  resultsCallback: '0x',
}
const ACTIVE: HubView<'viewTask'> = {
  ...UNSET,
  status: 1,
  dealid: HASH,
  idx: 3n,
  timeref: 300n,
  contributionDeadline: 2100n,
  finalDeadline: 3000n,
  contributors: [WORKER],
}
const REVEALING = { ...ACTIVE, status: 2, consensusValue: HASH, revealDeadline: 700n, winnerCounter: 1n }

describe('a task of the hub', () => {
  test('that nobody initialized is nothing but unset', () => {
    expect(decodeTask(ID, UNSET)).toEqual({ id: ID, status: 'unset' })
  })

  test('has no consensus while it is active', () => {
    const task = decodeTask(ID, ACTIVE)

    expect(task).toMatchObject({ status: 'active', index: 3n, contributors: [WORKER] })
    expect(task).not.toHaveProperty('consensus')
    expect(nextDeadline(task, asInstant(0n))).toEqual({ ends: 'contributing', at: 2100n })
    expect(isClaimable(task, asInstant(3000n))).toBe(true)
  })

  test('knows its digest when somebody revealed it, and not before, also when the digest is zero', () => {
    const hidden = decodeTask(ID, REVEALING)
    const shown = decodeTask(ID, { ...REVEALING, revealCounter: 1n })

    expect(hidden).toMatchObject({ consensus: { value: HASH, winners: 1, reveals: 0, resultDigest: undefined } })
    expect(shown).toMatchObject({ consensus: { reveals: 1, resultDigest: NO_TAG } })
    expect(nextDeadline(hidden, asInstant(0n))).toEqual({ ends: 'revealing', at: 700n })
  })

  test('has results when it is completed', () => {
    const completed = { ...REVEALING, status: 3, results: '0x12', resultsCallback: '0x34' } as const

    expect(decodeTask(ID, completed)).toMatchObject({ status: 'completed', results: '0x12', resultsCallback: '0x34' })
  })

  test('that failed has a consensus only when it had reached one', () => {
    expect(decodeTask(ID, { ...ACTIVE, status: 4 })).toMatchObject({ status: 'failed', consensus: undefined })
    expect(decodeTask(ID, { ...REVEALING, status: 4 })).toMatchObject({ status: 'failed', consensus: { value: HASH } })
  })

  test('of a state that no hub has is refused', () => {
    expect(() => decodeTask(ID, { ...UNSET, status: 5 })).toThrow(/no state has this number\. Known are 0 \(unset\)/)
  })
})

test('a worker who did not vote has no contribution', () => {
  const vote = { resultHash: HASH, resultSeal: HASH, enclaveChallenge: WORKER, weight: 2n } as const

  expect(decodeContribution(WORKER, { ...vote, status: 0 })).toBeUndefined()
  expect(decodeContribution(WORKER, { ...vote, status: 3 })).toEqual({ ...vote, worker: WORKER, status: 'rejected' })
})

test('a deal without tasks is none', () => {
  const nothing = { pointer: WORKER, owner: WORKER, price: 0n } as const
  const view: HubView<'viewDeal'> = {
    app: nothing,
    dataset: nothing,
    workerpool: nothing,
    trust: 1n,
    category: 0n,
    tag: NO_TAG,
    requester: WORKER,
    beneficiary: WORKER,
    callback: WORKER,
    params: '',
    startTime: 7n,
    botFirst: 0n,
    botSize: 1n,
    workerStake: 0n,
    schedulerRewardRatio: 1n,
    sponsor: WORKER,
  }

  expect(decodeDeal(view)).toEqual(view)
  expect(decodeDeal({ ...view, botSize: 0n })).toBeUndefined()
})

test('accounts, categories, volumes and scores are what their views answer', () => {
  expectTypeOf<HubView<'viewAccount'>>().toExtend<Account>()
  expectTypeOf<HubView<'viewCategory'>>().toExtend<Category>()
  expectTypeOf<HubView<'viewConsumed'>>().toEqualTypeOf<bigint>()
  expectTypeOf<HubView<'viewScore'>>().toEqualTypeOf<bigint>()
})
