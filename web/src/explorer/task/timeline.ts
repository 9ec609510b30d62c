// Everything that ever happened to a task, in the order of the chain: its own events, and the money and scores that moved with them.
import { parseRlc } from '@iexec/protocol'
import type { Address, Hex } from 'viem'

/** Asks for all of it. */
export const TIMELINE_GRAPH = `query Timeline($id: ID!) {
  task(id: $id) {
    events(first: 1000) {
      id
      transaction {
        id timestamp blockNumber gasUsed gasPrice
        from { id }
        workerpoolEvents(first: 1000) { id }
        taskEvents(first: 1000) {
          event: __typename id
          task { id }
          ... on TaskInitialize { workerpool { id } }
          ... on TaskContribute { worker { id } hash }
          ... on TaskConsensus { consensus }
          ... on TaskReveal { worker { id } digest }
        }
        accountEvents(first: 1000) {
          event: __typename id
          account { id }
          ... on Reward { value task { id } }
          ... on Seize { value task { id } }
          ... on Lock { value }
          ... on Unlock { value }
          ... on AccurateContribution { score }
          ... on FaultyContribution { score }
        }
      }
    }
  }
}`

/** The answer. Amounts are decimals of RLC. */
export type TimelineAnswer = {
  readonly task: { readonly events: readonly { readonly id: string; readonly transaction: Transaction }[] } | null
}

type Named = { readonly id: Address }
type Transaction = {
  readonly id: Hex
  readonly timestamp: string
  readonly blockNumber: string
  readonly gasUsed: string
  readonly gasPrice: string
  readonly from: Named | null
  readonly workerpoolEvents: readonly { readonly id: string }[]
  readonly taskEvents: readonly TaskEvent[]
  readonly accountEvents: readonly AccountEvent[]
}
type TaskEvent = {
  readonly event: TaskEventName
  readonly id: string
  readonly task: { readonly id: Hex }
  readonly worker?: Named
  readonly workerpool?: Named
  readonly hash?: Hex
  readonly consensus?: Hex
  readonly digest?: Hex
}
type AccountEvent = {
  readonly event: AccountEventName
  readonly id: string
  readonly account: Named
  readonly value?: string
  readonly task?: { readonly id: Hex } | null
  readonly score?: string | null
}

/** Events of tasks. */
export type TaskEventName =
  | 'TaskInitialize'
  | 'TaskContribute'
  | 'TaskConsensus'
  | 'TaskReveal'
  | 'TaskReopen'
  | 'TaskFinalize'
  | 'TaskClaimed'

/** Events of accounts that come with them. */
export type AccountEventName = 'Lock' | 'Unlock' | 'Reward' | 'Seize' | 'AccurateContribution' | 'FaultyContribution'

/** One thing that happened. */
export type Happening = {
  /** `<block>-<log index>` */
  readonly id: string
  readonly event: TaskEventName | AccountEventName
  /** Seconds since 1970. */
  readonly at: number
  readonly block: number
  readonly txHash: Hex
  /** Whoever sent the transaction. */
  readonly sender: Address | undefined
  /** Worker, pool, or owner of an amount. */
  readonly account: Address | undefined
  /** What a vote, an agreement or a reveal says. */
  readonly hash: Hex | undefined
  readonly nRLC: bigint | undefined
  /** The score afterwards. */
  readonly score: number | undefined
  /** What the whole transaction cost; told with the events of the task itself, not again with its money. */
  readonly gas: { readonly used: number; readonly weiPerUnit: bigint } | undefined
}

/**
 * Everything that happened to a task, in the order of the chain. Of transactions on many tasks only its own part.
 *
 * @example
 * timelineOf(answer, '0x…').map(({ event }) => event) // ['TaskInitialize', 'Lock', 'TaskContribute', …]
 */
export function timelineOf({ task }: TimelineAnswer, taskid: Hex): readonly Happening[] {
  const transactions = new Map((task?.events ?? []).map(({ transaction }) => [transaction.id, transaction]))
  return [...transactions.values()]
    .flatMap((transaction) => ofTransaction(transaction, taskid))
    .toSorted((one, other) => compareIds(one.id, other.id))
}

/** Locks name no task: the hub writes them before the event that they belong to, and nothing else in between. */
function ofTransaction(transaction: Transaction, taskid: Hex): readonly Happening[] {
  const happenings: Happening[] = []
  let money: AccountEvent[] = []
  for (const { ofAccount, ofTask } of inOrder(transaction)) {
    if (ofAccount !== undefined) {
      const about = ofAccount.task?.id ?? taskid
      if (about === taskid) money.push(ofAccount)
      continue
    }
    if (ofTask?.task.id === taskid) {
      happenings.push(...money.map((one) => happeningOf(transaction, one)), happeningOf(transaction, ofTask))
    }
    money = []
  }
  return happenings
}

type AnyEvent = { readonly id: string; readonly ofAccount?: AccountEvent; readonly ofTask?: TaskEvent }

function inOrder({ taskEvents, accountEvents, workerpoolEvents }: Transaction): readonly AnyEvent[] {
  const all: readonly AnyEvent[] = [
    ...taskEvents.map((ofTask) => ({ id: ofTask.id, ofTask })),
    ...accountEvents.map((ofAccount) => ({ id: ofAccount.id, ofAccount })),
    ...workerpoolEvents,
  ]
  return all.toSorted((one, other) => compareIds(one.id, other.id))
}

function happeningOf(transaction: Transaction, event: TaskEvent | AccountEvent): Happening {
  const { id: txHash, timestamp, blockNumber, gasUsed, gasPrice, from } = transaction
  const isOfAccount = 'account' in event
  const said = isOfAccount ? undefined : event
  const ofAccount = isOfAccount ? event : undefined
  return {
    id: event.id,
    event: event.event,
    at: Number(timestamp),
    block: Number(blockNumber),
    txHash,
    sender: from?.id,
    account: ofAccount?.account.id ?? said?.worker?.id ?? said?.workerpool?.id,
    hash: said?.hash ?? said?.consensus ?? said?.digest,
    nRLC: ofAccount?.value === undefined ? undefined : parseRlc(ofAccount.value, 'RLC'),
    score: ofAccount?.score === undefined || ofAccount.score === null ? undefined : Number(ofAccount.score),
    gas: isOfAccount ? undefined : { used: Number(gasUsed), weiPerUnit: BigInt(gasPrice) },
  }
}

/** By block, then by place in it. */
function compareIds(one: string, other: string): number {
  const [block = 0, log = 0] = one.split('-').map(Number)
  const [otherBlock = 0, otherLog = 0] = other.split('-').map(Number)
  return block - otherBlock || log - otherLog
}

/** What a task was worth to a worker. */
export type WorkerMoney = {
  /** What he has at stake now, in nRLC. */
  readonly locked: bigint
  readonly reward: bigint
  readonly lost: bigint
  readonly score: number | undefined
}

/**
 * What a task brought and cost each account that is in it, by address in lower case.
 *
 * @example
 * moneyOf(timeline).get('0x…')?.reward // 3_300_000n
 */
export function moneyOf(timeline: readonly Happening[]): ReadonlyMap<string, WorkerMoney> {
  const all = new Map<string, WorkerMoney>()
  for (const { event, account, nRLC = 0n, score } of timeline) {
    if (account === undefined) continue
    const before = all.get(account) ?? { locked: 0n, reward: 0n, lost: 0n, score: undefined }
    all.set(account, {
      locked: before.locked + (event === 'Lock' ? nRLC : event === 'Unlock' || event === 'Seize' ? -nRLC : 0n),
      reward: before.reward + (event === 'Reward' ? nRLC : 0n),
      lost: before.lost + (event === 'Seize' ? nRLC : 0n),
      score: score ?? before.score,
    })
  }
  return all
}
