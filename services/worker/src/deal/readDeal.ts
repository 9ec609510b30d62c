// What the chain says of a deal, with the app and the dataset that it names: everything that a worker has to know of its tasks.
import { decodeDeal, decodeMultiaddr, taskId, type DealId, type DealRecord } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { TaskFacts } from '@iexec/runtime'
import { zeroAddress, type Address, type Client, type Hex } from 'viem'
import { readContract } from 'viem/actions'

/** A deal, and what belongs to it. None of it ever changes, as long as the block of the deal is on the chain. */
export type KnownDeal = {
  readonly id: DealId
  readonly deal: DealRecord
  /** Longest run time of its category, in seconds. */
  readonly categorySeconds: number
  readonly app: TaskFacts['app']
  readonly dataset?: TaskFacts['dataset']
}

/** Reads deals, each once. */
export type DealReader = {
  /** `undefined` when the node does not know it (yet). */
  readonly read: (id: DealId) => Promise<KnownDeal | undefined>
  /** After a reorganisation the same deal may have begun at another time: all are read anew. */
  readonly forget: () => void
}

/** So many deals are remembered. */
const MOST_DEALS = 1_000

/**
 * Makes a reader of deals, which asks the chain once for each of them.
 *
 * @example
 * const deals = createDealReader(client, hub)
 * await deals.read(id)
 */
export function createDealReader(client: Client, hub: Address): DealReader {
  let known = new Map<DealId, KnownDeal>()
  return {
    read: async (id) => {
      const found = known.get(id)
      if (found !== undefined) return found
      const here = known
      const deal = await readDeal(client, hub, id)
      // What was asked before a reorganisation is not kept after it.
      if (deal === undefined || here !== known) return deal
      const [oldest] = known.keys()
      if (known.size >= MOST_DEALS && oldest !== undefined) known.delete(oldest)
      known.set(id, deal)
      return deal
    },
    forget: () => {
      known = new Map()
    },
  }
}

/**
 * What the runtime has to know of one task of a deal.
 *
 * @example
 * describeRun(factsOfTask(known, 0))
 */
export function factsOfTask({ id, deal, categorySeconds, app, dataset }: KnownDeal, index: number): TaskFacts {
  return {
    taskId: taskId(id, BigInt(index)),
    dealId: id,
    index,
    botFirst: Number(deal.botFirst),
    botSize: Number(deal.botSize),
    startTime: Number(deal.startTime),
    categorySeconds,
    tag: deal.tag,
    params: deal.params,
    hasCallback: deal.callback !== zeroAddress,
    app,
    dataset,
  }
}

async function readDeal(client: Client, hub: Address, id: DealId): Promise<KnownDeal | undefined> {
  const at = { address: hub, abi: hubAbi } as const
  const deal = decodeDeal(await readContract(client, { ...at, functionName: 'viewDeal', args: [id] }))
  if (deal === undefined) return undefined
  const [category, app, dataset] = await Promise.all([
    readContract(client, { ...at, functionName: 'viewCategory', args: [deal.category] }),
    readContract(client, { ...at, functionName: 'viewApp', args: [deal.app.pointer] }),
    deal.dataset.pointer === zeroAddress
      ? undefined
      : readContract(client, { ...at, functionName: 'viewDataset', args: [deal.dataset.pointer] }),
  ])
  return {
    id,
    deal,
    categorySeconds: Number(category.workClockTimeRef),
    app: { type: app.m_appType, multiaddr: decodeMultiaddr(app.m_appMultiaddr), checksum: app.m_appChecksum },
    ...(dataset === undefined
      ? {}
      : { dataset: datasetOf(deal.dataset.pointer, dataset.m_datasetMultiaddr, dataset.m_datasetChecksum) }),
  }
}

function datasetOf(address: Address, multiaddr: Hex, checksum: Hex): NonNullable<TaskFacts['dataset']> {
  return { address, multiaddr: decodeMultiaddr(multiaddr), checksum }
}
