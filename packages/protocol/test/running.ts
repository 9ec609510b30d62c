// A market in which everything is ready to run: assets, stakes, orders; and the shortest way to a task in each state.
import { keccak256, stringToHex } from 'viem/utils'
import type { Address, Hex } from 'viem'
import { sealVote } from '../src/contribution/seal.ts'
import type { MatchOrders } from '../src/deal/volume.ts'
import { applyAction } from '../src/market/apply.ts'
import type { MarketAction, MarketStep } from '../src/market/action.ts'
import { emptyMarket, taskOf } from '../src/market/state.ts'
import type { MarketState, Signers } from '../src/market/state.ts'
import { asInstant, dealId, taskId } from '../src/ids.ts'
import type { DealId, Instant, TaskId } from '../src/ids.ts'
import { hashOrder } from '../src/order/hash.ts'
import { NO_ADDRESS } from '../src/order/terms.ts'
import { orderDomain } from '../src/order/typedData.ts'
import type { Task } from '../src/task/task.ts'
import { APP, APP_OWNER, DATASET, DATASET_OWNER, ORDERS, POOL, POOL_OWNER, REQUESTER } from './fitting.ts'

export const HUB: Address = '0x00000000000000000000000000000000000000ff'
export const DOMAIN: ReturnType<typeof orderDomain> = orderDomain(31_337, HUB)
export const WORKERS: readonly Address[] = Array.from(
  { length: 8 },
  (_, index): Address => `0x${(0x70 + index).toString(16).padStart(40, '0')}`,
)
export const SIGNERS: Signers = { app: APP_OWNER, dataset: DATASET_OWNER, workerpool: POOL_OWNER, request: REQUESTER }

/** Moment of the match in these tests; category 1 has T = 1200 s. */
export const START: Instant = asInstant(1000n)
export const CONTRIBUTION_DEADLINE: Instant = asInstant(1000n + 8400n)
export const FINAL_DEADLINE: Instant = asInstant(1000n + 12_000n)

/** The digest of a result, by a name. */
export function digestOf(name: string): Hex {
  return keccak256(stringToHex(name))
}

/** The market after an action that must go through. */
export function after(state: MarketState, action: MarketAction, now: Instant = START): MarketState {
  return succeeded(applyAction(state, action, now))
}

/** The state behind a step that must have gone through. */
function succeeded(step: MarketStep): MarketState {
  if (!step.ok) throw new Error(`refused: ${step.refusal.reason}`)
  return step.state
}

/** Everybody has staked 10,000 nRLC, the three assets exist, and no order is matched yet. */
export function readyMarket(): MarketState {
  const people = [APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, ...WORKERS]
  let state = emptyMarket(DOMAIN, new Map(people.map((address) => [address, 20_000n])))
  for (const caller of people) state = after(state, { do: 'deposit', caller, amount: 10_000n, to: caller })
  state = after(state, { do: 'createAsset', caller: REQUESTER, kind: 'app', asset: APP, owner: APP_OWNER })
  state = after(state, { do: 'createAsset', caller: REQUESTER, kind: 'dataset', asset: DATASET, owner: DATASET_OWNER })
  return after(state, { do: 'createAsset', caller: REQUESTER, kind: 'workerpool', asset: POOL, owner: POOL_OWNER })
}

/** A market with one deal of seven tasks at trust 4, its id, and the id of its first task. */
export type Running = { readonly state: MarketState; readonly deal: DealId; readonly task: TaskId }

/** The ready market after the match of the fitting orders. */
export function matchedMarket(orders: MatchOrders = ORDERS): Running {
  const state = after(readyMarket(), { do: 'matchOrders', caller: REQUESTER, orders, signers: SIGNERS })
  const deal = dealId(hashOrder(orders.request, DOMAIN), 0n)
  return { state, deal, task: taskId(deal, 0n) }
}

/** The matched market with its first task initialized. */
export function activeMarket(orders: MatchOrders = ORDERS): Running {
  const { state, deal, task } = matchedMarket(orders)
  return { state: after(state, { do: 'initialize', caller: REQUESTER, deal, index: 0n }), deal, task }
}

/** A well-signed contribution without an enclave. */
export function contributionOf(task: TaskId, worker: Address, digest: Hex): MarketAction {
  return {
    do: 'contribute',
    caller: worker,
    task,
    ...sealVote(worker, task, digest),
    enclaveChallenge: NO_ADDRESS,
    authorizedBy: POOL_OWNER,
    enclaveSignedBy: undefined,
  }
}

/** The task of a running market. */
export function taskIn(running: Running): Task {
  return taskOf(running.state, running.task)
}
