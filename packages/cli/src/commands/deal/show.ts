// iexec deal show: what was bought, how far it is, until its last task has ended where that is wanted.
import { asDealId, type DealId } from '@iexec/protocol'
import { IexecError, readHead, type DealState, type Iexec, type ShownDeal, type ShownTask } from '@iexec/sdk'
import type { Call, Command, Outcome } from '../../command.ts'
import { CHAIN_OPTION, WALLET_OPTIONS } from '../../options.ts'
import { isSet, openReader } from '../../session.ts'
import { follow } from '../../terminal/liveWatch.ts'
import { rawDeal, rawTask, type Raw } from '../task/rawShapes.ts'
import { describeDeal, describeProgress } from './words.ts'

export const showDealCommand: Command = {
  name: 'show',
  summary: 'show what a deal is, and how far its tasks are',
  description:
    'Shows what a deal is, how far its tasks are, why they wait and until when, and where the money is. With --watch it is followed until its last task has ended. No password is asked.',
  arguments: [{ name: 'dealid', summary: 'which one' }],
  options: [CHAIN_OPTION, ...WALLET_OPTIONS, { flags: '--watch', summary: 'follow it to the end of its last task' }],
  examples: [
    { line: 'iexec deal show 0x…', meaning: 'as it is now' },
    { line: 'iexec deal show 0x… --watch', meaning: 'comes back to a run that was left' },
  ],
  run: showDealOf,
}

async function showDealOf(call: Call): Promise<Outcome> {
  const dealId = asDealId(call.args[0])
  const iexec = await openReader(call)
  if (isSet(call, 'watch')) return watchedOutcome(iexec, await watch(call, iexec, dealId))
  const deal = await iexec.deals.show(dealId)
  const state = call.terminal.format === 'raw' ? undefined : await presentState(iexec, dealId)
  const { now } = await readHead(iexec.context)
  return {
    raw: { deal: rawDeal(deal) },
    json: dealDocument(deal, state),
    text: describeDeal(deal, state, now),
  }
}

/** The first state that is told; `undefined` for a deal of more tasks than can be read. */
async function presentState(iexec: Iexec, dealId: DealId): Promise<DealState | undefined> {
  try {
    for await (const state of iexec.deals.watch(dealId)) return state
  } catch (error) {
    if (!(error instanceof IexecError) || error.code !== 'Refused') throw error
  }
  return undefined
}

async function watch(call: Call, iexec: Iexec, dealId: DealId): Promise<DealState> {
  return follow(call, iexec.deals.watch(dealId, { signal: call.signal }), {
    view: async (state) => {
      const { now } = await readHead(iexec.context)
      return (later) => describeProgress(state, now + later)
    },
    left: {
      sentence: `You stopped watching; the deal ${dealId} goes on.`,
      hints: [`iexec deal show ${dealId} --watch comes back to it.`],
    },
  })
}

async function watchedOutcome(iexec: Iexec, state: DealState): Promise<Outcome> {
  const { deal, total, completed, failed, claimable, reason } = state
  const { now } = await readHead(iexec.context)
  const { tasks, failedTasks } = await readEnds(iexec, state)
  const lost = failed + claimable
  return {
    raw: {
      tasksCount: total,
      completedTasksCount: completed,
      failedTasksCount: lost,
      deal: rawDeal(deal),
      tasks,
      failedTasks,
    },
    json: dealDocument(deal, state),
    text: describeDeal(deal, state, now),
    failures:
      lost === 0 ? [] : [`The deal ${deal.id} ended without ${lost === total ? 'a result' : 'all results'}. ${reason}`],
  }
}

/** Deals are read task by task, so many at once. */
const BATCH = 50

/** The tasks of a deal that has ended, as scripts know them. */
export async function readEnds(
  iexec: Iexec,
  { deal, tasks }: Pick<DealState, 'deal' | 'tasks'>,
): Promise<{ readonly tasks: readonly Raw[]; readonly failedTasks: readonly Raw[] }> {
  const shown: ShownTask[] = []
  for (let start = 0; start < tasks.length; start += BATCH) {
    const batch = tasks.slice(start, start + BATCH)
    shown.push(...(await Promise.all(batch.map(async ({ id }) => iexec.tasks.show(id, { dealid: deal.id })))))
  }
  return { tasks: shown.map(rawTask), failedTasks: shown.filter(({ end }) => end !== 'completed').map(rawTask) }
}

function dealDocument(deal: ShownDeal, state: DealState | undefined): Readonly<Record<string, unknown>> {
  const { tasks: _ids, ...terms } = deal
  if (state === undefined) return terms
  const { status, reason, nextDeadline, total, completed, failed, claimable, waiting, tasks } = state
  return { ...terms, status, reason, nextDeadline, counts: { total, completed, failed, claimable, waiting }, tasks }
}
