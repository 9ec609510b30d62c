// What the workerpool says of a task: what each worker is doing, which no chain tells. Its words; nothing of it is proved.
import type { OffchainTask, Replicate } from '@iexec/sdk'
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Hex } from 'viem'
import { waitAfter } from '../../read/hear.ts'
import { Export } from '../../show/Export.tsx'
import { Id } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { FailureWords } from '../../show/failure/FailureWords.tsx'
import { fixedSource } from '../../show/source.ts'
import { Empty, Skeleton } from '../../show/states.tsx'
import { Table, type Column } from '../../show/Table.tsx'
import { useReader } from '../../wallet/useWallet.ts'
import { keepListening } from './keepListening.ts'
import { Section } from './Section.tsx'
import { usePoolApi } from './usePoolApi.ts'
import type { TaskView } from './useTask.ts'

/** What is listened to. */
export type PoolViewProps = {
  readonly view: TaskView
  /** Whether the pool may still say something new. */
  readonly isOpen: boolean
}

/** What the pool says now; while the task goes on, as it says it. */
export function PoolView(props: PoolViewProps): ReactElement {
  const { t } = useTranslation('task')
  const { deal } = props.view
  const pool = usePoolApi(deal.workerpool.pointer)
  return (
    <Section title={t('pool.label')}>
      {pool.is === 'reading' && <Skeleton lines={2} />}
      {pool.is === 'silent' && <p className="p-4">{t('pool.silent')}</p>}
      {pool.is === 'foreign' && <p className="p-4 break-words">{t('pool.foreign', { origin: pool.origin })}</p>}
      {pool.is === 'named' && <Heard {...props} />}
    </Section>
  )
}

function Heard(props: PoolViewProps): ReactElement {
  const { t } = useTranslation('task')
  const { said, error } = usePool(props)
  return (
    <>
      <p className="px-4 pt-3 text-muted">{t('pool.unproved')}</p>
      <div aria-live="polite">
        {said === undefined && error === undefined && <Skeleton lines={2} />}
        {said === undefined && error !== undefined && (
          <div className="p-4">
            <FailureWords error={error} />
          </div>
        )}
        {said !== undefined && error !== undefined && (
          <p className="px-4 pt-3 font-medium text-warn">{t('pool.lost')}</p>
        )}
        {said !== undefined && <Said said={said} taskid={props.view.taskid} />}
      </div>
    </>
  )
}

type Told = { readonly said: OffchainTask | undefined; readonly error: Error | undefined }

function usePool({ view: { taskid, deal }, isOpen }: PoolViewProps): Told {
  const openReader = useReader()
  const [heard, hear] = useState<Told>({ said: undefined, error: undefined })
  const { dealid } = deal
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const listen = async (tellHeard: () => void): Promise<void> => {
      const { tasks } = await openReader()
      if (!isOpen) {
        hear({ said: await tasks.offchain(taskid, { dealid, signal }), error: undefined })
        leaving.abort()
        return
      }
      for await (const news of await tasks.stream(taskid, { dealid, signal })) {
        if (news.type !== 'task' || signal.aborted) continue
        tellHeard()
        hear({ said: news.task, error: undefined })
      }
    }
    void keepListening({
      listen,
      lost: (error) => {
        hear(({ said }) => ({ said, error }))
      },
      wait: async (failures) => waitFor(waitAfter(failures), signal),
      signal,
    })
    return () => {
      leaving.abort()
    }
  }, [openReader, taskid, dealid, isOpen])
  return heard
}

/** Ends sooner when nobody waits any more. */
async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function Said({ said, taskid }: { readonly said: OffchainTask; readonly taskid: Hex }): ReactElement {
  const { t } = useTranslation('task')
  const columns = useColumns()
  const source = useMemo(() => fixedSource(said.replicates), [said])
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
        <span className="text-muted">{t('pool.said')}</span>
        <code className="font-mono">{said.status}</code>
        <div className="ms-auto flex flex-wrap items-center gap-2">
          {said.replicates.length > 0 && (
            <Export name={`task-${taskid.slice(0, 10)}-workers`} columns={columns} source={source} />
          )}
        </div>
      </div>
      {said.refusal !== undefined && (
        <p className="px-4 pb-3 font-medium text-bad">{t('pool.refusal', { refusal: said.refusal })}</p>
      )}
      {said.replicates.length === 0 ? (
        <Empty>{t('pool.nobody')}</Empty>
      ) : (
        <Table caption={t('pool.label')} columns={columns} rows={said.replicates} keyOf={({ worker }) => worker} />
      )}
    </>
  )
}

function useColumns(): readonly Column<Replicate>[] {
  const { t } = useTranslation('task')
  return useMemo(
    () => [
      {
        key: 'worker',
        title: t('pool.worker'),
        cell: ({ worker }) => <Id id={worker} kind="worker" />,
        value: ({ worker }) => worker,
      },
      {
        key: 'status',
        title: t('pool.status'),
        cell: ({ status }) => <code className="font-mono text-xs break-all">{status}</code>,
        value: ({ status }) => status,
      },
      {
        key: 'since',
        title: t('pool.since'),
        cell: ({ history }) => <Since date={history.at(-1)?.date} />,
        value: ({ history }) => history.at(-1)?.date ?? null,
      },
      {
        key: 'exit_code',
        title: t('pool.exitCode'),
        cell: ({ exitCode }) => exitCode,
        value: ({ exitCode }) => exitCode ?? null,
        isAmount: true,
      },
      {
        key: 'message',
        title: t('pool.message'),
        cell: ({ message }) => <bdi className="break-words">{message}</bdi>,
        value: ({ message }) => message ?? null,
      },
    ],
    [t],
  )
}

/** A pool may write any text for a date. */
function Since({ date }: { readonly date: string | undefined }): ReactElement | undefined {
  if (date === undefined) return undefined
  return Number.isNaN(Date.parse(date)) ? <>{date}</> : <Moment at={date} />
}
