// What the chain knows of deals beyond their events: which tasks they have, until when, and what each costs.
import type { FollowedBlock } from '@iexec/chain'
import { dealPrices, decodeDeal, finalDeadline, type DealId, type DealRecord } from '@iexec/protocol'
import { viewCategory, viewDeal } from '@iexec/protocol/abi/hub'
import type { Address, Client } from 'viem'
import { readContract } from 'viem/actions'
import { dealOf } from './events.ts'

/** What a keeper must know of a deal. */
export type DealFacts = {
  readonly first: bigint
  readonly size: bigint
  /** Seconds since 1970. */
  readonly deadline: number
  /** In nRLC, for one task. */
  readonly price: bigint
}

/** So many deals are asked for at once. */
const AT_ONCE = 500

/**
 * Makes the reader of the deals of some blocks, for `followEvents`.
 *
 * @example
 * followEvents({ …, read: dealReader(client, hub) })
 */
export function dealReader(
  client: Client,
  hub: Address,
): (blocks: readonly FollowedBlock[]) => Promise<ReadonlyMap<DealId, DealFacts>> {
  const timeOf = timeReader(client, hub)
  const readOne = async (id: DealId): Promise<DealFacts | undefined> => {
    const view = await readContract(client, { address: hub, abi: viewDeal, functionName: 'viewDeal', args: [id] })
    const deal = decodeDeal(view)
    return deal && factsOf(deal, await timeOf(deal.category))
  }
  return async (blocks) => {
    const ids = blocks.flatMap(({ logs }) => logs.flatMap((log) => dealOf(log) ?? []))
    const found = new Map<DealId, DealFacts>()
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = ids.slice(start, start + AT_ONCE)
      const facts = await Promise.all(some.map(readOne))
      for (const [place, id] of some.entries()) {
        const fact = facts[place]
        if (fact !== undefined) found.set(id, fact)
      }
    }
    return found
  }
}

function factsOf(deal: DealRecord, timeref: bigint): DealFacts {
  const { app, dataset, workerpool } = dealPrices(deal)
  return {
    first: deal.botFirst,
    size: deal.botSize,
    deadline: Number(finalDeadline({ startTime: deal.startTime, timeref })),
    price: app + dataset + workerpool,
  }
}

/** Categories are never changed: each is asked for once. */
function timeReader(client: Client, hub: Address): (category: bigint) => Promise<bigint> {
  const known = new Map<bigint, bigint>()
  return async (category) => {
    const time = known.get(category)
    if (time !== undefined) return time
    const call = { address: hub, abi: viewCategory, functionName: 'viewCategory', args: [category] } as const
    const { workClockTimeRef } = await readContract(client, call)
    known.set(category, workClockTimeRef)
    return workClockTimeRef
  }
}
