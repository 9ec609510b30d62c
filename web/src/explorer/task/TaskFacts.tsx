// What the chain keeps of a task.
import { decodeResultLink } from '@iexec/protocol'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { Facts } from '../../show/Facts.tsx'
import { Id } from '../../show/Id.tsx'
import { Section } from './Section.tsx'
import { Times } from './Times.tsx'
import type { TaskView } from './useTask.ts'

/** The details of a task. */
export function TaskFacts({ view }: { readonly view: TaskView }): ReactElement {
  const { t, language } = useTranslation('task')
  const { deal, task, index } = view
  const link = task?.results === null || task === undefined ? undefined : decodeResultLink(task.results)
  return (
    <Section title={t('facts.label')}>
      <Facts
        facts={Object.entries({
          [t('deal')]: <Id id={deal.dealid} kind="deal" />,
          [t('facts.index')]: index.toLocaleString(language),
          [t('facts.app')]: <Id id={deal.app.pointer} kind="app" />,
          [t('facts.workerpool')]: <Id id={deal.workerpool.pointer} kind="workerpool" />,
          [t('facts.requester')]: <Id id={deal.requester} kind="address" />,
          [t('facts.trust')]: deal.trust.toLocaleString(language),
          [t('facts.start')]: <Times at={deal.startTime} />,
          [t('facts.begun')]: task && <Times at={task.initializedTimestamp} />,
          [t('facts.ended')]: task?.endedTimestamp ? <Times at={task.endedTimestamp} /> : undefined,
          [t('facts.votesUntil')]: <Times at={view.contributionDeadline} />,
          [t('facts.finalDeadline')]: <Times at={view.finalDeadline} />,
          [t('facts.consensus')]: task?.consensus ? <Id id={task.consensus} kind="hash" /> : undefined,
          [t('facts.digest')]: task?.resultDigest ? <Id id={task.resultDigest} kind="hash" /> : undefined,
          [t('facts.location')]:
            link !== undefined && 'location' in link ? (
              <code className="font-mono break-all">{`${link.storage} ${link.location}`}</code>
            ) : undefined,
          [t('facts.callbackData')]:
            task?.resultsCallback && task.resultsCallback !== '0x' ? (
              <code className="font-mono text-xs break-all">{task.resultsCallback}</code>
            ) : undefined,
        })}
      />
    </Section>
  )
}
