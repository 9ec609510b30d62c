// A failure in the language of the page: what it is, what stands against it, and what one can do.
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { OwnWords } from './OwnWords.tsx'
import { isInWords, tellFailure } from './tell.ts'
import type { Said } from './words.ts'

/** The sentences of a failure; its own words below them, where they say more. */
export function Sentences({ error }: { readonly error: unknown }): ReactElement {
  const { t, i18n } = useTranslation('failures')
  // Words that could not be fetched are no reason to say nothing.
  if (!i18n.hasResourceBundle(i18n.language, 'failures')) return <OwnWords error={error} />
  if (isInWords(error)) return <p>{error.message}</p>
  const { headline, reasons, advice, english } = tellFailure(error)
  return (
    <div className="grid gap-1 break-words">
      <p>{t(`say.${headline.name}`, filled(headline.values))}</p>
      {reasons.map(({ name, values }) => (
        <p key={name + JSON.stringify(values)}>{t(`reason.${name}`, filled(values))}</p>
      ))}
      {advice !== undefined && <p className="text-ink">{t(`do.${advice}`)}</p>}
      {english.map((sentence) => (
        <p key={sentence} lang="en" dir="ltr" className="text-muted">
          {sentence}
        </p>
      ))}
    </div>
  )
}

/** Each sentence has gaps of its own, which no type can check here: the test of the words does. */
function filled(values: Said<string>['values']): Said<string>['values'] & { readonly defaultValue: string } {
  return { ...values, defaultValue: '' }
}
