// A random walk through the market: dice become actions that often make sense, so that walks reach every state of a task.
import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { contributionOf as voteOf } from '../src/task/task.ts'
import {
  bend,
  APP,
  APP_OWNER,
  DATASET,
  DATASET_OWNER,
  POOL,
  POOL_OWNER,
  REQUESTER,
  STRANGER,
  tagOf,
} from './fitting.ts'
import { WORKERS, contributionOf, digestOf, readyMarket } from './running.ts'
import { KITTY_ADDRESS } from '../src/escrow/constants.ts'
import type { MatchOrders } from '../src/deal/volume.ts'
import type { MarketAction } from '../src/market/action.ts'
import { ownerOf } from '../src/market/state.ts'
import type { MarketState } from '../src/market/state.ts'
import { asInstant } from '../src/ids.ts'
import type { Instant, TaskId } from '../src/ids.ts'
import { NO_ADDRESS } from '../src/order/terms.ts'
import { dealTasks } from '../src/deal/deal.ts'

/** One step: what to do, three dice that choose among what is there, and how long to wait before (seconds). */
export type Dice = {
  readonly kind: (typeof KINDS)[number]
  readonly x: number
  readonly y: number
  readonly z: number
  readonly wait: number
}

const KINDS = [
  'deposit',
  'withdraw',
  'transfer',
  'manageOrder',
  'match',
  'match',
  'initialize',
  'initialize',
  'contribute',
  'contribute',
  'contribute',
  'contribute',
  'reveal',
  'reveal',
  'reveal',
  'reopen',
  'finalize',
  'finalize',
  'contributeAndFinalize',
  'claim',
  'changePolicy',
  'transferAsset',
] as const

const DIGESTS = [digestOf('right'), digestOf('right'), digestOf('right'), digestOf('wrong')]
const PEOPLE: readonly Address[] = [APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, STRANGER, ...WORKERS.slice(0, 4)]
// Nobody has the kitty's key, but anybody can send it something.
const RECEIVERS: readonly Address[] = [...PEOPLE, KITTY_ADDRESS]

/** One step of any kind. Waits are mostly short, sometimes as long as a window of category 1 (T = 1200 s). */
const anyDice: fc.Arbitrary<Dice> = fc.record({
  kind: fc.constantFrom(...KINDS),
  x: fc.nat(1000),
  y: fc.nat(1000),
  z: fc.nat(1000),
  wait: fc.oneof(
    { weight: 20, arbitrary: fc.nat(20) },
    { weight: 1, arbitrary: fc.constantFrom(1200, 2400, 8400, 12_000) },
  ),
})

/** A walk of up to so many steps. */
export function anyWalk(maxLength: number): fc.Arbitrary<readonly Dice[]> {
  return fc.array(anyDice, { maxLength, size: 'max' })
}

/** Where walks start: a ready market. */
export function startOfWalk(): MarketState {
  return readyMarket()
}

/** The moment after the wait. */
export function later(now: Instant, dice: Dice): Instant {
  return asInstant(now + BigInt(dice.wait))
}

/** The action that the dice mean in this state. */
export function actionOf(state: MarketState, dice: Dice): MarketAction {
  const { kind, x, y, z } = dice
  const caller = pick(PEOPLE, x)
  const amount = BigInt(z * z)
  switch (kind) {
    case 'deposit':
    case 'withdraw':
    case 'transfer':
      return { do: kind, caller, amount, to: pick(RECEIVERS, y) }
    case 'manageOrder':
      return managementOf(state, dice)
    case 'match':
      return matchOf(state, dice)
    case 'initialize': {
      const [deal, terms] = pick([...state.deals], x) ?? []
      if (deal === undefined || terms === undefined) return matchOf(state, dice)
      return { do: 'initialize', caller, deal, index: terms.botFirst + BigInt(y % Number(terms.botSize + 1n)) }
    }
    case 'changePolicy':
      return {
        do: 'changePolicy',
        caller: pick([ownerOf(state, 'workerpool', POOL) ?? caller, caller], y),
        workerpool: POOL,
        policy: { workerStakeRatio: BigInt(x % 120), schedulerRewardRatio: BigInt(z % 102) },
      }
    case 'transferAsset': {
      const [assetKind, asset] = pick(
        [['app', APP] as const, ['dataset', DATASET] as const, ['workerpool', POOL] as const],
        x,
      )
      const owner = ownerOf(state, assetKind, asset) ?? caller
      // Mostly back to whom the orders expect.
      const home = { app: APP_OWNER, dataset: DATASET_OWNER, workerpool: POOL_OWNER }[assetKind]
      return {
        do: 'transferAsset',
        caller: pick([owner, owner, owner, caller], y),
        kind: assetKind,
        asset,
        to: pick([home, home, pick(PEOPLE, y)], z),
      }
    }
    default:
      return taskActionOf(state, dice)
  }
}

function taskActionOf(state: MarketState, dice: Dice): MarketAction {
  const { kind, y, z } = dice
  const id = suitableTask(state, dice)
  if (id === undefined) return matchOf(state, dice)
  const task = state.tasks.get(id)
  const scheduler = task === undefined || task.status === 'unset' ? POOL_OWNER : task.terms.workerpool.owner
  const worker = pick(WORKERS, y)
  const digest = pick(DIGESTS, z)
  const voted = task === undefined ? undefined : voteOf(task, worker)
  switch (kind) {
    case 'contribute':
      return {
        ...contributionOf(id, worker, digest),
        authorizedBy: pick([scheduler, scheduler, scheduler, scheduler, STRANGER], y + z),
      } as MarketAction
    case 'reveal': {
      const honest = DIGESTS.find((one) => voted !== undefined && digestHashes(one, id) === voted.resultHash) ?? digest
      return { do: 'reveal', caller: worker, task: id, resultDigest: pick([honest, honest, honest, digest], z) }
    }
    case 'finalize':
      return {
        do: 'finalize',
        caller: pick([scheduler, scheduler, scheduler, worker], y),
        task: id,
        results: '0x12',
        resultsCallback: '0x',
      }
    case 'contributeAndFinalize': {
      const { do: _, ...contribution } = contributionOf(id, worker, digest) as Extract<
        MarketAction,
        { do: 'contribute' }
      >
      return {
        ...contribution,
        do: 'contributeAndFinalize',
        authorizedBy: scheduler,
        resultDigest: digest,
        results: '0x34',
        resultsCallback: '0x',
      }
    }
    case 'reopen':
      return { do: 'reopen', caller: pick([scheduler, scheduler, worker], y), task: id }
    default:
      return { do: 'claim', caller: worker, task: id }
  }
}

// Mostly the newest tasks to which this can happen, so that walks finish what they begin.
function suitableTask(state: MarketState, { kind, x, y, z }: Dice): TaskId | undefined {
  const status = kind === 'contribute' || kind === 'contributeAndFinalize' ? 'active' : 'revealing'
  const known = [...state.deals].flatMap(([deal, terms]) => [...dealTasks(deal, terms)])
  const suitable = known.filter((id) => state.tasks.get(id)?.status === status)
  return (y + z) % 8 > 0 && suitable.length > 0 ? pick(suitable.slice(-3), x) : pick(known, x)
}

/** Orders of which many walks share a few, so that volumes run out. */
function ordersOf({ x, y, z }: Dice): MatchOrders {
  const dataset = z % 3 === 0 ? NO_ADDRESS : DATASET
  return bend({
    app: { volume: BigInt(5 + (x % 2) * 10), salt: tagOf(BigInt(x % 2)) },
    dataset: { dataset, volume: 12n, salt: tagOf(BigInt(x % 2)) },
    workerpool: {
      volume: BigInt(3 + (y % 3) * 4),
      salt: tagOf(BigInt(y % 3)),
      workerpoolprice: BigInt(90 + (y % 3) * 7),
    },
    request: {
      dataset,
      volume: BigInt(1 + (z % 4)),
      salt: tagOf(BigInt(z % 17)),
      trust: BigInt([0, 1, 2, 2, 3, 4][z % 6] ?? 0),
      workerpoolmaxprice: BigInt(95 + (x % 10) * 10),
    },
  })
}

function matchOf(state: MarketState, dice: Dice): MarketAction {
  const { x, y, z } = dice
  const expected = (kind: 'app' | 'dataset' | 'workerpool', asset: Address): Address | undefined =>
    (x + y + z) % 11 === 0 ? undefined : ownerOf(state, kind, asset)
  return {
    do: pick(['matchOrders', 'matchOrders', 'sponsorMatchOrders'] as const, z),
    caller: pick(PEOPLE, z),
    orders: ordersOf(dice),
    signers: {
      app: expected('app', APP),
      dataset: expected('dataset', DATASET),
      workerpool: expected('workerpool', POOL),
      request: REQUESTER,
    },
  }
}

function managementOf(state: MarketState, dice: Dice): MarketAction {
  const { x, y, z } = dice
  const orders = ordersOf({ ...dice, x: y, y: z, z: x })
  const order = pick([orders.app, orders.dataset, orders.workerpool, orders.request], x)
  const owner =
    order.kind === 'request'
      ? REQUESTER
      : ownerOf(state, order.kind, { app: APP, dataset: DATASET, workerpool: POOL }[order.kind])
  const isSelf = z % 3 > 0
  return {
    do: 'manageOrder',
    caller: isSelf ? (owner ?? STRANGER) : STRANGER,
    operation: pick(['sign', 'sign', 'close'] as const, y),
    order,
    signedBy: z % 6 === 0 ? owner : undefined,
  }
}

function digestHashes(digest: Hex, task: Parameters<typeof contributionOf>[0]): Hex {
  const action = contributionOf(task, STRANGER, digest)
  return action.do === 'contribute' ? action.resultHash : digest
}

function pick<Value>(values: readonly [Value, ...Value[]], dice: number): Value
function pick<Value>(values: readonly Value[], dice: number): Value
function pick<Value>(values: readonly Value[], dice: number): Value {
  return values[dice % values.length] as Value
}
