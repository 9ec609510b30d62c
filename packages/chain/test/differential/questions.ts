// What is asked of the hub after an action, each question with the answer that the model gives.
import {
  CONTRIBUTION_STATUS_CODES,
  NO_ADDRESS,
  NO_TAG,
  TASK_STATUS_CODES,
  accountOf,
  computeDealVolume,
  contributionOf,
  decodeContribution,
  decodeDeal,
  decodeTask,
  hashOrder,
  scoreOf,
  taskOf,
} from '@iexec/protocol'
import type {
  Deal,
  DealId,
  MarketState,
  MatchOrders,
  Order,
  OrderHash,
  Task,
  TaskId,
  TaskRecord,
  Volumes,
} from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Address, Hex } from 'viem'
import { decodeFunctionResult, encodeFunctionData } from 'viem/utils'

/** A view of the hub: its call, how its answer is read, and what the model expects to read. */
export type Question = {
  readonly name: string
  readonly data: Hex
  readonly decode: (answer: Hex) => unknown
  readonly expected: unknown
}

/** Stake, locked amount and score of an account. */
export function aboutAccount(state: MarketState, address: Address): readonly Question[] {
  const args = [address] as const
  return [
    {
      name: `account ${address}`,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'viewAccount', args }),
      decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'viewAccount', data }),
      expected: accountOf(state.ledger, address),
    },
    {
      name: `score ${address}`,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'viewScore', args }),
      decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'viewScore', data }),
      expected: scoreOf(state, address),
    },
  ]
}

/** The sum of all stakes. */
export function aboutSupply(state: MarketState): Question {
  return {
    name: 'totalSupply',
    data: encodeFunctionData({ abi: hubAbi, functionName: 'totalSupply' }),
    decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'totalSupply', data }),
    expected: state.ledger.totalSupply,
  }
}

/** How much of an order is consumed, and who presigned it. */
export function aboutOrder(state: MarketState, hash: OrderHash): readonly Question[] {
  const args = [hash] as const
  return [
    {
      name: `consumed ${hash}`,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'viewConsumed', args }),
      decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'viewConsumed', data }),
      expected: state.consumed.get(hash) ?? 0n,
    },
    {
      name: `presigned ${hash}`,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'viewPresigned', args }),
      decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'viewPresigned', data }),
      expected: state.presigned.get(hash) ?? NO_ADDRESS,
    },
  ]
}

/** How much four orders could still make together, whether they fit or not. */
export function aboutVolume(state: MarketState, orders: MatchOrders): Question {
  const consumedOf = (order: Order): bigint => state.consumed.get(hashOrder(order, state.domain)) ?? 0n
  const { app, dataset, workerpool, request } = orders
  const consumed: Volumes = {
    app: consumedOf(app),
    dataset: consumedOf(dataset),
    workerpool: consumedOf(workerpool),
    request: consumedOf(request),
  }
  const args = [unsigned(app), unsigned(dataset), unsigned(workerpool), unsigned(request)] as const
  return {
    name: 'computeDealVolume',
    data: encodeFunctionData({ abi: hubAbi, functionName: 'computeDealVolume', args }),
    decode: (data) => decodeFunctionResult({ abi: hubAbi, functionName: 'computeDealVolume', data }),
    expected: computeDealVolume(orders, consumed),
  }
}

function unsigned<Fields>(order: Fields): Fields & { readonly sign: Hex } {
  return { ...order, sign: '0x' }
}

/** The terms of a deal. */
export function aboutDeal(id: DealId, deal: Deal): Question {
  const { timeref: _, teeBroker: __, ...terms } = deal
  return {
    name: `deal ${id}`,
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewDeal', args: [id] }),
    decode: (data) => decodeDeal(decodeFunctionResult({ abi: hubAbi, functionName: 'viewDeal', data })),
    expected: terms,
  }
}

/** A task, and the contribution of each of these workers to it. */
export function aboutTask(state: MarketState, id: TaskId, workers: readonly Address[]): readonly Question[] {
  const task = taskOf(state, id)
  return [
    {
      name: `task ${id}`,
      data: encodeFunctionData({ abi: hubAbi, functionName: 'viewTask', args: [id] }),
      decode: (data) => {
        const view = decodeFunctionResult({ abi: hubAbi, functionName: 'viewTask', data })
        return { view, record: decodeTask(id, view) }
      },
      expected: { view: taskView(task), record: recordOf(task) },
    },
    ...workers.map((worker) => aboutContribution(task, worker)),
  ]
}

function aboutContribution(task: Task, worker: Address): Question {
  return {
    name: `contribution ${task.id} ${worker}`,
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewContribution', args: [task.id, worker] }),
    decode: (data) => {
      const view = decodeFunctionResult({ abi: hubAbi, functionName: 'viewContribution', data })
      return { view, contribution: decodeContribution(worker, view) }
    },
    expected: { view: contributionView(task, worker), contribution: contributionOf(task, worker) },
  }
}

function contributionView(task: Task, worker: Address): object {
  const contribution = contributionOf(task, worker)
  if (contribution === undefined) {
    return { status: 0, resultHash: NO_TAG, resultSeal: NO_TAG, enclaveChallenge: NO_ADDRESS, weight: 0n }
  }
  const { worker: _, ...told } = contribution
  return { ...told, status: CONTRIBUTION_STATUS_CODES[contribution.status] }
}

function recordOf(task: Task): TaskRecord {
  if (task.status === 'unset') return task
  const { terms, contributions, votes: _, ...told } = task
  return { ...told, timeref: terms.timeref, contributors: contributions.map(({ worker }) => worker) }
}

// What a struct of Solidity says of a task: zeros for all that is not there.
function taskView(task: Task): object {
  const consensus = 'consensus' in task ? task.consensus : undefined
  const isOpened = task.status !== 'unset'
  return {
    status: TASK_STATUS_CODES[task.status],
    dealid: isOpened ? task.deal : NO_TAG,
    idx: isOpened ? task.index : 0n,
    timeref: isOpened ? task.terms.timeref : 0n,
    contributionDeadline: isOpened ? task.contributionDeadline : 0n,
    revealDeadline: consensus?.revealDeadline ?? 0n,
    finalDeadline: isOpened ? task.finalDeadline : 0n,
    consensusValue: consensus?.value ?? NO_TAG,
    revealCounter: consensus?.reveals ?? 0,
    winnerCounter: consensus?.winners ?? 0,
    contributors: isOpened ? task.contributions.map(({ worker }) => worker) : [],
    resultDigest: consensus?.resultDigest ?? NO_TAG,
    results: task.status === 'completed' ? task.results : '0x',
    resultsTimestamp: 0n,
    resultsCallback: task.status === 'completed' ? task.resultsCallback : '0x',
  }
}
