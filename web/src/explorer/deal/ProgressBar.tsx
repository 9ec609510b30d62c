// How far the tasks of a deal are: a bar, and the same in words.
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import type { Progress } from './dealTasks.ts'

const PARTS = [
  ['completed', 'progress.done', 'bg-good'],
  ['running', 'progress.running', 'bg-accent'],
  ['claimable', 'progress.claimable', 'bg-warn'],
  ['failed', 'progress.failed', 'bg-bad'],
  ['waiting', 'progress.waiting', 'bg-line'],
] as const

/** The bar, each part in words under it. */
export function ProgressBar({ progress, size }: { readonly progress: Progress; readonly size: number }): ReactElement {
  const { t, language } = useTranslation('task')
  const parts = PARTS.filter(([key]) => progress[key] > 0)
  const write = (count: number): string => count.toLocaleString(language)
  return (
    <div className="grid gap-2" aria-live="polite">
      <p className="font-medium">{t('progress.summary', { count: size, done: write(progress.completed) })}</p>
      <div className="flex h-3 gap-px overflow-hidden rounded-full bg-raised" aria-hidden>
        {parts.map(([key, , colour]) => (
          <div key={key} className={colour} style={{ flexGrow: progress[key] }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        {parts.map(([key, word, colour]) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-3 rounded-sm ${colour}`} />
            {t(word)}
            <span className="font-medium tabular-nums">{write(progress[key])}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
