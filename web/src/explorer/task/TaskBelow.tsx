// What stands below the votes of a task, and comes while the market is asked for it: its check, its history, its workerpool's view.
import type { ReactElement } from 'react'
import { Logs } from './Logs.tsx'
import { PoolView } from './PoolView.tsx'
import { TaskFacts } from './TaskFacts.tsx'
import { Timeline } from './Timeline.tsx'
import type { Happening } from './timeline.ts'
import type { TaskView } from './useTask.ts'
import { Verified } from './Verified.tsx'

/** Of which task, and whether its workerpool is still at it. */
export type TaskBelowProps = {
  readonly view: TaskView
  readonly timeline: readonly Happening[]
  readonly isOpen: boolean
}

/** All that stands below the votes. */
export function TaskBelow({ view, timeline, isOpen }: TaskBelowProps): ReactElement {
  const { task, taskid } = view
  return (
    <>
      <Verified taskid={taskid} isBegun={task !== undefined} />
      <Timeline taskid={taskid} timeline={timeline} />
      <PoolView view={view} isOpen={isOpen} />
      <Logs view={view} />
      <TaskFacts view={view} />
    </>
  )
}
