// What a keeper says of itself: health, figures, and a page for people.
import { fromWide, type Role, type ShellDeps, type StatusPage } from '@iexec/service'
import { formatUnits, getAddress, type Address } from 'viem'
import { getBalance } from 'viem/actions'
import { Gauge, type Registry } from 'prom-client'
import { sql } from 'kysely'
import type { KeeperChain } from './chain.ts'
import type { KeeperDatabase } from './db/schema.ts'
import { sayPoor, type Work } from './lead.ts'

/** What the status is made of. */
export type StatusOptions = {
  readonly chain: KeeperChain
  readonly account: Address
  readonly database: KeeperDatabase
  readonly work: Work
  readonly role: Role
}

/** What `/health` answers. */
export type KeeperHealth = {
  readonly ok: boolean
  readonly chainId: number
  readonly hub: Address
  readonly account: Address
  readonly role: Role
  /** `standing by` in a process that does not claim. */
  readonly state: Work['state']['state'] | 'standing by'
  /** Why it is not well, in one sentence; null when it is. */
  readonly reason: string | null
  /** The youngest block that was read; null before the first. */
  readonly block: number | null
  /** How many tasks are in transactions now. */
  readonly inFlight: number
}

/** What the tables hold, in numbers. */
type Counts = {
  /** Deals that may still have something to claim, and those of them past their final deadline. */
  readonly deals: number
  readonly expired: number
  /** Tasks that the hub refused, and that are tried again. */
  readonly refused: number
  readonly transactions: number
  readonly claimed: number
  readonly gas: number
  /** In nRLC. */
  readonly freed: bigint
}

/** The parts of the HTTP side that are the keeper's own. */
export function createStatus(
  options: StatusOptions,
  registry: Registry,
): Required<Pick<ShellDeps, 'health' | 'figures' | 'status'>> {
  return {
    health: async () => Promise.resolve(healthOf(options)),
    figures: createFigures(options, registry),
    status: async () => pageOf(options),
  }
}

function healthOf({ chain, account, work, role }: StatusOptions): KeeperHealth {
  const { state, head, isPoor, inFlight } = work
  const trouble = work.trouble ?? (isPoor ? sayPoor(account) : undefined)
  const isLeading = role === 'leading'
  const reason = isLeading ? (trouble ?? state.reason ?? null) : null
  return {
    ok: !isLeading || (state.state === 'live' && trouble === undefined),
    chainId: chain.chainId,
    hub: getAddress(chain.hub),
    account,
    role,
    state: isLeading ? state.state : 'standing by',
    reason,
    block: head?.number ?? null,
    inFlight: inFlight(),
  }
}

async function countAll({ database: { read }, work }: StatusOptions): Promise<Counts> {
  const now = work.head?.timestamp ?? 0
  const count = read
    .selectFrom('deal')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('over', '=', sql.lit(0))
  const [deals, expired, refused, sent] = await Promise.all([
    count.executeTakeFirstOrThrow(),
    count.where('deadline', '<=', now).executeTakeFirstOrThrow(),
    read
      .selectFrom('refused')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    readTotals(read),
  ])
  return {
    deals: deals.count,
    expired: expired.count,
    refused: refused.count,
    ...sent,
  }
}

function sum(column: ReturnType<typeof sql>): ReturnType<typeof sql<number>> {
  return sql<number>`coalesce(sum(${column}), 0)`
}

/** Added up by the database. Wide numbers are decimals of 78 digits: here the last 9, and the 15 before them. */
async function readTotals(
  read: KeeperDatabase['read'],
): Promise<Pick<Counts, 'transactions' | 'claimed' | 'gas' | 'freed'>> {
  const row = await read
    .selectFrom('sent')
    .select(({ fn }) => [
      fn.countAll<number>().as('transactions'),
      sum(sql`tasks`).as('claimed'),
      sum(sql`gas`).as('gas'),
      sum(sql`cast(substr(freed, 55, 15) as bigint)`).as('rlc'),
      sum(sql`cast(substr(freed, 70, 9) as bigint)`).as('nrlc'),
    ])
    .executeTakeFirstOrThrow()
  const { transactions, claimed, gas, rlc, nrlc } = row
  return { transactions, claimed, gas, freed: BigInt(rlc) * 10n ** 9n + BigInt(nrlc) }
}

function createFigures(options: StatusOptions, registry: Registry): () => Promise<void> {
  const gauge = (name: string, help: string): Gauge =>
    new Gauge({ name: `keeper_${name}`, help, registers: [registry] })
  const block = gauge('block', 'The youngest block that was read.')
  const live = gauge('live', '1 while all is well, else 0.')
  const leading = gauge('leading', '1 in the process that claims, else 0.')
  const inFlight = gauge('tasks_in_flight', 'Tasks that are in transactions now.')
  const deals = gauge('deals', 'Deals that may still have something to claim.')
  const expired = gauge('deals_expired', 'Those of them past their final deadline.')
  const refused = gauge('tasks_refused', 'Tasks that the hub refused, and that are tried again.')
  const claimed = gauge('tasks_claimed', 'Tasks that this keeper has claimed.')
  const gas = gauge('gas_used', 'Gas that this keeper has paid for.')
  const freed = gauge('freed_nrlc', 'What came back to those who had paid.')
  const balance = gauge('balance_wei', 'What the account has for gas.')
  return async () => {
    const health = healthOf(options)
    block.set(health.block ?? 0)
    live.set(health.ok ? 1 : 0)
    leading.set(health.role === 'leading' ? 1 : 0)
    inFlight.set(health.inFlight)
    const counts = await countAll(options)
    deals.set(counts.deals)
    expired.set(counts.expired)
    refused.set(counts.refused)
    claimed.set(counts.claimed)
    gas.set(counts.gas)
    freed.set(Number(counts.freed))
    const wei = await balanceOf(options)
    if (wei !== undefined) balance.set(Number(wei))
  }
}

async function balanceOf({ chain, account }: StatusOptions): Promise<bigint | undefined> {
  return getBalance(chain.client, { address: account }).catch(() => undefined)
}

const RECENT = 20

async function pageOf(options: StatusOptions): Promise<StatusPage> {
  const { database, work } = options
  const health = healthOf(options)
  const [counts, wei] = [await countAll(options), await balanceOf(options)]
  const sent = await database.read.selectFrom('sent').selectAll().orderBy('block', 'desc').limit(RECENT).execute()
  const refused = await database.read.selectFrom('refused').selectAll().orderBy('retry_at').limit(RECENT).execute()
  return {
    title: 'iExec keeper',
    ok: health.ok,
    summary: summaryOf(health),
    sections: [
      {
        heading: 'Chain',
        facts: [
          ['chain', health.chainId],
          ['hub', health.hub],
          ['block', health.block ?? 'none yet'],
          ['its time', work.head === undefined ? 'unknown' : momentOf(work.head.timestamp)],
          ['account', health.account],
          ['its coins', wei === undefined ? 'unknown' : formatUnits(wei, 18)],
        ],
      },
      {
        heading: 'Work',
        facts: [
          ['deals that may end unfinished', counts.deals],
          ['deals past their final deadline', counts.expired],
          ['tasks in transactions now', health.inFlight],
          ['tasks claimed', counts.claimed],
          ['given back', `${formatUnits(counts.freed, 9)} RLC`],
          ['transactions', counts.transactions],
          ['gas', counts.gas],
        ],
      },
      {
        heading: 'Latest transactions',
        table: {
          columns: ['block', 'transaction', 'call', 'tasks', 'RLC', 'gas'],
          rows: sent.map(({ block, hash, kind, tasks, freed, gas }) => [
            block,
            hash,
            kind,
            tasks,
            formatUnits(fromWide(freed), 9),
            gas,
          ]),
        },
      },
      {
        heading: 'Refused tasks',
        table: {
          columns: ['task', 'why', 'tried', 'again at'],
          rows: refused.map(({ task, sentence, tries, retry_at }) => [task, sentence, tries, momentOf(retry_at)]),
        },
      },
    ],
  }
}

function summaryOf({ role, state, reason }: KeeperHealth): string {
  if (role === 'standby') return 'Another process claims; this one takes over when that one dies.'
  if (reason !== null) return `It does not claim: ${reason}`
  return state === 'live'
    ? 'It claims what is past its final deadline.'
    : 'It reads the chain, and claims when it is done.'
}

/** @param seconds since 1970 */
function momentOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
