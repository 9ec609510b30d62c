import type { Address, Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { APP_OWNER, DATASET_OWNER, POOL, POOL_OWNER, REQUESTER, STRANGER, bend, tagOf } from '../../test/fitting.ts'
import {
  CONTRIBUTION_DEADLINE,
  DOMAIN,
  FINAL_DEADLINE,
  HUB,
  START,
  WORKERS,
  activeMarket,
  after,
  contributionOf,
  digestOf,
  matchedMarket,
  taskIn,
} from '../../test/running.ts'
import type { Running } from '../../test/running.ts'
import { sealVote } from '../contribution/seal.ts'
import { accountOf } from '../escrow/ledger.ts'
import { asDealId, asInstant, asTaskId, taskId } from '../ids.ts'
import type { Instant } from '../ids.ts'
import { applyAction } from '../market/apply.ts'
import type { MarketAction, MarketEffect } from '../market/action.ts'
import { scoreOf } from '../market/state.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { isClaimable, isContributable, isFinalizable, isReopenable, isRevealable, nextDeadline } from './deadline.ts'

const [ANNA = HUB, BERT = HUB, CARL = HUB, DORA = HUB] = WORKERS
const RIGHT = digestOf('right')
const WRONG = digestOf('wrong')
const second = (instant: bigint): Instant => asInstant(instant)

function refusalOf(running: Running, action: MarketAction, now: Instant = START): unknown {
  const step = applyAction(running.state, action, now)
  return step.ok ? 'went through' : step.refusal
}

function then(running: Running, action: MarketAction, now: Instant = START): Running {
  return { ...running, state: after(running.state, action, now) }
}

function effectsOf(running: Running, action: MarketAction, now: Instant = START): readonly MarketEffect[] {
  const step = applyAction(running.state, action, now)
  if (!step.ok) throw new Error(step.refusal.reason)
  return step.effects
}

// Names what the chain would log.
function eventsOf(effects: readonly MarketEffect[]): readonly string[] {
  return effects.map((effect) => (effect.do === 'announce' ? effect.event : effect.do))
}

function contributed(running: Running, ...votes: readonly (readonly [worker: Address, digest: Hex])[]): Running {
  return votes.reduce(
    (current, [worker, digest]) => then(current, contributionOf(current.task, worker, digest)),
    running,
  )
}

/** Anna and Bert agree, which is a consensus for trust 4. */
function revealingTask(): Running {
  return contributed(activeMarket(), [ANNA, RIGHT], [BERT, RIGHT])
}

function revealBy(running: Running, caller: Address, resultDigest: Hex = RIGHT): MarketAction {
  return { do: 'reveal', caller, task: running.task, resultDigest }
}

function finalizeBy(running: Running, caller: Address = POOL_OWNER, resultsCallback: Hex = '0x'): MarketAction {
  return { do: 'finalize', caller, task: running.task, results: '0x1234', resultsCallback }
}

const reopenBy = (running: Running, caller: Address = POOL_OWNER): MarketAction => ({
  do: 'reopen',
  caller,
  task: running.task,
})

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

const claimOf = (running: Running): MarketAction => ({ do: 'claim', caller: STRANGER, task: running.task })

// At trust 3, three new workers outweigh one who disagrees: 8 * 3 > 11 * 2.
const disputed = activeMarket(bend({ request: { trust: 3n } }))

const REVEAL_DEADLINE = second(START + 2400n)

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
    const poor = then(activeMarket(), { do: 'withdraw', caller: ANNA, amount: 9971n, to: ANNA })

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
    const running = then(
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

describe('reveal', () => {
  test('proves the vote and publishes the digest', () => {
    const running = then(revealingTask(), revealBy(revealingTask(), ANNA))

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
    const revealed = then(running, revealBy(running, ANNA))

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
    const revealing = then(running, stolen)

    expect(refusalOf(revealing, revealBy(revealing, BERT))).toMatchObject({ reason: 'DigestSealMismatch' })
  })
})

describe('finalize', () => {
  test('pays everybody in the order that the chain shows', () => {
    const four = contributed(disputed, [CARL, WRONG], [ANNA, RIGHT], [BERT, RIGHT], [DORA, RIGHT])
    const revealed = [ANNA, BERT, DORA].reduce((running, worker) => then(running, revealBy(running, worker)), four)

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
    const running = then(revealingTask(), revealBy(revealingTask(), ANNA))

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
    const revealed = then(revealingTask(), revealBy(revealingTask(), ANNA))
    const { state } = then(revealed, finalizeBy(revealed), REVEAL_DEADLINE)

    expect(accountOf(state.ledger, BERT)).toEqual({ stake: 9970n, locked: 0n })
    expect(accountOf(state.ledger, ANNA)).toEqual({ stake: 10_000n + 128n, locked: 0n })
  })

  test('is the pool owner’s alone, before the final deadline', () => {
    const revealed = [ANNA, BERT].reduce((running, worker) => then(running, revealBy(running, worker)), revealingTask())

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
    const revealed = then(voted, revealBy(voted, ANNA, digest))

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
    const revealed = then(voted, revealBy(voted, ANNA))

    expect(scoreOf(then(revealed, finalizeBy(revealed)).state, ANNA)).toBe(0n)
  })
})

describe('reopen', () => {
  test('rejects the result that nobody revealed, and its voters cannot vote again', () => {
    const running = then(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)

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
    const reopened = then(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)
    const once = then(reopened, contributionOf(reopened.task, CARL, RIGHT), REVEAL_DEADLINE)
    const twice = then(once, contributionOf(once.task, DORA, RIGHT), REVEAL_DEADLINE)

    expect(taskIn(once)).toMatchObject({ status: 'active', votes: { total: 3n } })
    expect(taskIn(twice)).toMatchObject({ status: 'revealing', consensus: { winners: 2 } })
  })

  test('needs the pool owner, a passed reveal deadline, and no reveal at all', () => {
    const running = revealingTask()
    const revealed = then(running, revealBy(running, ANNA))

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
    const reopened = then(revealingTask(), reopenBy(revealingTask()), REVEAL_DEADLINE)
    const voted = [CARL, DORA].reduce(
      (running, worker) => then(running, contributionOf(running.task, worker, WRONG), REVEAL_DEADLINE),
      reopened,
    )
    const revealed = [CARL, DORA].reduce(
      (running, worker) => then(running, revealBy(running, worker, WRONG), REVEAL_DEADLINE),
      voted,
    )
    const { state } = then(revealed, finalizeBy(revealed), REVEAL_DEADLINE)

    expect(accountOf(state.ledger, ANNA)).toEqual({ stake: 9970n, locked: 0n })
    // Pot 100 + 2 * 30, workers 158, each 79.
    expect(accountOf(state.ledger, CARL)).toEqual({ stake: 10_079n, locked: 0n })
  })
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
    expect(taskIn(then(trusting, finishBy(trusting)))).toMatchObject({
      status: 'completed',
      consensus: { winners: 1, reveals: 1, revealDeadline: REVEAL_DEADLINE, resultDigest: RIGHT },
      contributions: [{ status: 'proved', weight: 0n }],
    })
  })

  test('needs an untouched task of trust 1', () => {
    const running = activeMarket()
    const reopened = contributed(trusting, [BERT, RIGHT])
    const again = then(reopened, { do: 'reopen', caller: POOL_OWNER, task: reopened.task }, REVEAL_DEADLINE)

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
    const failed = then(running, claimOf(running), FINAL_DEADLINE)

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
    const failed = then(running, claimOf(running), FINAL_DEADLINE)
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
    const begun = then(
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

describe('what the clock allows', () => {
  test('the predicates say what the calls do, on both sides of every deadline', () => {
    const active = activeMarket()
    const revealing = revealingTask()
    const moments = [START, CONTRIBUTION_DEADLINE, REVEAL_DEADLINE, FINAL_DEADLINE].flatMap((at) => [
      second(at - 1n),
      at,
    ])

    for (const running of [matchedMarket(), active, revealing, then(revealing, revealBy(revealing, ANNA))]) {
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
