// Whether the wallet of a worker can do what its pool asks: stake for votes, coins for gas.
import { formatIn, formatRlc } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Address, Client } from 'viem'
import { getBalance, getGasPrice, readContract } from 'viem/actions'
import { z } from 'zod'
import { GAS_OF_PATH } from '../place/state.ts'

/** What a worker has, and what its pool sells, in nRLC and wei. */
export type Money = {
  /** Free on the market. */
  readonly free: bigint
  readonly locked: bigint
  readonly coins: bigint
  /** What the transactions of one place may cost. */
  readonly coinsPerPlace: bigint
  /** The most that one vote locks, by the orders that the pool has on the market; `undefined` when nobody says it. */
  readonly stakePerVote: bigint | undefined
}

/** Whose money, and who knows the prices. */
export type MoneyQuestion = {
  readonly client: Client
  readonly chainId: number
  readonly hub: Address
  readonly worker: Address
  readonly workerpool: Address
  readonly marketUrl: string | undefined
}

const soldTasks = z.object({
  orders: z.array(z.object({ order: z.object({ workerpoolprice: z.union([z.string(), z.number()]) }) })),
})

/**
 * Looks at the money of a worker.
 *
 * @throws what the client threw when no node answers
 * @example
 * (await askMoney(question)).free // 10_000_000_000n
 */
export async function askMoney(question: MoneyQuestion): Promise<Money> {
  const { client, hub, worker, workerpool } = question
  const view = { address: hub, abi: hubAbi } as const
  const [account, coins, price, pool, highest] = await Promise.all([
    readContract(client, { ...view, functionName: 'viewAccount', args: [worker] }),
    getBalance(client, { address: worker }),
    getGasPrice(client),
    readContract(client, { ...view, functionName: 'viewWorkerpool', args: [workerpool] }),
    askHighestPrice(question),
  ])
  const stakePerVote = highest === undefined ? undefined : (highest * pool.m_workerStakeRatioPolicy) / 100n
  return {
    free: account.stake,
    locked: account.locked,
    coins,
    coinsPerPlace: price * GAS_OF_PATH.commit,
    stakePerVote,
  }
}

/** Something that a wallet lacks. */
export type Missing = {
  /** Without coins it can do nothing at all; without stake, what a single worker does. */
  readonly kind: 'coins' | 'stake'
  /** With the command that brings it. */
  readonly sentence: string
}

/**
 * What is missing; nothing when all is there.
 *
 * @param places tasks that it takes at a time
 * @example
 * sayMissing(money, 4) // [{ kind: 'stake', sentence: '…iexec account deposit 2…' }]
 */
export function sayMissing(
  { free, locked, coins, coinsPerPlace, stakePerVote }: Money,
  places: number,
): readonly Missing[] {
  const missing: Missing[] = []
  if (stakePerVote === undefined && free + locked === 0n) {
    missing.push({
      kind: 'stake',
      sentence:
        'The wallet has no stake on the market: it gets only tasks of one worker. iexec account deposit 10 RLC brings some; what a vote locks is 30 % of what the pool asks for a task, usually.',
    })
  }
  const wanted = (stakePerVote ?? 0n) * BigInt(places)
  if (wanted > free + locked) {
    const more = wanted - free - locked
    const whole = places === 1 ? '' : `, and ${places} tasks at a time ${formatRlc(wanted)}`
    missing.push({
      kind: 'stake',
      sentence: `A vote locks up to ${formatRlc(stakePerVote ?? 0n)}${whole}; the wallet has ${formatRlc(free + locked)} on the market. iexec account deposit ${formatRlc(more)} brings what is missing.`,
    })
  }
  if (coins < coinsPerPlace) {
    missing.push({
      kind: 'coins',
      sentence: `The transactions of one task may cost ${formatIn(coinsPerPlace, 'ether')} ether, and the wallet has ${formatIn(coins, 'ether')} ether: send some coins of the chain to it.`,
    })
  }
  return missing
}

/** The highest price of a task among the orders that the pool has open; nobody answering is no reason not to start. */
async function askHighestPrice({ chainId, workerpool, marketUrl }: MoneyQuestion): Promise<bigint | undefined> {
  if (marketUrl === undefined) return undefined
  const query = new URLSearchParams({ chainId: String(chainId), workerpool })
  const url = `${marketUrl.replace(/\/+$/u, '')}/workerpoolorders?${query.toString()}`
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    const { orders } = soldTasks.parse(await answer.json())
    const prices = orders.map(({ order }) => BigInt(order.workerpoolprice))
    return prices.reduce<bigint | undefined>((most, one) => (most === undefined || one > most ? one : most), undefined)
  } catch {
    return undefined
  }
}
