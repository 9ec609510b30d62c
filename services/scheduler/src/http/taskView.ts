// What clients are told of a task, under the names that they know.
import type { Database } from '@iexec/service'
import { decodeResultLink } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import {
  contributionEnd,
  finalEnd,
  type Change,
  type Deal,
  type DealFacts,
  type Place,
  type Task,
} from '../book/model.ts'
import { fromDealRow, fromPlaceRow, fromTaskRow } from '../book/rows.ts'
import type { Schema } from '../book/schema.ts'
import { idOfTask } from '../chain/apply.ts'
import type { Leading } from '../pool/leading.ts'

/** A task and its places, wherever they were found. */
export type FoundTask = Pick<Task, 'id' | 'index' | 'status' | 'history' | 'results'> & {
  readonly facts: DealFacts
  readonly places: readonly Place[]
}

/** Where tasks are looked for. */
export type TaskSource = { readonly database: Database<Schema>; readonly leading: () => Leading | undefined }

/** A task of this pool; undefined when there is none of this id. */
export async function findTask({ database, leading }: TaskSource, id: Hex): Promise<FoundTask | undefined> {
  const now = leading()
  const task = now?.book.tasks.get(id)
  if (task !== undefined) return { ...task, facts: task.deal.facts, places: [...task.places.values()] }
  return (await readStored(database, id)) ?? findUnbegun([...(now?.book.deals.values() ?? [])], id)
}

async function readStored({ read }: Database<Schema>, id: Hex): Promise<FoundTask | undefined> {
  const row = await read.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  const [dealRow, places] = await Promise.all([
    read.selectFrom('deal').selectAll().where('id', '=', row.deal).executeTakeFirst(),
    read.selectFrom('place').selectAll().where('task', '=', id).orderBy('id').execute(),
  ])
  if (dealRow === undefined) return undefined
  const deal = fromDealRow(dealRow)
  return { ...fromTaskRow(row, deal), facts: deal.facts, places: places.map(fromPlaceRow) }
}

/** Ids of tasks that wait to be begun are computed once for each deal, and not beyond this many. */
const MOST_IDS = 20_000
const ids = new WeakMap<Deal, Map<Hex, number>>()

function findUnbegun(deals: readonly Deal[], id: Hex): FoundTask | undefined {
  for (const deal of deals) {
    const { facts } = deal
    const index = idsOf(deal).get(id)
    if (index === undefined) continue
    const history = [{ status: 'RECEIVED', at: facts.seenAt }]
    return { id, index, status: 'unset', history, results: undefined, facts, places: [] }
  }
  return undefined
}

function idsOf(deal: Deal): ReadonlyMap<Hex, number> {
  const known = ids.get(deal)
  if (known !== undefined) return known
  const { id, botFirst, botSize } = deal.facts
  const indexes = Array.from({ length: Math.min(botSize, MOST_IDS) }, (_, place) => botFirst + place)
  const made = new Map(indexes.map((index) => [idOfTask(id, index), index]))
  ids.set(deal, made)
  return made
}

/** A change of state, as clients read it. */
export type ShownChange = {
  readonly status: string
  readonly date: string
  readonly cause?: string
  readonly chainReceipt?: { readonly txHash: Hex }
}

/** A worker's part, as clients read it. */
export type ShownReplicate = {
  readonly self: string
  readonly chainTaskId: Hex
  readonly walletAddress: Address
  readonly currentStatus: string
  readonly statusUpdateList: readonly ShownChange[]
  readonly appExitCode: number | null
  readonly message: string | null
  readonly appLogs: string
}

/** A task, as clients read it. */
export type ShownPoolTask = {
  readonly chainTaskId: Hex
  readonly chainDealId: Hex
  readonly taskIndex: number
  readonly currentStatus: string
  readonly dateStatusList: readonly ShownChange[]
  readonly replicates: readonly ShownReplicate[]
  readonly requester: Address
  readonly trust: number
  readonly tag: Hex
  readonly contributionDeadline: string
  readonly finalDeadline: string
  readonly resultLink: string | null
  /** Why this pool does not run it, if so. */
  readonly refusal: string | null
}

/** Everything that anybody may know of a task. */
export function showTask(task: FoundTask): ShownPoolTask {
  const { id, index, facts, history, places, results } = task
  const link = results === undefined ? undefined : decodeResultLink(results)
  return {
    chainTaskId: id,
    chainDealId: facts.id,
    taskIndex: index,
    currentStatus: history.at(-1)?.status ?? 'RECEIVED',
    dateStatusList: history.map(showChange),
    replicates: places.map((place) => showPlace(id, place)),
    requester: facts.requester,
    trust: Number(facts.trust),
    tag: facts.tag,
    contributionDeadline: moment(contributionEnd(facts) * 1_000),
    finalDeadline: moment(finalEnd(facts) * 1_000),
    resultLink: link !== undefined && 'location' in link ? link.location : null,
    refusal: facts.refusal ?? null,
  }
}

function showPlace(task: Hex, { worker, history, exitCode, message }: Place): ShownReplicate {
  const self = `/tasks/${task}/replicates/${worker}`
  return {
    self,
    chainTaskId: task,
    walletAddress: worker,
    currentStatus: history.at(-1)?.status ?? 'CREATED',
    statusUpdateList: history.map(showChange),
    appExitCode: exitCode ?? null,
    message: message ?? null,
    appLogs: `${self}/logs`,
  }
}

function showChange({ status, at, cause, tx }: Change): ShownChange {
  return {
    status,
    date: moment(at),
    ...(cause === undefined ? {} : { cause }),
    ...(tx === undefined ? {} : { chainReceipt: { txHash: tx } }),
  }
}

/** The last moment that a date can tell. */
const LAST = 8.64e15

function moment(ms: number): string {
  return new Date(Math.min(ms, LAST)).toISOString()
}
