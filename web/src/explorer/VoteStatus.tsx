// What became of a vote.
import type { WireContributionStatus } from '@iexec/wire'
import { Check, CircleAlert, Lock, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Sign, type Look } from '../show/Sign.tsx'
import type { VoteStanding } from './task/standing.ts'

const SEALED: Look = { Icon: Lock, colour: 'text-warn' }
const REVEALED: Look = { Icon: Check, colour: 'text-good' }
const REJECTED: Look = { Icon: X, colour: 'text-bad' }

const CONTRIBUTION: { readonly [S in WireContributionStatus]: Look } = {
  contributed: SEALED,
  proved: REVEALED,
  rejected: REJECTED,
}

const VOTE: { readonly [S in VoteStanding]: Look } = {
  sealed: SEALED,
  revealed: REVEALED,
  rejected: REJECTED,
  outvoted: REJECTED,
  notRevealed: { Icon: CircleAlert, colour: 'text-bad' },
}

/** What the market says of a contribution. */
export function ContributionStatus({ status }: { readonly status: WireContributionStatus }): ReactElement {
  const { t } = useTranslation('explorer')
  return <Sign look={CONTRIBUTION[status]} word={t(`contributionStatus.${status}`)} />
}

/** What became of a vote, seen from how its task ended. */
export function VoteStatus({ standing }: { readonly standing: VoteStanding }): ReactElement {
  const { t } = useTranslation('task')
  return <Sign look={VOTE[standing]} word={t(`votes.${standing}`)} />
}
