// A run as somebody watches it: order, deal, task, contributions, result, each with how far it is.
import { formatRlc } from '@iexec/protocol'
import type { BoughtDeal, RunEstimate, RunState } from '@iexec/sdk'
import { rows } from '../../rows.ts'
import type { View } from '../../terminal/live.ts'
import { reasonText, workersText } from '../task/poolWords.ts'
import type { WithPool } from '../task/withPool.ts'
import { nextText, votesText } from '../task/words.ts'

/** A run that was bought. */
export type Bought = { readonly estimate: RunEstimate; readonly deals: readonly BoughtDeal[] }

/**
 * The lines for a state.
 *
 * @param now the time of the chain, in seconds
 */
export function viewRun({ estimate, deals }: Bought, state: WithPool<RunState>, now: bigint): View {
  const { task, tasks, reason, nextDeadline, pool } = state
  const price = formatRlc(estimate.total)
  const [first] = tasks
  return (later) =>
    rows([
      ['order', `matched for ${price}`],
      ...deals.map(({ dealId }) => ['deal', dealId] as const),
      ['task', first === undefined ? undefined : `${first.id} ${first.statusName}`],
      ['workers', pool === undefined ? undefined : workersText(pool)],
      ['contributions', task === undefined ? undefined : votesText(task, pool)],
      ['result', resultOf(state)],
      ['', pool?.refusal === undefined ? undefined : `The workerpool does not run it: ${pool.refusal}`],
      ['', task === undefined ? reason : reasonText(task, now + later, pool)],
      ['', nextText(nextDeadline, now + later)],
    ])
}

function resultOf({ status, task }: RunState): string {
  if (status === 'running') return task?.status === 'revealing' ? 'agreed on, and revealed now' : 'not yet'
  return status === 'completed' && task?.failure === undefined ? 'there' : 'none'
}
