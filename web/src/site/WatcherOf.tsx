// What looks after the things that somebody watches: loaded where there are any.
import type { ReactElement } from 'react'
import { rooms } from '../language/language.ts'
import { useNews } from '../read/news.tsx'
import { nameOfWatched, useKept } from '../show/kept.ts'
import { useChain } from './chain.tsx'
import { late } from './part.ts'

const Watcher = late(async () => {
  const [{ Watcher: withWords }] = await Promise.all([import('../watch/Watcher.tsx'), rooms.fetch('watch')])
  return withWords
})

/** Notices of what happens to things that are watched on the chain of the page; nothing where nothing is. */
export function WatcherOf(): ReactElement | null {
  const chain = useChain()
  const { hearOn } = useNews()
  const [watched] = useKept(nameOfWatched(chain))
  return watched === undefined ? null : <Watcher key={chain.slug} hearOn={hearOn} />
}
