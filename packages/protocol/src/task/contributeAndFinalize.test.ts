// A task in one transaction.
import type { Address } from 'viem'
import { describe, expect, test } from 'vitest'
import { APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, bend } from '../../test/fitting.ts'
import { CONTRIBUTION_DEADLINE, type Running, activeMarket, taskIn } from '../../test/running.ts'
import type { MarketAction } from '../market/action.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { ANNA, BERT, REVEAL_DEADLINE, RIGHT, contributed, effectsOf, refusalOf, afterwards } from './testing.ts'

const finishBy = (running: Running, caller: Address = ANNA): MarketAction => ({
  do: 'contributeAndFinalize',
  caller,
  task: running.task,
  resultDigest: RIGHT,
  results: '0x1234',
  resultsCallback: '0x',
  enclaveChallenge: NO_ADDRESS,
  authorizedBy: POOL_OWNER,
  enclaveSignedBy: undefined,
})

describe('contributeAndFinalize', () => {
  const trusting = activeMarket(bend({ request: { trust: 1n } }))

  test('finishes the task in one transaction, without stake and score', () => {
    const effects = effectsOf(trusting, finishBy(trusting))

    expect(effects).toMatchObject([
      { do: 'seize', account: REQUESTER, amount: 108n },
      { do: 'reward', account: APP_OWNER, amount: 3n },
      { do: 'reward', account: DATASET_OWNER, amount: 5n },
      { do: 'unlock', account: POOL_OWNER, amount: 30n },
      { do: 'reward', account: ANNA, amount: 99n },
      { do: 'reward', account: POOL_OWNER, amount: 1n },
      { event: 'TaskContribute' },
      { event: 'TaskConsensus' },
      { event: 'TaskReveal' },
      { event: 'TaskFinalize' },
    ])
    expect(taskIn(afterwards(trusting, finishBy(trusting)))).toMatchObject({
      status: 'completed',
      consensus: { winners: 1, reveals: 1, revealDeadline: REVEAL_DEADLINE, resultDigest: RIGHT },
      contributions: [{ status: 'proved', weight: 0n }],
    })
  })

  test('needs an untouched task of trust 1', () => {
    const running = activeMarket()
    const reopened = contributed(trusting, [BERT, RIGHT])
    const again = afterwards(reopened, { do: 'reopen', caller: POOL_OWNER, task: reopened.task }, REVEAL_DEADLINE)

    expect(refusalOf(running, finishBy(running))).toEqual({ reason: 'TrustNotOne', trust: 4n })
    expect(refusalOf(again, finishBy(again))).toEqual({ reason: 'ContributorsPresent', count: 1 })
    expect(refusalOf(again, finishBy(again, BERT))).toEqual({ reason: 'ContributorsPresent', count: 1 })
    expect(refusalOf(trusting, finishBy(trusting), CONTRIBUTION_DEADLINE)).toMatchObject({
      reason: 'ContributionDeadlineReached',
    })
    expect(refusalOf(trusting, { ...finishBy(trusting), authorizedBy: undefined } as MarketAction)).toMatchObject({
      reason: 'ContributionNotAuthorized',
    })
    expect(refusalOf(trusting, { ...finishBy(trusting), resultsCallback: '0x12' } as MarketAction)).toMatchObject({
      reason: 'CallbackDigestMismatch',
    })
  })
})
