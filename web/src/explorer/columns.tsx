// What the lists of the explorer tell of deals, tasks, contributions and events.
import type { ContributionItem, DealItem, HistoryItem, TaskItem } from '@iexec/wire'
import type { Translate } from '../language/words.ts'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Address } from 'viem'
import { Amount } from '../show/Amount.tsx'
import { Id } from '../show/Id.tsx'
import { dealColumns } from '../show/dealColumns.tsx'
import { momentColumn } from '../show/momentColumn.tsx'
import type { Column } from '../show/Table.tsx'
import { TaskStatus, type Status } from '../show/TaskStatus.tsx'
import { useChain } from '../site/chain.tsx'
import { eventName, nameOfEvent } from './eventName.ts'
import { ContributionStatus } from './VoteStatus.tsx'

/** The words of the explorer. */
export type ExplorerWords = Translate<'explorer'>

/** What lists of the explorer tell of deals. */
export function dealColumnsOf(t: ExplorerWords): readonly Column<DealItem>[] {
  return dealColumns([
    ['deal', t('deal')],
    ['app', t('app')],
    ['workerpool', t('workerpool')],
    ['requester', t('requester')],
    ['category', t('category')],
    ['tasks', t('tasks')],
    ['price', t('price')],
    ['time', t('age')],
  ])
}

/** Completed is also what has no result, because the workers agreed on that; older markets tell nothing of it. */
function statusOf({ status, failure }: TaskItem): Status {
  return typeof failure === 'string' ? 'fruitless' : status
}

/** What lists tell of tasks. */
export function taskColumns(t: ExplorerWords): readonly Column<TaskItem>[] {
  return [
    {
      key: 'task',
      title: t('task'),
      cell: ({ taskid }) => <Id id={taskid} kind="task" />,
      value: ({ taskid }) => taskid,
    },
    {
      key: 'status',
      title: t('statusLabel'),
      cell: (task) => <TaskStatus status={statusOf(task)} />,
      value: statusOf,
    },
    {
      key: 'app',
      title: t('app'),
      cell: ({ app }) => <Id id={app} kind="app" />,
      value: ({ app }) => app,
    },
    {
      key: 'workerpool',
      title: t('workerpool'),
      cell: ({ workerpool }) => <Id id={workerpool} kind="workerpool" />,
      value: ({ workerpool }) => workerpool,
    },
    {
      key: 'requester',
      title: t('requester'),
      cell: ({ requester }) => <Id id={requester} kind="address" />,
      value: ({ requester }) => requester,
    },
    momentColumn({ key: 'begun', title: t('begun') }, ({ initializedTimestamp }) => initializedTimestamp),
    momentColumn({ key: 'ended', title: t('ended') }, ({ endedTimestamp }) => endedTimestamp),
  ]
}

/** What lists tell of contributions. */
export function contributionColumns(t: ExplorerWords): readonly Column<ContributionItem>[] {
  return [
    {
      key: 'task',
      title: t('task'),
      cell: ({ taskid }) => <Id id={taskid} kind="task" />,
      value: ({ taskid }) => taskid,
    },
    {
      key: 'status',
      title: t('statusLabel'),
      cell: ({ status }) => <ContributionStatus status={status} />,
      value: ({ status }) => status,
    },
    {
      key: 'weight',
      title: t('weight'),
      cell: ({ weight }) => weight,
      value: ({ weight }) => weight,
      isAmount: true,
    },
    {
      key: 'result_digest',
      title: t('resultDigest'),
      cell: ({ resultDigest }) =>
        resultDigest === null ? (
          <span className="text-muted">{t('sealed')}</span>
        ) : (
          <Id id={resultDigest} kind="hash" />
        ),
      value: ({ resultDigest }) => resultDigest,
    },
    momentColumn({ key: 'time', title: t('age') }, ({ blockTimestamp }) => blockTimestamp),
  ]
}

/** What lists tell of events of the chain, seen from an account. */
export function eventColumns(address: Address, t: ExplorerWords): readonly Column<HistoryItem>[] {
  return [
    momentColumn({ key: 'time', title: t('age') }, ({ blockTimestamp }) => blockTimestamp),
    {
      key: 'event',
      title: t('event'),
      cell: ({ kind, account, counterparty }) => eventName(nameOfEvent(kind, account, counterparty), t),
      value: ({ kind }) => kind,
    },
    {
      key: 'amount_nRLC',
      title: t('amount'),
      cell: ({ amount }) => amount !== null && <Amount nRLC={amount} />,
      value: ({ amount }) => amount,
      isAmount: true,
    },
    {
      key: 'about',
      title: t('about'),
      cell: (event) => <About event={event} />,
      value: ({ taskid, dealid, asset, orderHash }) => taskid ?? dealid ?? asset ?? orderHash,
    },
    {
      key: 'counterparty',
      title: t('counterparty'),
      cell: (event) => <Other address={otherOf(event, address)} />,
      value: (event) => otherOf(event, address),
    },
    {
      key: 'transaction',
      title: t('transaction'),
      cell: ({ transactionHash }) => <Id id={transactionHash} kind="tx" />,
      value: ({ transactionHash }) => transactionHash,
    },
  ]
}

/** Whether an address is somebody's: zero is nobody. */
function isSomebody(address: `0x${string}` | null): address is `0x${string}` {
  return address !== null && !/^0x0+$/u.test(address)
}

/** Who else is named. */
function otherOf({ account, counterparty }: HistoryItem, address: Address): Address | null {
  return counterparty?.toLowerCase() === address.toLowerCase() ? account : counterparty
}

function Other({ address }: { readonly address: Address | null }): ReactElement | null {
  const { t } = useTranslation('explorer')
  const { hub } = useChain()
  if (!isSomebody(address)) return null
  const isHub = address.toLowerCase() === hub.toLowerCase()
  return <Id id={address} kind="address" name={isHub ? t('hub') : undefined} />
}

function About({ event }: { readonly event: HistoryItem }): ReactElement | null {
  const { taskid, dealid, asset, kind, orderHash } = event
  if (taskid !== null) return <Id id={taskid} kind="task" />
  if (dealid !== null) return <Id id={dealid} kind="deal" />
  if (asset !== null) {
    if (kind.startsWith('App')) return <Id id={asset} kind="app" />
    return <Id id={asset} kind={kind.startsWith('Dataset') ? 'dataset' : 'workerpool'} />
  }
  return orderHash === null ? null : <Id id={orderHash} kind="hash" />
}
