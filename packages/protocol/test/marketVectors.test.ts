import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import consensus from '../vectors/consensus.json' with { type: 'json' }
import matches from '../vectors/matches.json' with { type: 'json' }
import rewards from '../vectors/rewards.json' with { type: 'json' }
import { NO_VOTES, contributeVote, hasConsensus } from '../src/consensus/votes.ts'
import { whyNotFitting } from '../src/deal/terms.ts'
import { computeDealVolume } from '../src/deal/volume.ts'
import type { MatchOrders } from '../src/deal/volume.ts'
import { distributeRewards, kittyShare } from '../src/escrow/reward.ts'
import { workerpoolStake } from '../src/escrow/stake.ts'
import type { Order, OrderKind } from '../src/order/order.ts'
import { ORDER_FIELDS } from '../src/order/typedData.ts'
import { requiredTag } from '../src/tag.ts'

const NONE = { app: 0n, dataset: 0n, workerpool: 0n, request: 0n }

// Vectors hold every number as a 32-byte word.
function orderFrom<Kind extends OrderKind>(kind: Kind, record: { readonly [field: string]: string }): Order<Kind> {
  const fields = ORDER_FIELDS[kind].map(({ name, type }) => {
    const value = record[name]
    if (value === undefined) throw new Error(`The vector has no ${kind}.${name}.`)
    return [name, type === 'uint256' ? BigInt(value) : value]
  })
  return { kind, ...Object.fromEntries(fields) } as Order<Kind>
}

function ordersFrom(one: (typeof matches.matches)[number]): MatchOrders {
  return {
    app: orderFrom('app', one.app),
    dataset: orderFrom('dataset', one.dataset),
    workerpool: orderFrom('workerpool', one.workerpool),
    request: orderFrom('request', one.request),
  }
}

// The arguments of a custom error, as they lie behind its selector.
function wordsOf(values: readonly unknown[]): string {
  return values
    .map((value) =>
      (typeof value === 'bigint' ? value.toString(16) : String(value).slice(2)).padStart(64, '0').toLowerCase(),
    )
    .join('')
}

describe('vectors/matches.json', () => {
  test.each(matches.matches)('$name', (one) => {
    const orders = ordersFrom(one)

    const [first] = whyNotFitting(orders, { categories: BigInt(matches.categories), memberships: [] })

    const { reason = '', ...values } = first ?? {}
    expect(reason).toBe(one.error)
    if (first !== undefined) expect(wordsOf(Object.values(values))).toBe(one.revertData.slice(10))
    expect(computeDealVolume(orders, NONE)).toBe(BigInt(one.volume))
    expect(requiredTag(orders.app.tag, orders.dataset.tag, orders.request.tag)).toBe(one.tag)
  })
})

describe('vectors/consensus.json', () => {
  test.each(consensus.walks)('$name', ({ trust, scores, hashes, shares, groups, totals, reached }) => {
    let votes = NO_VOTES
    const found = scores.map((score, index) => {
      const outcome = contributeVote(votes, { resultHash: hashes[index] as Hex, score: BigInt(score) })
      votes = outcome.votes
      return { ...outcome, isReached: hasConsensus(outcome.group, votes.total, BigInt(trust)) }
    })

    expect(found.map(({ logWeight }) => logWeight)).toEqual(shares.map(BigInt))
    expect(found.map(({ group }) => group)).toEqual(groups.map(BigInt))
    expect(found.map((outcome) => outcome.votes.total)).toEqual(totals.map(BigInt))
    expect(found.map(({ isReached }) => isReached)).toEqual(reached)
  })
})

describe('vectors/rewards.json', () => {
  test.each(rewards.tasks)('$name', (task) => {
    const shares = task.weights.map((weight, index) => ({
      isProved: task.proved[index] === true,
      weight: BigInt(weight),
    }))

    const found = distributeRewards(
      {
        workerpoolPrice: BigInt(task.workerpoolPrice),
        workerStake: BigInt(task.workerStake),
        schedulerRewardRatio: BigInt(task.schedulerRewardRatio),
      },
      shares,
    )

    expect(found.workers.map(({ rewardRoundedDown }) => rewardRoundedDown)).toEqual(task.rewards.map(BigInt))
    expect(found.workers.map(({ seized }) => seized)).toEqual(
      task.proved.map((proved) => (proved ? 0n : BigInt(task.workerStake))),
    )
    expect(found.poolOwner).toBe(BigInt(task.poolOwner))
    expect(workerpoolStake(BigInt(task.workerpoolPrice))).toBe(BigInt(task.workerpoolStake))
    expect(kittyShare(BigInt(task.kitty))).toBe(BigInt(task.kittyShare))
  })
})
