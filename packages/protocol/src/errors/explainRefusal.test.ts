import { encodeErrorResult, getAddress, type Abi, type Address, type Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import * as abis from '../abi/index.ts'
import { explainMismatch } from '../deal/explainMismatch.ts'
import { asDealId, asInstant, asTaskId } from '../ids.ts'
import type { MarketRefusal } from '../market/action.ts'
import { explainRefusal, refusalError } from './explainRefusal.ts'
import { explainRevert } from './explainRevert.ts'

const ALICE: Address = getAddress('0xa11ce00000000000000000000000000000000000')
const BOB: Address = getAddress('0xb0b0000000000000000000000000000000000000')
const HASH: Hex = `0x${'c0ffee'.padEnd(64, '0')}`
const OTHER: Hex = `0x${'7ea'.padEnd(64, '0')}`
const TASK = asTaskId(HASH)
const DEAL = asDealId(OTHER)
const NEW_YEAR = asInstant(1_767_225_600n)

/** One refusal of each shape: with the values as the contracts have them, and the sentence. */
const refusals: readonly (readonly [MarketRefusal, object, string])[] = [
  [{ reason: 'DealNotFound', deal: DEAL }, { dealid: OTHER }, `there is no deal ${OTHER} on this hub`],
  [
    { reason: 'IndexOutOfDeal', index: 9n, first: 2n, size: 3n },
    { index: 9n, first: 2n, size: 3n },
    'the deal has no task 9: its 3 tasks start at 2',
  ],
  [{ reason: 'TaskAlreadyInitialized', task: TASK }, { taskid: HASH }, `the task ${HASH} is initialized already`],
  [
    { reason: 'TaskNotActive', task: TASK, status: 'unset' },
    { taskid: HASH, status: 0 },
    `the task ${HASH} is unset, it has to be active`,
  ],
  [
    { reason: 'TaskNotRevealing', task: TASK, status: 'failed' },
    { taskid: HASH, status: 4 },
    `the task ${HASH} is failed, it has to be revealing`,
  ],
  [
    { reason: 'TaskNotClaimable', task: TASK, status: 'completed' },
    { taskid: HASH, status: 3 },
    `the task ${HASH} is completed, it has to be active or revealing`,
  ],
  [
    { reason: 'FinalDeadlineNotReached', time: asInstant(NEW_YEAR - 40n), deadline: NEW_YEAR },
    { time: NEW_YEAR - 40n, deadline: NEW_YEAR },
    'the final deadline is 2026-01-01T00:00:00Z, and the block is 40 s earlier',
  ],
  [
    { reason: 'AlreadyContributed', worker: ALICE, status: 'rejected' },
    { worker: ALICE, status: 3 },
    `the worker ${ALICE} has voted on this task already, and the vote is rejected`,
  ],
  [
    { reason: 'ContributionNotRevealable', worker: ALICE, status: 'unset' },
    { worker: ALICE, status: 0 },
    `the contribution of ${ALICE} is unset, only one that is contributed can be revealed`,
  ],
  [
    { reason: 'TooManyContributors', count: 255, max: 255 },
    { count: 255n, max: 255n },
    'the task has 255 contributors, the most is 255',
  ],
  [
    { reason: 'ContributorsPresent', count: 1 },
    { count: 1n },
    'the task has 1 contributor already, so one worker cannot finish it alone',
  ],
  [{ reason: 'RevealsPresent', count: 1 }, { count: 1n }, '1 worker has revealed, so the task cannot be reopened'],
  [
    { reason: 'RevealsMissing', reveals: 1, winners: 2, revealDeadline: NEW_YEAR },
    { reveals: 1n, winners: 2n, revealDeadline: NEW_YEAR },
    '1 of 2 workers have revealed, and their time ends at 2026-01-01T00:00:00Z',
  ],
  [
    { reason: 'ERC20InsufficientBalance', sender: ALICE, balance: 1n, needed: 2n },
    { sender: ALICE, balance: 1n, needed: 2n },
    `the account ${ALICE} has 1 nRLC, and 2 nRLC should leave it`,
  ],
  [
    { reason: 'CallerIsNotTheOwner', caller: ALICE, owner: BOB },
    { caller: ALICE, owner: BOB },
    `${ALICE} does not own this entry, ${BOB} does`,
  ],
  [
    { reason: 'ERC721NonexistentToken', asset: ALICE },
    { tokenId: BigInt(ALICE) },
    `this registry has no entry ${ALICE}`,
  ],
  [
    { reason: 'ERC721InsufficientApproval', operator: BOB, asset: ALICE },
    { operator: BOB, tokenId: BigInt(ALICE) },
    `${BOB} may not give the entry ${ALICE} away`,
  ],
  [
    { reason: 'WorkerpoolPriceTooHigh', asked: 7n, offered: 5n },
    { asked: 7n, offered: 5n },
    'the workerpool asks 7 nRLC, the request pays at most 5',
  ],
]

const named = refusals.map(([refusal, args, sentence]) => [refusal.reason, refusal, args, sentence] as const)

describe('a refusal of the model is the error of the contracts', () => {
  test.for(named)('%s', ([reason, refusal, args]) => {
    expect(refusalError(refusal)).toStrictEqual({ name: reason, args })
  })

  test.for(named)('%s as it comes back from a revert, in the same words', ([, refusal]) => {
    const { name, args } = refusalError(refusal)

    expect(explainRevert(encode(name, args))).toEqual({ kind: 'error', name, args, ...explainRefusal(refusal) })
  })
})

describe('a refusal has its words', () => {
  test.for(named)('%s', ([, refusal, , sentence]) => {
    expect(explainRefusal(refusal).sentence).toBe(sentence)
  })

  test('and a hint', () => {
    expect(explainRefusal({ reason: 'TaskNotActive', task: TASK, status: 'revealing' })).toEqual({
      sentence: `the task ${HASH} is revealing, it has to be active`,
      hint: 'Workers can contribute only while the task is active.',
    })
  })

  test('those of a mismatch when it is one', () => {
    const mismatch = { reason: 'CategoryMismatch', requested: 1n, offered: 2n } as const

    expect(explainRefusal(mismatch).sentence).toBe(explainMismatch(mismatch))
  })
})

/** The data with which a contract reverts. */
function encode(name: string, values: Readonly<Record<string, unknown>>): Hex {
  const error = Object.values(abis)
    .flatMap((abi: Abi) => abi)
    .find((item) => item.type === 'error' && item.name === name)
  if (error?.type !== 'error') throw new Error(`no contract has the error ${name}`)
  return encodeErrorResult({
    abi: [error],
    errorName: name,
    args: error.inputs.map((input) => values[input.name ?? '']),
  })
}
