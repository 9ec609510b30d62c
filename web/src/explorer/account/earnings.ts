// What an account earned: its rewards by app, by workerpool and by day.
import type { Address } from 'viem'
import { askGraph } from '../../read/ask.ts'
import type { Chain } from '../../site/config.ts'
import { toNano } from '../money.ts'

type Asset = { readonly id: Address; readonly name: string }

/** A reward, as GraphQL tells it. */
export type RewardRow = {
  readonly value: string
  readonly timestamp: string
  readonly task: { readonly deal: { readonly app: Asset; readonly workerpool: Asset } }
}

/** The rewards of one app, workerpool or day. */
export type Earning = {
  /** Address, or `YYYY-MM-DD`. */
  readonly key: string
  /** Name of an asset; the day itself. */
  readonly name: string
  readonly rewards: number
  readonly nRLC: bigint
}

/** Rewards in three orders, the largest sums first, days from the newest on. */
export type Earnings = {
  readonly byApp: readonly Earning[]
  readonly byPool: readonly Earning[]
  readonly byDay: readonly Earning[]
  readonly rewards: number
  /** Whether there are older ones, which are not in it. */
  readonly isCut: boolean
}

/**
 * Sums rewards up.
 *
 * @example
 * sumRewards([], false).rewards // 0
 */
export function sumRewards(rewards: readonly RewardRow[], isCut: boolean): Earnings {
  return {
    byApp: sumBy(rewards, ({ task }) => task.deal.app).toSorted(largestFirst),
    byPool: sumBy(rewards, ({ task }) => task.deal.workerpool).toSorted(largestFirst),
    byDay: sumBy(rewards, ({ timestamp }) => {
      const day = dayOf(Number(timestamp))
      return { id: day, name: day }
    }).toSorted((one, other) => other.key.localeCompare(one.key)),
    rewards: rewards.length,
    isCut,
  }
}

function largestFirst(one: Earning, other: Earning): number {
  if (one.nRLC === other.nRLC) return 0
  return other.nRLC > one.nRLC ? 1 : -1
}

function sumBy(
  rewards: readonly RewardRow[],
  groupOf: (reward: RewardRow) => { readonly id: string; readonly name: string },
): readonly Earning[] {
  const sums = new Map<string, Earning>()
  for (const reward of rewards) {
    const { id, name } = groupOf(reward)
    const sum = sums.get(id) ?? { key: id, name, rewards: 0, nRLC: 0n }
    sums.set(id, { ...sum, rewards: sum.rewards + 1, nRLC: sum.nRLC + toNano(reward.value) })
  }
  return [...sums.values()]
}

function dayOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 10)
}

const PAGE = 1_000
/** So many pages are read: 5,000 rewards. */
const PAGES = 5

const QUERY = `query ($account: String, $first: Int, $skip: Int) {
  rewards(where: { account: $account }, orderBy: timestamp, orderDirection: desc, first: $first, skip: $skip) {
    value timestamp task { deal { app { id name } workerpool { id name: description } } }
  }
}`

/** Reads the newest 5,000 rewards of an account, and sums them up. */
export async function readEarnings(chain: Chain, account: string, signal?: AbortSignal): Promise<Earnings> {
  const all: RewardRow[] = []
  for (let page = 0; page < PAGES; page += 1) {
    const { rewards } = await askGraph<{ readonly rewards: readonly RewardRow[] }>(chain, {
      query: QUERY,
      variables: { account: account.toLowerCase(), first: PAGE, skip: page * PAGE },
      ...(signal === undefined ? {} : { signal }),
    })
    all.push(...rewards)
    if (rewards.length < PAGE) return sumRewards(all, false)
  }
  return sumRewards(all, true)
}
