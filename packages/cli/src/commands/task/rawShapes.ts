// Deals and tasks in the shapes that scripts know: the contract's own names, and numbers as texts.
import type { Resource } from '@iexec/protocol'
import { computeTaskId, type ShownDeal, type ShownTask } from '@iexec/sdk'

/** What `--raw` tells of something. */
export type Raw = Readonly<Record<string, unknown>>

/** Ids of more tasks than this are not written into one line. */
const MOST_TASKS = 100_000n
const NO_HASH = `0x${'0'.repeat(64)}`
/** As the hub counts them. */
const STATUS_CODES = { unset: 0, active: 1, revealing: 2, completed: 3, failed: 4 } as const

/** A deal, with the ids of its tasks by their index. */
export function rawDeal(deal: ShownDeal): Raw {
  const count = deal.botSize < MOST_TASKS ? deal.botSize : MOST_TASKS
  return {
    dealid: deal.id,
    app: rawResource(deal.app),
    dataset: rawResource(deal.dataset),
    workerpool: rawResource(deal.workerpool),
    trust: String(deal.trust),
    category: String(deal.category),
    tag: deal.tag,
    requester: deal.requester,
    beneficiary: deal.beneficiary,
    callback: deal.callback,
    params: deal.params,
    startTime: String(deal.startTime),
    finalTime: String(deal.finalDeadline),
    botFirst: String(deal.botFirst),
    botSize: String(deal.botSize),
    workerStake: String(deal.workerStake),
    schedulerRewardRatio: String(deal.schedulerRewardRatio),
    sponsor: deal.sponsor,
    tasks: Object.fromEntries(
      Array.from({ length: Number(count) }, (_, place) => {
        const index = deal.botFirst + BigInt(place)
        return [String(index), computeTaskId(deal.id, index)]
      }),
    ),
  }
}

function rawResource({ pointer, owner, price }: Resource): Raw {
  return { pointer, owner, price: String(price) }
}

/** A task as the hub keeps it. */
export function rawTask({ id, deal, index, record, statusName, isTimedOut, results }: ShownTask): Raw {
  const consensus = 'consensus' in record ? record.consensus : undefined
  return {
    taskid: id,
    status: STATUS_CODES[record.status],
    statusName,
    taskTimedOut: isTimedOut,
    dealid: deal.id,
    idx: String(index),
    timeref: String(deal.timeref),
    contributionDeadline: String(deal.contributionDeadline),
    revealDeadline: String(consensus?.revealDeadline ?? 0n),
    finalDeadline: String(deal.finalDeadline),
    consensusValue: consensus?.value ?? NO_HASH,
    revealCounter: String(consensus?.reveals ?? 0),
    winnerCounter: String(consensus?.winners ?? 0),
    contributors: record.status === 'unset' ? [] : record.contributors,
    resultDigest: consensus?.resultDigest ?? NO_HASH,
    results,
    resultsCallback: record.status === 'completed' ? record.resultsCallback : '0x',
  }
}
