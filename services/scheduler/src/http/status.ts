// How a scheduler is: for `/health`, and on one page for people.
import type { StatusPage } from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import type { Authority } from '../authority.ts'
import { finalEnd, isFinal } from '../book/model.ts'
import type { Standing } from '../standing.ts'
import { showWorkers } from './workers.ts'

/** What `/health` answers. */
export type Health = {
  readonly ok: boolean
  readonly role: string
  readonly state: string
  readonly reason: string | null
  readonly headBlock: number | null
  readonly followedBlock: number | null
  readonly workers: number
  readonly tasks: number
}

/** How it is now: well, when it stands by, or follows the chain and can have results stored. */
export function healthOf({ role, leading, storages }: Standing): Health {
  const { state = 'starting', reason, head, block } = leading?.status() ?? {}
  // Who stands by serves nobody.
  const trouble = role === 'standby' ? undefined : storages.trouble()
  const workers = [...(leading?.book.workers.values() ?? [])].filter(({ isConnected }) => isConnected).length
  return {
    ok: role === 'standby' || (leading !== undefined && state !== 'waiting' && trouble === undefined),
    role,
    state: role === 'standby' ? 'standby' : state,
    reason: reason ?? trouble ?? null,
    headBlock: head ?? null,
    followedBlock: block ?? null,
    workers,
    tasks: leading?.book.tasks.size ?? 0,
  }
}

const ROWS = 50

/** The page for people. */
export function statusOf(standing: Standing, facts: PoolFacts, authority: Authority): StatusPage {
  const health = healthOf(standing)
  const { leading } = standing
  return {
    title: `Workerpool ${facts.workerpool}`,
    ok: health.ok,
    summary: summaryOf(health),
    sections: [
      {
        heading: 'Pool',
        facts: [
          ['Chain', facts.chainId],
          ['Hub', facts.hub],
          ['Speaks by', authority.kind === 'owner' ? 'the key of its owner' : `an operator of ${authority.owner}`],
          ['Storages', facts.storages.map((url) => standing.storages.troubleOf(url) ?? url).join(', ') || 'none'],
          ['Block', health.followedBlock ?? 'none yet'],
          ['Transactions on their way', leading?.inFlight() ?? 0],
        ],
      },
      workersSection(standing),
      tasksSection(standing),
      dealsSection(standing),
    ],
  }
}

function summaryOf({ role, ok, reason, workers, tasks }: Health): string {
  if (role === 'standby') return 'Another process runs the pool; this one takes over when it is gone.'
  if (!ok) return reason ?? 'It has not begun yet.'
  return `${workers} ${workers === 1 ? 'worker is' : 'workers are'} connected; ${tasks} ${tasks === 1 ? 'task is' : 'tasks are'} in hand.`
}

function workersSection({ leading }: Standing): StatusPage['sections'][number] {
  const rows = showWorkers(leading, Date.now(), ROWS).map(
    ({ name, worker, isConnected, free, places, succeeded, failed }) => [
      name,
      worker,
      isConnected ? 'connected' : 'away',
      `${free} of ${places}`,
      succeeded,
      failed,
    ],
  )
  const columns = ['Name', 'Wallet', 'State', 'Free places', 'Done', 'Failed']
  return { heading: 'Workers', table: { columns, rows, empty: 'Nobody has joined yet.' } }
}

function tasksSection({ leading }: Standing): StatusPage['sections'][number] {
  const rows = [...(leading?.book.tasks.values() ?? [])]
    .filter((task) => !isFinal(task))
    .slice(0, ROWS)
    .map(({ id, index, deal, history, places, sent }) => [
      id,
      index,
      history.at(-1)?.status ?? '',
      [...places.values()].map(({ state }) => state).join(', '),
      [...sent.values()].find(({ state }) => state === 'failed')?.reason ?? deal.facts.refusal ?? '',
    ])
  const columns = ['Task', 'Index', 'State', 'Places', 'What keeps it']
  return { heading: 'Tasks in hand', table: { columns, rows, empty: 'Nothing to do.' } }
}

function dealsSection({ leading }: Standing): StatusPage['sections'][number] {
  const rows = [...(leading?.book.deals.values() ?? [])]
    .filter(({ isClosed }) => !isClosed)
    .slice(0, ROWS)
    .map(({ facts, next }) => [
      facts.id,
      facts.requester,
      facts.botFirst + facts.botSize - next,
      new Date(Math.min(finalEnd(facts) * 1_000, 8.64e15)).toISOString(),
    ])
  const columns = ['Deal', 'Requester', 'Not begun', 'Ends at']
  return { heading: 'Deals', table: { columns, rows, empty: 'No open deals.' } }
}
