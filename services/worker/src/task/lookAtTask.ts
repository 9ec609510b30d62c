// What the chain says of a task, and of this worker's vote on it.
import { CONTRIBUTION_STATUS_CODES, TASK_STATUS_CODES, type HubView } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { isAddressEqual, type Address, type Client, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { TaskSight } from '../place/state.ts'

/** Which task, on which hub, and whose vote. */
export type TaskQuestion = {
  readonly client: Client
  readonly hub: Address
  readonly worker: Address
  readonly taskId: Hex
}

const NO_HASH: Hex = `0x${'00'.repeat(32)}`

/**
 * Looks at a task. All questions of one moment travel together.
 *
 * @throws what the client threw when no node answers
 * @example
 * (await lookAtTask({ client, hub, worker, taskId })).status // 'active'
 */
export async function lookAtTask(question: TaskQuestion): Promise<TaskSight> {
  const { taskId, worker } = question
  const [task, own] = await Promise.all([viewTask(question), viewContribution(question, worker)])
  const status = nameOf(TASK_STATUS_CODES, task.status) ?? 'unset'
  const mine = nameOf(CONTRIBUTION_STATUS_CODES, own.status) ?? 'unset'
  const consensus = task.consensusValue === NO_HASH ? undefined : task.consensusValue
  const hasWon = mine !== 'unset' && consensus === own.resultHash
  return {
    status,
    consensus,
    mine: mine === 'unset' ? 'none' : mine,
    voted: mine === 'unset' ? undefined : own.resultHash,
    winnersBefore: hasWon ? await countWinnersBefore({ ...question, taskId }, task) : undefined,
  }
}

/** How many of those who voted before this worker voted for the same: the chain keeps their order. */
async function countWinnersBefore(question: TaskQuestion, task: HubView<'viewTask'>): Promise<number> {
  const { worker } = question
  const place = task.contributors.findIndex((other) => isAddressEqual(other, worker))
  const before = await Promise.all(
    task.contributors.slice(0, Math.max(0, place)).map(async (other) => viewContribution(question, other)),
  )
  const isWinner = ({ status, resultHash }: HubView<'viewContribution'>): boolean =>
    status !== CONTRIBUTION_STATUS_CODES.rejected && resultHash === task.consensusValue
  return before.filter(isWinner).length
}

async function viewTask({ client, hub, taskId }: TaskQuestion): Promise<HubView<'viewTask'>> {
  return readContract(client, { address: hub, abi: hubAbi, functionName: 'viewTask', args: [taskId] })
}

async function viewContribution(
  { client, hub, taskId }: TaskQuestion,
  worker: Address,
): Promise<HubView<'viewContribution'>> {
  return readContract(client, { address: hub, abi: hubAbi, functionName: 'viewContribution', args: [taskId, worker] })
}

function nameOf<Name extends string>(codes: Readonly<Record<Name, number>>, code: number): Name | undefined {
  const found = Object.entries<number>(codes).find(([, known]) => known === code)
  return found?.[0] as Name | undefined
}
