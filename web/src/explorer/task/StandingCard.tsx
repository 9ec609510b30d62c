// Where a task stands, why, and each deadline ahead with what will happen then.
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Moment } from '../../show/Moment.tsx'
import { Claim } from './Claim.tsx'
import { sayCountdown, type Deadline, type Standing, type Why } from './standing.ts'
import { TaskStatus } from '../../show/TaskStatus.tsx'
import { useChainClock } from './useChainClock.ts'
import type { TaskView } from './useTask.ts'

/** The card at the top of a task's page. */
export function StandingCard({
  view,
  standing,
}: {
  readonly view: TaskView
  readonly standing: Standing
}): ReactElement {
  const { t } = useTranslation('task')
  const { status, why, failure, ahead } = standing
  const words = useWhy(why)
  return (
    <div className="card grid gap-3 p-4">
      <div className="grid gap-1" aria-live="polite">
        <p className="text-base">
          <TaskStatus status={status} />
        </p>
        <p>{words}</p>
        {failure !== undefined && <p className="font-medium">{t(`failure.${failure}`)}</p>}
      </div>
      {ahead.length > 0 && (
        <div className="grid gap-2">
          <h2 className="font-semibold">{t('ahead')}</h2>
          <ol className="grid gap-2">
            {ahead.map((deadline) => (
              <Ahead key={deadline.effect} deadline={deadline} />
            ))}
          </ol>
        </div>
      )}
      <Claim
        // One that nobody began is claimed with all that are over: the hub has to begin it first.
        {...(view.task === undefined ? { dealid: view.deal.dealid } : { taskid: view.taskid })}
        isClaimable={status === 'claimable'}
      />
    </div>
  )
}

/** Each number of a sentence that another sentence does not have is left unused. */
function useWhy(why: Why): string {
  const { t } = useTranslation('task')
  switch (why.sentence) {
    case 'votes':
    case 'votesLate':
      return t(`why.${why.sentence}`, why)
    case 'revealing':
    case 'allRevealed':
    case 'enoughRevealed':
    case 'noneRevealed':
      return t(`why.${why.sentence}`, why)
    default:
      return t(`why.${why.sentence}`)
  }
}

function Ahead({ deadline: { at, effect } }: { readonly deadline: Deadline }): ReactElement {
  const { t, language } = useTranslation('task')
  const now = useChainClock()
  return (
    <li className="grid items-baseline gap-x-4 sm:grid-cols-[8rem_14rem_1fr]">
      <span role="timer" aria-label={t('left')} className="font-mono text-base font-semibold tabular-nums">
        {sayCountdown(at - now, language)}
      </span>
      <span className="text-muted">
        <Moment at={at} isExact />
      </span>
      <span>{t(`effect.${effect}`)}</span>
    </li>
  )
}
