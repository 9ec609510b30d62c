// Switches that hold for all pages: whole ids, exact times, amounts in nRLC.
import { Clock, Coins, Hash, type LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChoice } from './kept.ts'

/** The switches; what is chosen is kept. */
export function Toggles(): ReactElement {
  const { t } = useTranslation()
  const [areLong, setLong] = useChoice('long-ids')
  const [areExact, setExact] = useChoice('exact-times')
  const [isNano, setNano] = useChoice('nano')
  return (
    <>
      <Toggle Icon={Hash} label={t('longIds')} isOn={areLong} choose={setLong} />
      <Toggle Icon={Clock} label={t('exactTimes')} isOn={areExact} choose={setExact} />
      <Toggle Icon={Coins} label={t('inNano')} isOn={isNano} choose={setNano} />
    </>
  )
}

/** What a switch is. */
export type ToggleProps = {
  readonly label: string
  readonly isOn: boolean
  readonly choose: (isOn: boolean) => void
  /** Shown in the place of the words, where there is little room. */
  readonly Icon?: LucideIcon
}

/** A button that stays pressed. */
export function Toggle({ label, isOn, choose, Icon }: ToggleProps): ReactElement {
  return (
    <button
      type="button"
      className="button px-2 text-muted aria-pressed:border-muted aria-pressed:bg-raised aria-pressed:text-ink"
      aria-pressed={isOn}
      aria-label={label}
      title={label}
      onClick={() => {
        choose(!isOn)
      }}
    >
      {Icon === undefined ? label : <Icon aria-hidden size={14} />}
    </button>
  )
}
