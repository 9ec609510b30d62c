// The stream of news of a market: opened, opened again when it was refused, and told to whoever listens.

/** What news are about, as the market tells them. `never` is what does not change. */
export type Topic = 'orders' | 'deals' | 'tasks' | 'blocks' | 'never'

/** The events of the stream, and what each makes stale. */
const STALE: Readonly<Record<string, readonly Topic[]>> = {
  order_published: ['orders'],
  order_updated: ['orders'],
  order_unpublished: ['orders'],
  deal_created: ['deals'],
  task_updated: ['tasks'],
  block_indexed: ['blocks'],
  block_undone: ['orders', 'deals', 'tasks', 'blocks'],
  resync: ['orders', 'deals', 'tasks', 'blocks'],
  overflow: ['orders', 'deals', 'tasks', 'blocks'],
}

/** What is no longer sure when news were missed. */
const EVERYTHING: readonly Topic[] = ['orders', 'deals', 'tasks', 'blocks']

/** A block brings many news at once: they are gathered for so long before anything is read again. */
const GATHER_MS = 100

/** A stream that is back by then was not lost to anybody. */
const LOST_MS = 2_000

/** Who listens. */
export type Listener = {
  /** What of that which was read is stale. */
  readonly tell: (topics: ReadonlySet<Topic>) => void
  /** Whether no news come in. */
  readonly setLost: (isLost: boolean) => void
}

/**
 * Hears the news of a market, until it is stopped. What was read before it is called counts as heard of.
 *
 * @param url of its stream of server-sent events
 * @returns how to stop
 * @example
 * const stop = hear('https://market.example/events?chainId=134', { tell, setLost })
 */
export function hear(url: string, { tell, setLost }: Listener): () => void {
  const stale = new Set<Topic>()
  const timers: Partial<Record<'telling' | 'losing' | 'opening', ReturnType<typeof setTimeout>>> = {}
  const began = performance.now()
  let source: EventSource
  let refusals = 0
  const missed = (topics: readonly Topic[]): void => {
    for (const topic of topics) stale.add(topic)
    timers.telling ??= setTimeout(() => {
      delete timers.telling
      tell(new Set(stale))
      stale.clear()
    }, GATHER_MS)
  }
  const open = (): void => {
    const isAgain = refusals > 0
    source = new EventSource(url)
    for (const [event, topics] of Object.entries(STALE)) {
      source.addEventListener(event, () => {
        missed(topics)
      })
    }
    source.addEventListener('open', () => {
      refusals = 0
      clearTimeout(timers.losing)
      delete timers.losing
      setLost(false)
      if (isAgain) missed(EVERYTHING)
    })
    // Between what was read first and this, something may have happened of which nobody told.
    source.addEventListener('listening', ({ data }) => {
      if (!(quietMsOf(data) > performance.now() - began)) missed(EVERYTHING)
    })
    source.addEventListener('error', () => {
      timers.losing ??= setTimeout(() => {
        setLost(true)
      }, LOST_MS)
      // A browser opens by itself what broke, but never again what was refused.
      if (source.readyState !== EventSource.CLOSED) return
      timers.opening = setTimeout(open, waitAfter(refusals))
      refusals += 1
    })
  }
  open()
  return () => {
    for (const timer of Object.values(timers)) clearTimeout(timer)
    source.close()
  }
}

/** For how long a market says that nothing happened; no number when it says something else. */
function quietMsOf(data: unknown): number {
  try {
    const { quietMs } = JSON.parse(String(data)) as { readonly quietMs?: unknown }
    return Number(quietMs)
  } catch {
    return Number.NaN
  }
}

/**
 * How long to wait before a stream is opened again: longer each time, so that a market that has no place is not besieged.
 *
 * @param refusals how many there were before this one, in a row
 * @returns milliseconds
 * @example
 * waitAfter(0) // 1000
 */
export function waitAfter(refusals: number): number {
  return Math.min(1_000 * 2 ** refusals, 30_000)
}
