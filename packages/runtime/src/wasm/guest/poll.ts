// Waiting, without waiting: what is open is always ready, and a sleep moves the clock.
import { wasi, type Fd } from '@bjorn3/browser_wasi_shim'
import type { VirtualClock } from './time.ts'

const SUBSCRIPTION_BYTES = 48
const EVENT_BYTES = 32
const MOST_SUBSCRIPTIONS = 4_096

type Wanted = { readonly from: number; readonly to: number; readonly count: number; readonly countAt: number }
type Around = { readonly clock: VirtualClock; readonly fds: readonly (Fd | undefined)[]; readonly view: DataView }
type Event = {
  readonly user: bigint
  readonly error: number
  readonly type: number
  /** When a sleep ends. */ readonly end?: bigint
}

/**
 * `poll_oneoff`: everything that is ready at once; when nothing is, the sleeps that end first.
 *
 * @returns a WASI error number
 */
export function poll({ from, to, count, countAt }: Wanted, around: Around): number {
  if (count === 0 || count > MOST_SUBSCRIPTIONS) return wasi.ERRNO_INVAL
  const events = Array.from({ length: count }, (_, i) => readSubscription(from + i * SUBSCRIPTION_BYTES, around))
  const happened = whatHappens(events, around.clock)
  for (const [i, event] of happened.entries()) writeEvent(around.view, to + i * EVENT_BYTES, event)
  around.view.setUint32(countAt, happened.length, true)
  return 0
}

function whatHappens(events: readonly Event[], clock: VirtualClock): readonly Event[] {
  const ready = events.filter(({ end }) => end === undefined)
  if (ready.length > 0) return ready
  const first = events.reduce((least, { end = least }) => (end < least ? end : least), events[0]?.end ?? 0n)
  clock.sleepUntil(first)
  return events.filter(({ end }) => end === first)
}

function readSubscription(at: number, { clock, fds, view }: Around): Event {
  const user = view.getBigUint64(at, true)
  const type = view.getUint8(at + 8)
  const subject = view.getUint32(at + 16, true)
  if (type === wasi.EVENTTYPE_CLOCK) {
    if (subject !== wasi.CLOCKID_REALTIME && subject !== wasi.CLOCKID_MONOTONIC)
      return { user, error: wasi.ERRNO_INVAL, type }
    const isAbsolute = (view.getUint16(at + 40, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0
    return { user, error: 0, type, end: clock.endOfSleep(view.getBigUint64(at + 24, true), isAbsolute) }
  }
  if (type !== wasi.EVENTTYPE_FD_READ && type !== wasi.EVENTTYPE_FD_WRITE)
    return { user, error: wasi.ERRNO_INVAL, type }
  return { user, error: fds[subject] === undefined ? wasi.ERRNO_BADF : 0, type }
}

function writeEvent(view: DataView, at: number, { user, error, type }: Event): void {
  view.setBigUint64(at, user, true)
  view.setUint16(at + 8, error, true)
  view.setUint8(at + 10, type)
  // How many bytes wait is not known: one, so that whoever asked reads.
  view.setBigUint64(at + 16, type === wasi.EVENTTYPE_CLOCK || error !== 0 ? 0n : 1n, true)
  view.setUint16(at + 24, 0, true)
}
