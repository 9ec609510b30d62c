// Who can do what, in the order in which they are asked.
import { QUARANTINE_BLAME, type Requirement, type WorkerSnapshot } from './snapshot.ts'

/** Whether a machine has what a deal asks for. */
export function isFit({ profile, blame }: Pick<WorkerSnapshot, 'profile' | 'blame'>, wanted: Requirement): boolean {
  return (
    blame < QUARANTINE_BLAME &&
    (wanted.engine === undefined || profile.engines.includes(wanted.engine)) &&
    profile.cpus >= wanted.cpus &&
    profile.memoryBytes >= wanted.memoryBytes &&
    (!wanted.gpu || profile.gpu) &&
    (!wanted.network || profile.network)
  )
}

/** The workers of one decision. Places that are given are gone from it. */
export type Roster = {
  readonly find: (address: string) => WorkerSnapshot | undefined
  /** Everybody who is fit and connected, busy ones included, the preferred first. */
  readonly fit: (wanted: Requirement) => readonly WorkerSnapshot[]
  readonly isFree: (worker: WorkerSnapshot) => boolean
  readonly take: (worker: WorkerSnapshot) => void
  readonly hasFree: () => boolean
}

/**
 * Sorts workers for one decision; each kind of demand is sorted once.
 *
 * @example
 * openRoster(workers).fit(requirement)[0] // who is asked first
 */
export function openRoster(workers: readonly WorkerSnapshot[]): Roster {
  const byAddress = new Map(workers.map((worker) => [worker.address, worker]))
  const left = new Map(workers.map((worker) => [worker.address, worker.free]))
  const sorted = new Map<string, readonly WorkerSnapshot[]>()
  let free = workers.reduce((sum, worker) => sum + worker.free, 0)
  return {
    find: (address) => byAddress.get(address as WorkerSnapshot['address']),
    fit: (wanted) => {
      const name = JSON.stringify(wanted)
      const known = sorted.get(name) ?? sortFor(workers, wanted)
      sorted.set(name, known)
      return known
    },
    isFree: ({ address }) => (left.get(address) ?? 0) > 0,
    take: ({ address }) => {
      left.set(address, (left.get(address) ?? 0) - 1)
      free -= 1
    },
    hasFree: () => free > 0,
  }
}

/**
 * Whoever failed lately comes last, whoever has the app at hand first; then the heavier voice, because fewer of them are
 * needed; then whoever has most room, so that work spreads.
 */
function sortFor(workers: readonly WorkerSnapshot[], wanted: Requirement): readonly WorkerSnapshot[] {
  return workers
    .filter((worker) => worker.goneAt === undefined && isFit(worker, wanted))
    .map((worker) => ({ worker, isCached: worker.profile.cached.includes(wanted.checksum) }))
    .toSorted(
      (one, other) =>
        Math.round(one.worker.blame) - Math.round(other.worker.blame) ||
        Number(other.isCached) - Number(one.isCached) ||
        compare(other.worker.weight, one.worker.weight) ||
        other.worker.free - one.worker.free ||
        (one.worker.address < other.worker.address ? -1 : 1),
    )
    .map(({ worker }) => worker)
}

function compare(one: bigint, other: bigint): number {
  return one === other ? 0 : one < other ? -1 : 1
}
