// A moment: how long ago (or ahead) it is, and exactly when on demand.
import { useSyncExternalStore, type ReactElement } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import { useChoice } from './kept.ts'

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** A moment in ISO 8601 or in seconds since 1970. Without `isExact` it is shown as was chosen for all pages. */
export function Moment({
  at,
  isExact: wish,
}: {
  readonly at: string | number
  readonly isExact?: boolean
}): ReactElement {
  const { language } = useTranslation()
  const [areExact] = useChoice('exact-times')
  const isExact = wish ?? areExact
  const now = useNow()
  const date = new Date(typeof at === 'number' ? at * 1_000 : at)
  const exact = date.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const relative = sayDistance(date.getTime() - now, language)
  return (
    <time dateTime={date.toISOString()} dir="auto" title={isExact ? relative : exact} className="whitespace-nowrap">
      {isExact ? exact : relative}
    </time>
  )
}

/**
 * How far a moment is away.
 *
 * @param milliseconds negative is past
 * @example
 * sayDistance(-61_000, 'en') // '1 minute ago'
 */
export function sayDistance(milliseconds: number, language: string): string {
  const seconds = milliseconds / 1_000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const)
  return format.format(Math.trunc(seconds / size), unit)
}

/** The clock of the page, in milliseconds, which ticks each second for all who look. */
export function useNow(): number {
  return useSyncExternalStore(watchClock, readClock)
}

/** The day of today in UTC, `YYYY-MM-DD`. */
export function useToday(): string {
  return useSyncExternalStore(watchClock, () => new Date(now).toISOString().slice(0, 10))
}

const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function readClock(): number {
  return now
}

function watchClock(watcher: () => void): () => void {
  watchers.add(watcher)
  now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const tell of watchers) tell()
  }, 1_000)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
