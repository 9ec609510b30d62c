// Where a task stands, or what became of a vote, in a word and a sign: never by colour alone.
import { Check, CircleAlert, CircleDashed, Clock, Eye, Lock, X, type LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Status, VoteStanding } from './standing.ts'

type Look = { readonly Icon: LucideIcon; readonly colour: string }

const TASK: { readonly [S in Status]: Look } = {
  unset: { Icon: Clock, colour: 'text-muted' },
  active: { Icon: CircleDashed, colour: 'text-warn' },
  revealing: { Icon: Eye, colour: 'text-warn' },
  completed: { Icon: Check, colour: 'text-good' },
  fruitless: { Icon: CircleAlert, colour: 'text-bad' },
  failed: { Icon: X, colour: 'text-bad' },
  claimable: { Icon: CircleAlert, colour: 'text-bad' },
}

const VOTE: { readonly [S in VoteStanding]: Look } = {
  sealed: { Icon: Lock, colour: 'text-warn' },
  revealed: { Icon: Check, colour: 'text-good' },
  rejected: { Icon: X, colour: 'text-bad' },
  outvoted: { Icon: X, colour: 'text-bad' },
  notRevealed: { Icon: CircleAlert, colour: 'text-bad' },
}

/** Where a task stands. */
export function StatusMark({ status }: { readonly status: Status }): ReactElement {
  const { t } = useTranslation('task')
  return <Sign look={TASK[status]} word={t(`status.${status}`)} />
}

/** What became of a vote. */
export function VoteMark({ standing }: { readonly standing: VoteStanding }): ReactElement {
  const { t } = useTranslation('task')
  return <Sign look={VOTE[standing]} word={t(`votes.${standing}`)} />
}

function Sign({ look: { Icon, colour }, word }: { readonly look: Look; readonly word: string }): ReactElement {
  return (
    <span className={`inline-flex items-center gap-1 font-medium ${colour}`}>
      <Icon aria-hidden size={14} className="shrink-0" />
      {word}
    </span>
  )
}
