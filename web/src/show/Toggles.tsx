// Two switches that hold for all pages: whole ids, and exact times.
import { Clock, Hash } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useChoice } from './kept.ts'

/** The switches; what is chosen is kept. */
export function Toggles(): ReactElement {
  const { t } = useTranslation()
  const [areLong, setLong] = useChoice('long-ids')
  const [areExact, setExact] = useChoice('exact-times')
  return (
    <>
      <Toggle label={t('longIds')} isOn={areLong} choose={setLong}>
        <Hash aria-hidden size={14} />
      </Toggle>
      <Toggle label={t('exactTimes')} isOn={areExact} choose={setExact}>
        <Clock aria-hidden size={14} />
      </Toggle>
    </>
  )
}

type ToggleProps = {
  readonly label: string
  readonly isOn: boolean
  readonly choose: (isOn: boolean) => void
  readonly children: ReactElement
}

/** A button that stays pressed; its words are its name, and shown where there is room. */
function Toggle({ label, isOn, choose, children }: ToggleProps): ReactElement {
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
      {children}
    </button>
  )
}
