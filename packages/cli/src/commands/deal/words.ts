// Deals in words: how far their tasks are, until when they have time, and where the money is.
import { dealPrices, formatRlc, isSameAddress, NO_ADDRESS, taskPrice, type Resource } from '@iexec/protocol'
import type { DealProgress, DealState, ShownDeal, TaskOutline } from '@iexec/sdk'
import { rows } from '../../rows.ts'
import { onOneLine, perTask, tagText } from '../order/words.ts'
import { whenText } from '../task/moments.ts'
import { nextText } from '../task/words.ts'

/** More tasks are not listed one by one. */
const MOST_TASKS = 20

/** What a deal is, and where it stands as far as that is known. @param now the time of the chain, in seconds */
export function describeDeal(deal: ShownDeal, state: DealState | undefined, now: bigint): readonly string[] {
  const { app, dataset, workerpool, requester, sponsor, beneficiary, callback } = deal
  return [
    `Deal ${deal.id}`,
    ...rows([
      ['status', state === undefined ? undefined : state.status],
      ['why', state?.reason],
      ['next', nextText(state?.nextDeadline, now)],
      ['app', sideText(app)],
      ['dataset', isNobody(dataset.pointer) ? undefined : sideText(dataset)],
      ['workerpool', sideText(workerpool)],
      ['requester', requester],
      ['paid by', isSameAddress(sponsor, requester) ? undefined : sponsor],
      ['beneficiary', isSameAddress(beneficiary, requester) ? undefined : beneficiary],
      ['callback', isNobody(callback) ? undefined : callback],
      ['category', String(deal.category)],
      ['trust', String(deal.trust)],
      ['tag', tagText(deal.tag)],
      ['params', onOneLine(deal.params)],
      ['made', whenText(deal.startTime, now)],
      ['time until', whenText(deal.finalDeadline, now)],
      ['tasks', String(deal.botSize)],
      ...(state?.tasks ?? []).slice(0, MOST_TASKS).map((task) => ['', taskLine(task)] as const),
      ['money', state === undefined ? undefined : dealMoney(deal, state)],
    ]),
  ]
}

/** The few lines that change while a deal is followed. */
export function describeProgress(state: DealState, now: bigint): readonly string[] {
  const { deal, status, reason, nextDeadline, tasks } = state
  return [
    `Deal ${deal.id}`,
    ...rows([
      ['status', status],
      ['why', reason],
      ['next', nextText(nextDeadline, now)],
      ...tasks.slice(0, MOST_TASKS).map((task) => ['task', taskLine(task)] as const),
    ]),
  ]
}

function taskLine({ id, statusName, failure }: TaskOutline): string {
  return `${id} ${statusName}${failure === undefined ? '' : ` without a result: ${failure}`}`
}

function sideText({ pointer, price }: Resource): string {
  return `${pointer}, ${perTask(price)}`
}

function isNobody(address: Resource['pointer']): boolean {
  return isSameAddress(address, NO_ADDRESS)
}

/** What became of the price of each task, or will. */
function dealMoney(deal: ShownDeal, progress: Omit<DealProgress, 'tasks'>): string {
  const price = taskPrice(dealPrices(deal))
  if (price === 0n) return 'it costs nothing'
  const { completed, failed, claimable, waiting } = progress
  const parts = [
    [completed, 'paid'],
    [failed, `went back to ${deal.sponsor}`],
    [claimable, `comes back to ${deal.sponsor} with: iexec deal claim ${deal.id}`],
    [waiting, 'held: paid for results only'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${formatRlc(BigInt(count) * price)} ${what}`)
    .join('; ')
}
