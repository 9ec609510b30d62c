// What is true of a market whatever anybody does in it: checked after every step of random walks.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STRANGER } from '../../test/fitting.ts'
import { HUB, START } from '../../test/running.ts'
import { actionOf, anyWalk, later, startOfWalk } from '../../test/walk.ts'
import { groupWeight } from '../consensus/votes.ts'
import { taskPrice, workerpoolStake } from '../escrow/stake.ts'
import { dealPrices } from '../deal/deal.ts'
import { KITTY_ADDRESS } from '../escrow/constants.ts'
import { accountOf } from '../escrow/ledger.ts'
import type { Instant } from '../ids.ts'
import { isFinalTask } from '../task/task.ts'
import { applyAction } from './apply.ts'
import type { MarketEffect, MarketStep } from './action.ts'
import type { MarketState } from './state.ts'

function refusalOf(step: MarketStep): unknown {
  return step.ok ? 'went through' : step.refusal
}

function sum(amounts: Iterable<bigint>): bigint {
  return [...amounts].reduce((all, amount) => all + amount, 0n)
}

describe('whatever happens', () => {
  const runs = { numRuns: 50 }

  function walk(check: (before: MarketState, after: MarketState, effects: readonly MarketEffect[]) => void): void {
    fc.assert(
      fc.property(anyWalk(200), (dices) => {
        let state = startOfWalk()
        let now: Instant = START
        for (const dice of dices) {
          now = later(now, dice)
          const step = applyAction(state, actionOf(state, dice), now)
          if (!step.ok) continue
          check(state, step.state, step.effects)
          state = step.state
        }
      }),
      runs,
    )
  }

  test('no RLC appears or vanishes, and the hub holds what it owes', () => {
    const start = sum(startOfWalk().wallets.values())

    walk((_, { wallets, ledger }) => {
      expect(sum(wallets.values())).toBe(start)
      expect(wallets.get(HUB)).toBe(ledger.totalSupply)
    })
  })

  test('escrow = accounts + frozen: free balances are the supply, and the hub’s own covers all that is locked', () => {
    walk((_, { ledger }) => {
      const accounts = [...ledger.accounts.values()]
      expect(sum(accounts.map(({ stake }) => stake))).toBe(ledger.totalSupply)
      expect(accountOf(ledger, HUB).stake).toBe(sum(accounts.map(({ locked }) => locked)))
    })
  })

  test('what is locked is exactly what unfinished tasks hold, and the kitty', () => {
    walk((_, { ledger, deals, tasks }) => {
      const locked = new Map<string, bigint>()
      const add = (account: string, amount: bigint): unknown =>
        locked.set(account.toLowerCase(), (locked.get(account.toLowerCase()) ?? 0n) + amount)
      for (const deal of deals.values()) {
        add(deal.sponsor, taskPrice(dealPrices(deal)) * deal.botSize)
        add(deal.workerpool.owner, workerpoolStake(deal.workerpool.price) * deal.botSize)
      }
      for (const task of tasks.values()) {
        if (task.status === 'unset') continue
        if (isFinalTask(task)) {
          add(task.terms.sponsor, -taskPrice(dealPrices(task.terms)))
          add(task.terms.workerpool.owner, -workerpoolStake(task.terms.workerpool.price))
        } else for (const { worker } of task.contributions) add(worker, task.terms.workerStake)
      }

      const kitty = KITTY_ADDRESS.toLowerCase()
      const held = [...ledger.accounts].filter(([account, one]) => one.locked > 0n && account !== kitty)
      const owed = [...locked].filter(([, amount]) => amount > 0n)
      expect(new Map(held.map(([account, one]) => [account, one.locked]))).toEqual(new Map(owed))
    })
  })

  test('rewards and refunds of a task are its price and the seized stakes', () => {
    walk((_, __, effects) => {
      if (!effects.some((effect) => effect.do === 'seize')) return
      const total = (kind: 'seize' | 'reward' | 'fillKitty'): bigint =>
        sum(effects.map((effect) => (effect.do === kind ? effect.amount : 0n)))

      expect(total('reward') + total('fillKitty')).toBe(total('seize'))
    })
  })

  test('no order is consumed beyond its volume, and no consumption goes back', () => {
    walk((before, { consumed, deals }) => {
      for (const [hash, volume] of before.consumed) expect(consumed.get(hash)).toBeGreaterThanOrEqual(volume)
      for (const deal of deals.values()) expect(deal.botFirst + deal.botSize).toBeLessThanOrEqual(4n)
    })
  })

  test('a finished task never changes', () => {
    walk((before, { tasks }) => {
      const final = [...before.tasks].filter(([, task]) => isFinalTask(task))
      expect(final.every(([id, task]) => tasks.get(id) === task)).toBe(true)
    })
  })

  test('nobody is counted twice on a task, and total is 1 plus all groups', () => {
    walk((_, { tasks }) => {
      for (const task of tasks.values()) {
        if (task.status === 'unset') continue
        const workers = task.contributions.map(({ worker }) => worker)
        const hashes = new Set(task.contributions.map(({ resultHash }) => resultHash))

        expect(new Set(workers).size).toBe(workers.length)
        // The one-transaction path counts no votes.
        if (task.votes.groups.size > 0) {
          expect(task.votes.total).toBe(1n + sum([...hashes].map((hash) => groupWeight(task.votes, hash))))
        }
      }
    })
  })

  test('every unfinished task can be claimed by anyone once its final deadline has come', () => {
    fc.assert(
      fc.property(anyWalk(200), (dices) => {
        let state = startOfWalk()
        let now: Instant = START
        for (const dice of dices) {
          now = later(now, dice)
          const step = applyAction(state, actionOf(state, dice), now)
          if (step.ok) state = step.state
        }

        for (const task of state.tasks.values()) {
          if (task.status !== 'active' && task.status !== 'revealing') continue
          const step = applyAction(state, { do: 'claim', caller: STRANGER, task: task.id }, task.finalDeadline)
          expect(refusalOf(step)).toBe('went through')
        }
      }),
      runs,
    )
  })

  test('walks reach every state of a task and nearly every refusal, so that the rest of this file means something', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(anyWalk(200), (dices) => {
        let state = startOfWalk()
        let now: Instant = START
        for (const dice of dices) {
          now = later(now, dice)
          const step = applyAction(state, actionOf(state, dice), now)
          if (!step.ok) seen.add(step.refusal.reason)
          else {
            for (const effect of step.effects) if (effect.do === 'announce') seen.add(effect.event)
            state = step.state
          }
        }
      }),
      { numRuns: 100, seed: 7 },
    )

    for (const event of [
      'TaskFinalize',
      'TaskReopen',
      'TaskClaimed',
      'TaskConsensus',
      'DealSponsored',
      'PolicyUpdate',
      'AssetTransfer',
      'OrderManaged',
    ]) {
      expect(seen).toContain(event)
    }
    for (const reason of [
      'AlreadyContributed',
      'ContributionNotAuthorized',
      'NotInConsensus',
      'RevealsMissing',
      'RevealsPresent',
      'NothingLeftToMatch',
      'TrustNotOne',
      'NotTheScheduler',
      'DigestHashMismatch',
      'ContributorsPresent',
      'InsufficientStake',
      'FinalDeadlineNotReached',
    ]) {
      expect(seen).toContain(reason)
    }
  })
})
