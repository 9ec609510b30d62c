// What the workers have free at the hub: who cannot lock what a vote locks would only refuse.
import type { Address } from 'viem'
import type { Book } from '../book/book.ts'
import type { Task } from '../book/model.ts'
import { stakeOf } from './snapshots.ts'

/** The stakes of the workers who are there. */
export type Stakes = {
  /** Something happened to this worker's stake, or it is new. */
  readonly look: (worker: Address) => void
  /** A vote has locked some of it. */
  readonly noteVote: (worker: Address, task: Task) => void
  readonly stop: () => void
}

/** Not more often than so, for each worker. */
const PAUSE_MS = 1_000
/** Nobody says when a worker gets more: who has too little for a deal is asked about so often. */
const POOR_MS = 10_000

/** Begins to look. What a node does not answer stays as it was. */
export function openStakes({
  book,
  readStake,
  onChange,
}: {
  readonly book: Book
  readonly readStake: (worker: Address) => Promise<bigint>
  /** A stake grew. */
  readonly onChange: () => void
}): Stakes {
  const resting = new Map<Address, 'rests' | 'again'>()
  const ended = new AbortController()
  const read = async (address: Address): Promise<void> => {
    const stake = await readStake(address).catch(() => undefined)
    const worker = book.workers.get(address)
    if (worker === undefined || stake === undefined || ended.signal.aborted) return
    const hasGrown = stake > (worker.stake ?? 0n)
    worker.stake = stake
    if (hasGrown) onChange()
  }
  const look = (address: Address): void => {
    if (ended.signal.aborted || book.workers.get(address)?.isConnected !== true) return
    if (resting.has(address)) {
      resting.set(address, 'again')
      return
    }
    resting.set(address, 'rests')
    void read(address)
    setTimeout(() => {
      const isWanted = resting.get(address) === 'again'
      resting.delete(address)
      if (isWanted) look(address)
    }, PAUSE_MS).unref()
  }
  const timer = setInterval(() => {
    let most = 0n
    for (const { facts } of book.deals.values()) if (stakeOf(facts) > most) most = stakeOf(facts)
    for (const { address, stake = -1n } of book.workers.values()) if (stake < most) look(address)
  }, POOR_MS)
  return {
    look,
    noteVote: (address, { deal, places }) => {
      const worker = book.workers.get(address)
      // Until it is read anew, it must not count twice.
      if (worker?.stake !== undefined && places.get(address)?.path === 'commit') worker.stake -= stakeOf(deal.facts)
      look(address)
    },
    stop: () => {
      ended.abort()
      clearInterval(timer)
    },
  }
}
