// Looks after what is watched while a page of the site is open, whichever it is, and tells what happens to it.
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { Hex } from 'viem'
import { useTranslation } from '../language/useTranslation.ts'
import type { News } from '../read/news.tsx'
import { useMetrics } from '../read/useMetrics.ts'
import { shorten } from '../show/Id.tsx'
import { nameOfWatched, useChoice } from '../show/kept.ts'
import { useChain } from '../site/chain.tsx'
import { isBehind } from '../site/doubt.ts'
import { seenOf, whatHappened, type State } from './happened.ts'
import { Notices, type Notice } from './Notices.tsx'
import { withNotices } from './withNotices.ts'
import { readPermission, showOutside } from './outside.ts'
import { useHearingOn } from './useHearingOn.ts'
import { useStates } from './useStates.ts'
import { useWatched } from './useWatched.ts'
import { keyOf, newlySeen, type Watched } from './watched.ts'

/** The notices of this page. `hearOn` is how to hear news while nobody sees it. */
export function Watcher({ hearOn }: Pick<News, 'hearOn'>): ReactElement {
  const { watched } = useWatched()
  const chain = useChain()
  const [isWished] = useChoice('notify')
  const [notices, setNotices] = useState<readonly Notice[]>([])
  const tellOutside = useOutside()
  useHearingOn({ lock: nameOfWatched(chain), isWished: isWished && readPermission() === 'granted', hearOn })
  useHappenings(watched, (happened) => {
    setNotices((before) => withNotices(before, happened))
    if (isWished) for (const notice of happened) tellOutside(notice)
  })
  return (
    <Notices
      notices={notices}
      dismiss={(gone) => {
        setNotices((before) => before.filter((notice) => notice !== gone))
      }}
    />
  )
}

/** Tells what happened since the last look, of this page or of the one before it. */
function useHappenings(watched: readonly Watched[], tell: (happened: readonly Notice[]) => void): void {
  const { see } = useWatched()
  const { of: states } = useStates(watched)
  const { data: metrics, error } = useMetrics()
  // A market that reads its chain anew goes through how everything was long ago.
  const isOfToday = error !== null || (metrics !== undefined && !isBehind(metrics.lag))
  // Each page tells on its own, whatever another window has seen meanwhile.
  const known = useRef<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    if (!isOfToday) return
    const before = known.current
    const now = watched.flatMap((one) => {
      const state = states.get(keyOf(one))
      return state === undefined ? [] : [{ one, state }]
    })
    known.current = new Map(now.map(({ one, state }) => [keyOf(one), seenOf(state)]))
    const happened = now.flatMap(({ one, state }) => noticeOf(one, before.get(keyOf(one)) ?? one.seen, state))
    if (happened.length > 0) tell(happened)
    const seen = newlySeen(watched, before, known.current)
    if (seen.size > 0) see(seen)
  })
}

function noticeOf({ kind, id }: Watched, before: string | undefined, state: State): readonly Notice[] {
  const seen = seenOf(state)
  const happening = before === undefined ? undefined : whatHappened(kind, before, seen)
  if (happening === undefined) return []
  const name = state.is === 'asset' ? state.name : ''
  return [{ kind, id, happening, name, key: `${kind} ${id} ${seen}` }]
}

function useOutside(): (notice: Notice) => void {
  const { t } = useTranslation('watch')
  const { slug } = useChain()
  const navigate = useNavigate()
  return ({ kind, id, name, happening, key }) => {
    showOutside({
      title: t(`told.${happening}`),
      body: [name, shorten(id satisfies Hex)].filter((part) => part !== '').join(' · '),
      tag: key,
      open: () => {
        void navigate({ to: `/${slug}/${kind}/${id}` })
      },
    })
  }
}
