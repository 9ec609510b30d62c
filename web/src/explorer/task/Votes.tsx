// What each worker said, what became of it, and what it earned or cost.
import type { ContributionItem } from '@iexec/wire'
import type { Translate } from '../../language/words.ts'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Amount } from '../../show/Amount.tsx'
import { Export } from '../../show/Export.tsx'
import { Id } from '../../show/Id.tsx'
import { Moment } from '../../show/Moment.tsx'
import { fixedSource } from '../../show/source.ts'
import { Empty } from '../../show/states.tsx'
import { Table, type Column } from '../../show/Table.tsx'
import { Section } from './Section.tsx'
import { voteStandingOf, type VoteStanding } from './standing.ts'
import { VoteStatus } from '../VoteStatus.tsx'
import { moneyOf, type Happening, type WorkerMoney } from './timeline.ts'
import type { TaskView } from './useTask.ts'

type Vote = ContributionItem & { readonly standing: VoteStanding; readonly money: WorkerMoney | undefined }

/** The votes of a task. */
export function Votes({
  view,
  timeline,
}: {
  readonly view: TaskView
  readonly timeline: readonly Happening[]
}): ReactElement {
  const { t } = useTranslation('task')
  const votes = useVotes(view, timeline)
  const columns = useMemo(() => columnsOf(t), [t])
  const source = useMemo(() => fixedSource(votes), [votes])
  if (votes.length === 0) {
    return (
      <Section title={t('votes.label')}>
        <Empty>{t('votes.empty')}</Empty>
      </Section>
    )
  }
  return (
    <Section
      title={t('votes.label')}
      beside={<Export name={`task-${view.taskid.slice(0, 10)}-votes`} columns={columns} source={source} />}
    >
      <Table caption={t('votes.label')} columns={columns} rows={votes} keyOf={({ contributionid }) => contributionid} />
    </Section>
  )
}

function useVotes({ task, votes }: TaskView, timeline: readonly Happening[]): readonly Vote[] {
  return useMemo(() => {
    const money = moneyOf(timeline)
    return votes.map((vote) => ({
      ...vote,
      standing: task === undefined ? 'sealed' : voteStandingOf(vote, task),
      money: money.get(vote.worker.toLowerCase()),
    }))
  }, [task, votes, timeline])
}

function columnsOf(t: Translate<'task'>): readonly Column<Vote>[] {
  return [
    {
      key: 'worker',
      title: t('votes.worker'),
      cell: ({ worker }) => <Id id={worker} kind="worker" />,
      value: ({ worker }) => worker,
    },
    {
      key: 'standing',
      title: t('votes.standing'),
      cell: ({ standing }) => <VoteStatus standing={standing} />,
      value: ({ standing }) => standing,
    },
    {
      key: 'weight',
      title: t('votes.weight'),
      cell: ({ weight }) => weight,
      value: ({ weight }) => weight,
      isAmount: true,
    },
    {
      key: 'hash',
      title: t('votes.hash'),
      cell: ({ resultHash }) => <Id id={resultHash} kind="hash" />,
      value: ({ resultHash }) => resultHash,
    },
    {
      key: 'time',
      title: t('votes.at'),
      cell: ({ blockTimestamp }) => <Moment at={blockTimestamp} />,
      value: ({ blockTimestamp }) => blockTimestamp,
    },
    moneyColumn(t('votes.locked'), 'locked'),
    moneyColumn(t('votes.reward'), 'reward'),
    moneyColumn(t('votes.lost'), 'lost'),
    {
      key: 'score',
      title: t('votes.score'),
      cell: ({ money }) => money?.score,
      value: ({ money }) => money?.score ?? null,
      isAmount: true,
    },
  ]
}

function moneyColumn(title: string, part: 'locked' | 'reward' | 'lost'): Column<Vote> {
  return {
    key: `${part}_nRLC`,
    title,
    cell: ({ money }) => {
      const amount = money?.[part] ?? 0n
      return amount > 0n && <Amount nRLC={amount} />
    },
    value: ({ money }) => Number(money?.[part] ?? 0n),
    isAmount: true,
  }
}
