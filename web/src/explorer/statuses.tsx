// How far a task or a contribution is, in a word and a sign: never by colour alone.
import type { WireContributionStatus, WireTaskStatus } from '@iexec/wire'
import { Check, CircleDashed, Eye, X, type LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'

type Look = { readonly Icon: LucideIcon; readonly className: string }

const TASK: { readonly [S in WireTaskStatus]: Look } = {
  active: { Icon: CircleDashed, className: 'text-warn' },
  revealing: { Icon: Eye, className: 'text-warn' },
  completed: { Icon: Check, className: 'text-good' },
  failed: { Icon: X, className: 'text-bad' },
}

const CONTRIBUTION: { readonly [S in WireContributionStatus]: Look } = {
  contributed: { Icon: CircleDashed, className: 'text-warn' },
  proved: { Icon: Check, className: 'text-good' },
  rejected: { Icon: X, className: 'text-bad' },
}

/** How far a task is. */
export function TaskStatus({ status }: { readonly status: WireTaskStatus }): ReactElement {
  const { t } = useTranslation('explorer')
  return <Badge look={TASK[status]} word={t(`status.${status}`)} />
}

/** What became of a contribution. */
export function ContributionStatus({ status }: { readonly status: WireContributionStatus }): ReactElement {
  const { t } = useTranslation('explorer')
  return <Badge look={CONTRIBUTION[status]} word={t(`contributionStatus.${status}`)} />
}

function Badge({ look: { Icon, className }, word }: { readonly look: Look; readonly word: string }): ReactElement {
  return (
    <span className={`inline-flex items-center gap-1 font-medium whitespace-nowrap ${className}`}>
      <Icon aria-hidden size={14} />
      {word}
    </span>
  )
}
