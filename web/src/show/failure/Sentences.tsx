// A failure in the language of the page: what it is, what stands against it, and what one can do.
import type { ReactElement } from 'react'
import type { Say } from '../../language/say.ts'
import { useTranslation } from '../../language/useTranslation.ts'
import { isInWords, tellFailure } from './tell.ts'

/** The sentences of a failure; its own words below them, where they say more. */
export function Sentences({ error }: { readonly error: unknown }): ReactElement {
  const { t } = useTranslation('failures')
  // Each sentence has gaps of its own, which no type can check here: the test of the words does.
  const say = t as Say
  if (isInWords(error)) return <p>{error.message}</p>
  const { headline, reasons, advice, english } = tellFailure(error)
  return (
    <div className="grid gap-1 break-words">
      <p>{say(`say.${headline.name}`, headline.values)}</p>
      {reasons.map(({ name, values }) => (
        <p key={name + JSON.stringify(values)}>{say(`reason.${name}`, values)}</p>
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
