// Tasks in words: where one stands, why it waits and until when, who voted, where its result is, and where the money is.
import {
  dealPrices,
  formatRlc,
  isSameAddress,
  newWorkersNeeded,
  NO_ADDRESS,
  taskPrice,
  type Contribution,
  type FailureCause,
  type ResultLink,
  type TaskId,
  type UnreadableLink,
} from '@iexec/protocol'
import type { NextMoment, OffchainTask, ShownDeal, ShownTask } from '@iexec/sdk'
import { rows } from '../../rows.ts'
import { onOneLine } from '../order/words.ts'
import { whenText } from './moments.ts'
import { reasonText, votesAhead, workersText } from './poolWords.ts'

/**
 * A task as aligned lines under its title.
 *
 * @param now the time of the chain, in seconds
 * @param pool what its workerpool says of it, if it does
 */
export function describeTask(task: ShownTask, now: bigint, pool?: OffchainTask): readonly string[] {
  const { id, deal, index, statusName, failure, nextDeadline, contributions, results } = task
  return [
    `Task ${id}`,
    ...rows([
      ['status', statusName],
      ['why', reasonText(task, now, pool)],
      ['do', failure === undefined ? undefined : remedyFor(failure, id)],
      ['', pool?.refusal === undefined ? undefined : `The workerpool does not run it: ${pool.refusal}`],
      ['next', nextText(nextDeadline, now)],
      ['workers', pool === undefined ? undefined : workersText(pool)],
      ['deal', `${deal.id}, task ${index - deal.botFirst + 1n} of ${deal.botSize}`],
      ['app', deal.app.pointer],
      ['dataset', isSameAddress(deal.dataset.pointer, NO_ADDRESS) ? undefined : deal.dataset.pointer],
      ['workerpool', deal.workerpool.pointer],
      ['votes', votesText(task, pool)],
      ...contributions.map((vote) => ['', voteText(vote)] as const),
      ['result', resultText(results, deal)],
      ['money', moneyText(task, now)],
    ]),
  ]
}

/** That a task has no result, why, and what to do. */
export function failureText(id: TaskId, { reason, failure }: Pick<ShownTask, 'reason' | 'failure'>): string {
  const words = reason.replace('It is finished without a result. ', '')
  return `The task ${id} ended without a result. ${words}${failure === undefined ? '' : ` ${remedyFor(failure, id)}`}`
}

/**
 * What to do about a failure on which the workers agreed, as a sentence.
 *
 * @example
 * remedyFor('APP_TIMEOUT', taskId) // 'Buy a longer category: iexec app run … --category 1.'
 */
function remedyFor(failure: FailureCause, id: TaskId): string {
  switch (failure) {
    case 'APP_EXITED':
    case 'APP_TRAPPED':
      return `iexec task logs ${id} shows what it wrote.`
    case 'APP_TIMEOUT':
    case 'APP_OUT_OF_MEMORY':
    case 'APP_DISK_FULL':
      return 'Give it less to do, or more room: a higher category, as in iexec app run … --category 1.'
    case 'PARAMS_REFUSED':
      return `iexec task debug ${id} shows what is wrong with them: correct --params, and buy again.`
    case 'INPUT_FILES_DOWNLOAD_FAILED':
      return 'Look whether everybody can fetch each of the input files by its URL.'
    case 'DATASET_FILE_DOWNLOAD_FAILED':
    case 'DATASET_FILE_BAD_CHECKSUM':
      return 'Tell the owner of the dataset.'
    case 'APP_IMAGE_DOWNLOAD_FAILED':
    case 'APP_IMAGE_REFUSED':
      return 'Tell the owner of the app: iexec app check shows what workers see.'
    case 'RESULT_REFUSED':
      return 'Tell the owner of the app: iexec app test shows what it leaves.'
    default:
      return failure satisfies never
  }
}

/** `in 4 min (2026-…): nobody can contribute any more`. */
export function nextText(next: NextMoment | undefined, now: bigint): string | undefined {
  return next === undefined ? undefined : `${whenText(next.at, now)}: ${next.what}`
}

/**
 * `2 of about 3 workers`: how many it takes depends on how well they are known, and on whether they agree.
 *
 * @param pool what its workerpool says of it, if it does: it may know of votes before they are seen on the chain
 */
export function votesText(task: ShownTask, pool?: OffchainTask): string {
  const { contributions, deal, end } = task
  const ahead = votesAhead(task, pool)
  const count = ahead ?? contributions.length
  if (end !== undefined) return `${count} ${count === 1 ? 'worker' : 'workers'}`
  const needed = Math.max(newWorkersNeeded(deal.trust), count)
  const words = `${count} of ${deal.trust > 2n ? 'about ' : ''}${needed} ${needed === 1 ? 'worker' : 'workers'}`
  return ahead === undefined ? words : `${words}, says the workerpool`
}

const VOTES: { readonly [Status in Contribution['status']]: string } = {
  contributed: 'voted',
  proved: 'voted, and revealed the result',
  rejected: 'was not of the agreement, or did not reveal',
}

function voteText({ worker, status }: Contribution): string {
  return `${worker} ${VOTES[status]}`
}

/** Where a result is; `undefined` as long as there is none. What the workerpool wrote is a stranger's. */
export function resultText(link: ResultLink | UnreadableLink, deal: Pick<ShownDeal, 'callback'>): string | undefined {
  switch (link.storage) {
    case 'none':
      return undefined
    case 'ipfs':
      return onOneLine(link.location)
    case 'dropbox':
      return `in the Dropbox of the beneficiary, at ${onOneLine(link.location)}`
    case 'ethereum':
      return `in the contract ${deal.callback}`
    case 'unreadable':
      return `the workerpool wrote where it is in a way that nobody can read: ${link.reason}`
    default:
      return link satisfies never
  }
}

/** What became of the price, or will. */
export function moneyText(task: ShownTask, now: bigint): string {
  const { id, end, deal, status } = task
  const price = taskPrice(dealPrices(deal))
  if (price === 0n) return 'it costs nothing'
  const rlc = formatRlc(price)
  if (end === 'completed') return `${rlc} was paid: ${partsText(dealPrices(deal))}`
  if (end === 'failed') return `${rlc} went back to ${deal.sponsor}`
  if (end === undefined) {
    return `${rlc} of ${deal.sponsor} is held: paid for a result only, else claimed back ${whenText(deal.finalDeadline, now)}`
  }
  const claim = status === 'unset' ? `iexec deal claim ${deal.id}` : `iexec task claim ${id}`
  return `${rlc} comes back to ${deal.sponsor} with: ${claim}`
}

type Parts = { readonly app: bigint; readonly dataset: bigint; readonly workerpool: bigint }

/** `app 3 nRLC, workerpool 10 nRLC`. */
function partsText({ app, dataset, workerpool }: Parts): string {
  return Object.entries({ app, dataset, workerpool })
    .filter(([, price]) => price > 0n)
    .map(([part, price]) => `${part} ${formatRlc(price)}`)
    .join(', ')
}
