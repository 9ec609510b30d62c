// A task: where it stands and why, what comes next, its votes, its result, and all that ever happened to it.
import { lazy, Suspense, useEffect, useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Id } from '../../show/Id.tsx'
import { Beside, Page } from '../../show/Page.tsx'
import { Empty, Failure, Outdated, Skeleton } from '../../show/states.tsx'
import { useGraph } from '../../read/useGraph.ts'
import { part } from '../../site/part.ts'
import { useSearchOf } from '../../site/search.ts'
import { LeftBehind } from './LeftBehind.tsx'
import { readTaskSearch, useIdOfPage } from './search.ts'
import { Section } from './Section.tsx'
import { StandingCard } from './StandingCard.tsx'
import { standingOf } from './standing.ts'
import { TIMELINE_GRAPH, timelineOf, type Happening, type TimelineAnswer } from './timeline.ts'
import { useChainClock } from './useChainClock.ts'
import { useTask, type TaskRead, type TaskView } from './useTask.ts'
import { Votes } from './Votes.tsx'
import { Watch } from '../../watch/Watch.tsx'

const Result = lazy(async () => ({ default: (await import('../../show/Result.tsx')).Result }))

const loadBelow = part(async () => import('./TaskBelow.tsx'))
const TaskBelow = lazy(async () => ({ default: (await loadBelow()).TaskBelow }))

async function fetchBelow(): Promise<void> {
  try {
    await loadBelow()
  } catch {
    // It is asked for again when it is drawn, and then its reader is told.
  }
}

/** A task. */
export function TaskPage(): ReactElement {
  const { t } = useTranslation('task')
  const taskid = useIdOfPage()
  const { deal } = useSearchOf(readTaskSearch)
  const read = useTask(taskid, deal)
  // While the market answers, so that all of the page is there at once.
  useEffect(() => void fetchBelow(), [])
  return (
    <Page
      title={t('task')}
      beside={
        taskid !== undefined && (
          <Beside>
            <Id id={taskid} kind="hash" isWhole />
            <Watch kind="task" id={taskid} />
          </Beside>
        )
      }
    >
      {read.is === 'there' ? (
        <>
          <Outdated query={read.query} />
          <Shown view={read.view} />
        </>
      ) : (
        <NotThere read={read} />
      )}
    </Page>
  )
}

function NotThere({ read }: { readonly read: Exclude<TaskRead, { is: 'there' }> }): ReactElement {
  const { t } = useTranslation('task')
  return (
    <div className="card">
      {read.is === 'reading' && <Skeleton lines={8} />}
      {read.is === 'missing' && <Empty>{t('missingTask')}</Empty>}
      {read.is === 'failed' && <Failure error={read.error} retry={read.retry} />}
    </div>
  )
}

function Shown({ view }: { readonly view: TaskView }): ReactElement {
  const { t } = useTranslation('task')
  const { taskid, deal } = view
  const standing = standingOf({ ...view, trust: deal.trust, now: useChainClock() })
  const timeline = useTimeline(view)
  return (
    <>
      <StandingCard view={view} standing={standing} />
      {standing.status === 'completed' && (
        <Section title={t('result.label')}>
          <Suspense fallback={<Skeleton lines={6} />}>
            <Result of={taskid} />
          </Suspense>
        </Section>
      )}
      {standing.status === 'fruitless' && <LeftBehind taskid={taskid} />}
      <Votes view={view} timeline={timeline} />
      <Suspense fallback={null}>
        <TaskBelow view={view} timeline={timeline} isOpen={standing.isOpen && standing.status !== 'claimable'} />
      </Suspense>
    </>
  )
}

function useTimeline({ task, taskid }: TaskView): readonly Happening[] {
  const { data } = useGraph<TimelineAnswer>({
    graph: TIMELINE_GRAPH,
    variables: { id: taskid },
    news: 'tasks',
    isAsked: task !== undefined,
  })
  return useMemo(() => (data === undefined ? [] : timelineOf(data, taskid)), [data, taskid])
}
