// Reads from the chain what the events of some blocks do not carry, so that reducing them needs no connection.
import { Unsettled } from '@iexec/chain'
import { NO_ADDRESS, type OrderDomain } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address, type Client, type Hash, type Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { AssetKind } from '../db/schema.ts'

import type { MarketContracts } from '../market.ts'
import { readApprovals } from './approvals.ts'
import { eventDecoder, type EventLog } from './decode.ts'
import type { MarketEvent } from './events.ts'
import { REGISTRY_EVENTS, type AssetContents, type DealTerms, type Facts, type KnownBlock } from './facts.ts'
import { askHub, takeSnapshot, type Snapshot } from './multicall.ts'
import { LONGEST_NAME, asText } from './sanitise.ts'
import { transactionReader } from './transactions.ts'

/** A block with the logs that fit the filters. */
export type LoggedBlock = {
  readonly number: number
  readonly hash: Hash
  readonly timestamp: number
  readonly logs: readonly EventLog[]
}

/** The chain, and the market on it. */
export type EnrichOptions = {
  readonly client: Client
  readonly contracts: MarketContracts
  readonly domain: OrderDomain
  /** The tables as the blocks before those left them. Without them, it is only known what the blocks themselves say. */
  readonly read?: Reader | undefined
}

/** Decodes the logs of blocks, and reads what they do not carry. */
export type Enrich = (blocks: readonly LoggedBlock[]) => Promise<readonly KnownBlock[]>

/**
 * Makes the reader of facts. It answers as of the head; who uses the answer checks afterwards that the blocks are still on
 * the chain. Nothing is remembered from one call to the next: after a reorganisation the same id may mean something else.
 *
 * @example
 * const enrich = enricher({ client, contracts, domain })
 * const known = await enrich(blocks)
 */
export function enricher(options: EnrichOptions): Enrich {
  const decode = eventDecoder(options.contracts)
  const readTransactions = transactionReader(options.client)
  return async (blocks) => {
    const decoded = blocks.map((block) => ({
      ...block,
      events: block.logs.map(decode).filter((event) => event !== undefined),
    }))
    const snapshot = headOf(options.client, decoded)
    const reading = readTransactions(
      decoded.map((block) => ({ ...block, hashes: [...new Set(block.events.map(({ tx }) => tx))] })),
    )
    const approving = reading.then(async (txs) => {
      const told = decoded.map((block, index) => {
        return { ...block, senders: new Map((txs[index] ?? []).map(({ hash, sender }) => [hash, sender])) }
      })
      return readApprovals({ ...options, hub: options.contracts.hub, snapshot }, told)
    })
    const [views, txs, approvals] = await Promise.all([readViews(options, snapshot, decoded), reading, approving])
    const facts = { ...views, approvals }
    return decoded.map(({ number, hash, timestamp, events }, index) => {
      return { number, hash, timestamp, events, txs: txs[index] ?? [], facts }
    })
  }
}

/** The head, taken when it is first needed. */
function headOf(client: Client, blocks: readonly DecodedBlock[]): () => Promise<Snapshot> {
  const last = blocks.at(-1)
  let taken: Promise<Snapshot> | undefined
  return async () => {
    if (last === undefined) throw new Error('Nothing is asked about no blocks.')
    taken ??= takeSnapshot(client, last)
    return taken
  }
}

/** A view of the hub, and what becomes of its answer. */
type View = { readonly data: Hex; readonly take: (answer: Hex | undefined) => void }

/** The facts that views tell, while they are being read. */
type Gathered = {
  readonly [Name in Exclude<keyof Facts, 'approvals'>]: Facts[Name] extends ReadonlyMap<infer K, infer V>
    ? Map<K, V>
    : never
}

/** A block with its events. */
type DecodedBlock = Omit<LoggedBlock, 'logs'> & { readonly events: readonly MarketEvent[] }

async function readViews(
  { contracts }: EnrichOptions,
  snapshot: () => Promise<Snapshot>,
  blocks: readonly DecodedBlock[],
): Promise<Gathered> {
  const facts: Gathered = {
    assets: new Map(),
    deals: new Map(),
    tasks: new Map(),
    votes: new Map(),
  }
  // A fact that several events need is asked for once.
  const views = new Map<string, View>()
  for (const { events } of blocks) for (const event of events) addViews(event, facts, views)
  if (views.size === 0) return facts
  const asked = [...views.values()]
  const answers = await askHub(
    await snapshot(),
    contracts.hub,
    asked.map(({ data }) => data),
  )
  for (const [index, view] of asked.entries()) view.take(answers[index])
  return facts
}

function addViews(event: MarketEvent, facts: Gathered, views: Map<string, View>): void {
  switch (event.kind) {
    case 'AppTransfer':
    case 'DatasetTransfer':
    case 'WorkerpoolTransfer':
      if (event.account !== NO_ADDRESS) return
      views.set(event.asset, assetView(REGISTRY_EVENTS[event.kind], event.asset, facts))
      return
    case 'OrdersMatched':
      views.set(event.deal, dealView(event.deal, facts))
      return
    case 'TaskInitialize':
    case 'TaskFinalize':
      views.set(event.task, taskView(event.task, facts))
      return
    case 'TaskContribute':
      views.set(`${event.task}-${event.account}`, voteView(event.task, event.account, facts))
      return
    default:
  }
}

function assetView(kind: AssetKind, asset: Address, { assets }: Gathered): View {
  const functionName = ({ app: 'viewApp', dataset: 'viewDataset', workerpool: 'viewWorkerpool' } as const)[kind]
  return {
    data: encodeFunctionData({ abi: hubAbi, functionName, args: [asset] }),
    take: (answer) => {
      assets.set(asset, answer === undefined ? UNREADABLE[kind] : contentsOf(kind, answer))
    },
  }
}

const NO_CONTENTS = { name: '', app_type: null, multiaddr: null, checksum: null, mrenclave: null }
const ZERO_HASH: Hex = `0x${'0'.repeat(64)}`

/** What is shown of an entry of an older registry that does not answer. */
const UNREADABLE: Readonly<Record<AssetKind, AssetContents>> = {
  app: { ...NO_CONTENTS, app_type: '', multiaddr: '0x', checksum: ZERO_HASH, mrenclave: '0x' },
  dataset: { ...NO_CONTENTS, multiaddr: '0x', checksum: ZERO_HASH },
  workerpool: NO_CONTENTS,
}

function contentsOf(kind: AssetKind, data: Hex): AssetContents {
  if (kind === 'app') {
    const app = decodeFunctionResult({ abi: hubAbi, functionName: 'viewApp', data })
    return {
      name: asText(app.m_appName, LONGEST_NAME),
      app_type: asText(app.m_appType, LONGEST_NAME),
      multiaddr: app.m_appMultiaddr,
      checksum: app.m_appChecksum,
      mrenclave: app.m_appMREnclave,
    }
  }
  if (kind === 'dataset') {
    const dataset = decodeFunctionResult({ abi: hubAbi, functionName: 'viewDataset', data })
    return {
      ...NO_CONTENTS,
      name: asText(dataset.m_datasetName, LONGEST_NAME),
      multiaddr: dataset.m_datasetMultiaddr,
      checksum: dataset.m_datasetChecksum,
    }
  }
  const pool = decodeFunctionResult({ abi: hubAbi, functionName: 'viewWorkerpool', data })
  return { ...NO_CONTENTS, name: asText(pool.m_workerpoolDescription, LONGEST_NAME) }
}

function dealView(deal: Hex, { deals }: Gathered): View {
  return {
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewDeal', args: [deal] }),
    take: (answer) => {
      const view = answer && decodeFunctionResult({ abi: hubAbi, functionName: 'viewDeal', data: answer })
      if (view === undefined || view.requester === NO_ADDRESS)
        throw new Unsettled(`The node does not know deal ${deal}.`)
      deals.set(deal, termsOf(view))
    },
  }
}

function termsOf(view: DealTerms): DealTerms {
  const sold = ({ pointer, owner, price }: DealTerms['app']): DealTerms['app'] => ({
    pointer: lower(pointer),
    owner: lower(owner),
    price,
  })
  return {
    ...view,
    app: sold(view.app),
    dataset: sold(view.dataset),
    workerpool: sold(view.workerpool),
    requester: lower(view.requester),
    beneficiary: lower(view.beneficiary),
    callback: lower(view.callback),
    sponsor: lower(view.sponsor),
    params: asText(view.params),
  }
}

function taskView(task: Hex, { tasks }: Gathered): View {
  return {
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewTask', args: [task] }),
    take: (answer) => {
      const view = answer && decodeFunctionResult({ abi: hubAbi, functionName: 'viewTask', data: answer })
      if (view === undefined || view.status === 0) throw new Unsettled(`The node does not know task ${task}.`)
      tasks.set(task, { deal: view.dealid, index: view.idx, resultsCallback: view.resultsCallback })
    },
  }
}

function voteView(task: Hex, worker: Address, { votes }: Gathered): View {
  return {
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewContribution', args: [task, worker] }),
    take: (answer) => {
      const view = answer && decodeFunctionResult({ abi: hubAbi, functionName: 'viewContribution', data: answer })
      if (view === undefined || view.status === 0) {
        throw new Unsettled(`The node does not know the contribution of ${worker} to task ${task}.`)
      }
      const { resultSeal, enclaveChallenge, weight } = view
      votes.set(`${task}-${worker}`, { seal: resultSeal, challenge: lower(enclaveChallenge), weight })
    },
  }
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address
}
