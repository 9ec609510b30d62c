// Where the locked money of an account is: what binds each amount, and until when. All of it follows from deals and contributions.
import { finalDeadline, asInstant, taskPrice, workerpoolStake } from '@iexec/protocol'
import type { Hex } from 'viem'
import { askGraph } from '../../read/ask.ts'
import type { Chain } from '../../site/config.ts'
import { toNano } from '../money.ts'

/** As what an account has money bound. */
export type LockRole = 'requester' | 'scheduler' | 'worker'

/** An amount that is bound by one deal, or by the contribution to one task. */
export type Lock = {
  readonly role: LockRole
  /** Of the deal, or of the task of a worker. */
  readonly id: Hex
  readonly nRLC: bigint
  /** Tasks that have not ended. */
  readonly openTasks: number
  /** Seconds since 1970: from then on anyone can end what is still open. */
  readonly until: number
}

/** A deal, as GraphQL tells it. */
export type LockingDeal = {
  readonly id: Hex
  readonly appPrice: string
  readonly datasetPrice: string
  readonly workerpoolPrice: string
  readonly botSize: string
  readonly completedTasksCount: string
  readonly claimedTasksCount: string
  readonly startTime: string
  readonly category: { readonly workClockTimeRef: string }
}

/** A contribution to a task that has not ended, as GraphQL tells it. */
export type LockingContribution = {
  readonly task: { readonly id: Hex; readonly finalDeadline: string; readonly deal: { readonly workerStake: string } }
}

/**
 * What a deal binds of who pays for it (the prices of its open tasks), or of the owner of its workerpool (his stake for them).
 *
 * @returns undefined when all its tasks have ended
 */
export function lockOfDeal(deal: LockingDeal, role: 'requester' | 'scheduler'): Lock | undefined {
  const openTasks = Number(deal.botSize) - Number(deal.completedTasksCount) - Number(deal.claimedTasksCount)
  if (openTasks <= 0) return undefined
  const prices = {
    app: toNano(deal.appPrice),
    dataset: toNano(deal.datasetPrice),
    workerpool: toNano(deal.workerpoolPrice),
  }
  const perTask = role === 'requester' ? taskPrice(prices) : workerpoolStake(prices.workerpool)
  const clock = { startTime: asInstant(BigInt(deal.startTime)), timeref: BigInt(deal.category.workClockTimeRef) }
  const lock = { role, id: deal.id, nRLC: perTask * BigInt(openTasks), openTasks, until: Number(finalDeadline(clock)) }
  return lock.nRLC === 0n ? undefined : lock
}

/** What a contribution binds of its worker; undefined when the pool asks for no stake. */
export function lockOfContribution({ task }: LockingContribution): Lock | undefined {
  const nRLC = BigInt(task.deal.workerStake)
  return nRLC === 0n
    ? undefined
    : { role: 'worker', id: task.id, nRLC, openTasks: 1, until: Number(task.finalDeadline) }
}

/** What was found, and how much is locked beyond it. */
export type Locks = { readonly locks: readonly Lock[]; readonly restInNano: bigint }

const PAGE = 1_000
/** So many pages of deals are read: 3,000 as requester and as owner of a workerpool. */
const PAGES = 3

const FIELDS = `id appPrice datasetPrice workerpoolPrice botSize completedTasksCount claimedTasksCount startTime
    category { workClockTimeRef }`

const QUERY = `query ($account: String, $first: Int, $skip: Int) {
  requested: deals(where: { sponsor: $account }, orderBy: timestamp, orderDirection: desc, first: $first, skip: $skip) {
    ${FIELDS}
  }
  scheduled: deals(where: { workerpoolOwner: $account }, orderBy: timestamp, orderDirection: desc, first: $first, skip: $skip) {
    ${FIELDS}
  }
  contributed: contributions(
    where: { worker: $account, task_: { status_in: [ACTIVE, REVEALING] } }
    orderBy: timestamp, orderDirection: desc, first: $first, skip: $skip
  ) { task { id finalDeadline deal { workerStake } } }
}`

type Answer = {
  readonly requested: readonly LockingDeal[]
  readonly scheduled: readonly LockingDeal[]
  readonly contributed: readonly LockingContribution[]
}

/**
 * Finds what binds the locked money of an account, the newest deals first, until all of it is found.
 *
 * @param of `lockedInNano` is what the hub says is locked
 */
export async function findLocks(
  chain: Chain,
  of: { readonly account: string; readonly lockedInNano: bigint; readonly signal?: AbortSignal },
): Promise<Locks> {
  const { account, lockedInNano, signal } = of
  const locks: Lock[] = []
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await askGraph<Answer>(chain, {
      query: QUERY,
      variables: { account: account.toLowerCase(), first: PAGE, skip: page * PAGE },
      ...(signal === undefined ? {} : { signal }),
    })
    locks.push(...locksOf(answer))
    if (restOf(lockedInNano, locks) <= 0n || isLast(answer)) break
  }
  const rest = restOf(lockedInNano, locks)
  // The index may be a block ahead of the account that was read before.
  return { locks: locks.toSorted((one, other) => one.until - other.until), restInNano: rest > 0n ? rest : 0n }
}

function locksOf({ requested, scheduled, contributed }: Answer): readonly Lock[] {
  return [
    ...requested.map((deal) => lockOfDeal(deal, 'requester')),
    ...scheduled.map((deal) => lockOfDeal(deal, 'scheduler')),
    ...contributed.map(lockOfContribution),
  ].filter((lock) => lock !== undefined)
}

function restOf(lockedInNano: bigint, locks: readonly Lock[]): bigint {
  return locks.reduce((rest, { nRLC }) => rest - nRLC, lockedInNano)
}

function isLast(answer: Answer): boolean {
  return Object.values(answer).every((rows) => rows.length < PAGE)
}
