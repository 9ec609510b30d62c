// How far a task is.
import { Check, CircleAlert, CircleDashed, Eye, Hourglass, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { Sign, type Look } from './Sign.tsx'

/** What a task can be for those who look; `claimable` is one that was not finished in time, `fruitless` one without a result. */
export type Status = 'unset' | 'active' | 'revealing' | 'completed' | 'fruitless' | 'failed' | 'claimable'

const LOOKS: { readonly [S in Status]: Look } = {
  unset: { Icon: Hourglass, colour: 'text-muted' },
  active: { Icon: CircleDashed, colour: 'text-warn' },
  revealing: { Icon: Eye, colour: 'text-warn' },
  completed: { Icon: Check, colour: 'text-good' },
  fruitless: { Icon: CircleAlert, colour: 'text-bad' },
  failed: { Icon: X, colour: 'text-bad' },
  claimable: { Icon: CircleAlert, colour: 'text-bad' },
}

/** How far a task is, in a word and a sign. */
export function TaskStatus({ status }: { readonly status: Status }): ReactElement {
  const { t } = useTranslation('explorer')
  return <Sign look={LOOKS[status]} word={t(`status.${status}`)} />
}
