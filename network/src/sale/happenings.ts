// What the chain tells of one task, in the order in which it happened.
import type { TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Address, Client } from 'viem'
import { getContractEvents, getTransactionReceipt } from 'viem/actions'
import { nameOf, type Person } from './market.ts'
import type { Happening, Step } from './steps.ts'

const EVENTS: Readonly<Record<string, Happening>> = {
  TaskInitialize: 'initialized',
  TaskContribute: 'contributed',
  TaskConsensus: 'agreed',
  TaskReveal: 'revealed',
  TaskFinalize: 'finalized',
}

/** Which task, on which hub, and who is known by name. */
export type Watched = {
  readonly client: Client
  readonly hub: Address
  readonly task: TaskId
  /** The block of its deal. */
  readonly fromBlock: bigint
  readonly workers: readonly Person[]
}

/** A step without its time. */
export type HappeningStep = Omit<Extract<Step, { readonly step: 'happened' }>, 'ms'>

/**
 * Makes a reader of what happened to a task since it was asked last.
 *
 * @example
 * const readNews = followTask({ client, hub, task, fromBlock, workers })
 * for (const { what, who } of await readNews()) console.log(what, who)
 */
export function followTask({
  client,
  hub,
  task,
  fromBlock,
  workers,
}: Watched): () => Promise<readonly HappeningStep[]> {
  let told = 0
  return async () => {
    const logs = await getContractEvents(client, { address: hub, abi: hubAbi, fromBlock, strict: true })
    const ofTask = logs.filter(({ eventName, args }) => eventName in EVENTS && 'taskid' in args && args.taskid === task)
    const news = ofTask.slice(told)
    told = ofTask.length
    return Promise.all(
      news.map(async ({ eventName, args, transactionHash: hash, blockNumber }) => {
        const worker = 'worker' in args ? args.worker : undefined
        return {
          step: 'happened' as const,
          what: EVENTS[eventName] ?? 'initialized',
          who: worker === undefined ? undefined : nameOf(worker, workers),
          block: blockNumber,
          transaction: hash,
          gas: (await getTransactionReceipt(client, { hash })).gasUsed,
        }
      }),
    )
  }
}
