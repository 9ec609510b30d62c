// The tasks of a deal in their order, those that nobody has begun among them.
import type { DealItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { Translate } from '../../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Copy } from '../../show/Copy.tsx'
import { useChoice } from '../../show/kept.ts'
import { shorten } from '../../show/Id.tsx'
import { List } from '../../show/List.tsx'
import { Mark } from '../../show/Mark.tsx'
import { Moment } from '../../show/Moment.tsx'
import type { Column } from '../../show/Table.tsx'
import { TaskStatus, type Status } from '../../show/TaskStatus.tsx'
import { useChain } from '../../site/chain.tsx'
import { readListSearch, useSearchOf } from '../../site/search.ts'
import { useChainClock } from '../task/useChainClock.ts'
import { dealTaskSource, type TaskOfDeal } from './dealTasks.ts'
import { deadlinesOf, useCategory } from './useDeal.ts'

/** The tasks of a deal. */
export function DealTasks({ deal }: { readonly deal: DealItem }): ReactElement {
  const { t } = useTranslation('task')
  const { page = 1 } = useSearchOf(readListSearch)
  const { dealid, botFirst, botSize } = deal
  const source = useMemo(() => dealTaskSource({ dealid, botFirst, botSize }), [dealid, botFirst, botSize])
  const category = useCategory(deal.category)
  const now = useChainClock()
  const isOver = category !== undefined && now >= deadlinesOf(deal, category).finalDeadline
  const columns = useMemo(() => columnsOf(t, { dealid, isOver }), [t, dealid, isOver])
  return (
    <List
      caption={t('facts.tasks')}
      name={`deal-${dealid.slice(0, 10)}-tasks`}
      columns={columns}
      source={source}
      keyOf={({ taskid }) => taskid}
      page={page}
      filters={<h2 className="px-2 text-lg font-semibold">{t('facts.tasks')}</h2>}
    />
  )
}

type OfDeal = { readonly dealid: string; readonly isOver: boolean }

function columnsOf(t: Translate<'task'>, { dealid, isOver }: OfDeal): readonly Column<TaskOfDeal>[] {
  return [
    { key: 'index', title: t('tx.place'), cell: ({ index }) => index, value: ({ index }) => index },
    {
      key: 'task',
      title: t('task'),
      cell: (task) => <TaskLink task={task} dealid={dealid} />,
      value: ({ taskid }) => taskid,
    },
    {
      key: 'status',
      title: t('statusLabel'),
      cell: (task) => <TaskStatus status={statusOf(task, isOver)} />,
      value: (task) => statusOf(task, isOver),
    },
    {
      key: 'time',
      title: t('time'),
      cell: ({ changed }) => changed !== undefined && <Moment at={changed} />,
      value: ({ changed }) => changed ?? null,
    },
  ]
}

/** As `Id` shows it; while nobody has begun it, its page has to be told of which deal it is. */
function TaskLink({ task, dealid }: { readonly task: TaskOfDeal; readonly dealid: string }): ReactElement {
  const { slug } = useChain()
  const [areLong] = useChoice('long-ids')
  return (
    <span className="inline-flex max-w-full items-center gap-1.5">
      <Mark id={task.taskid} />
      <Link
        to={`/${slug}/task/${task.taskid}`}
        {...(task.status === undefined ? { search: { deal: dealid } } : {})}
        className="link digits font-mono break-all"
        title={task.taskid}
      >
        <bdi>{areLong ? task.taskid : shorten(task.taskid)}</bdi>
      </Link>
      <Copy text={task.taskid} what={shorten(task.taskid)} />
    </span>
  )
}

function statusOf({ status, failure }: TaskOfDeal, isOver: boolean): Status {
  if (status === 'failed') return 'failed'
  if (status === 'completed') return failure === null ? 'completed' : 'fruitless'
  return isOver ? 'claimable' : (status ?? 'unset')
}
