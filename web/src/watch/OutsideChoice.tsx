// Whether notices are shown outside of the page, too: asked of nobody who does not press the button.
import { useState, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChoice } from '../show/kept.ts'
import { askPermission, readPermission } from './outside.ts'

/** A button, and why it cannot do what it says. */
export function OutsideChoice(): ReactElement {
  const { t } = useTranslation('watch')
  const [isWished, wish] = useChoice('notify')
  const [permission, setPermission] = useState(readPermission)
  const isOn = isWished && permission === 'granted'
  const choose = async (): Promise<void> => {
    if (isOn) {
      wish(false)
      return
    }
    const answer = await askPermission()
    setPermission(answer)
    wish(answer === 'granted')
  }
  return (
    <section className="card grid justify-items-start gap-2 p-4" aria-label={t('outside.title')}>
      <h2 className="font-semibold">{t('outside.title')}</h2>
      <p className="text-muted">{t('outside.about')}</p>
      <button
        type="button"
        className="button"
        aria-pressed={isOn}
        onClick={() => {
          void choose()
        }}
      >
        {t('outside.choose')}
      </button>
      <output className="block">
        {(permission === 'denied' || permission === 'missing') && (
          <span className="text-warn">{t(`outside.${permission}`)}</span>
        )}
      </output>
    </section>
  )
}
