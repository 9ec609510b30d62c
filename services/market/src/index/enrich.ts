// Reads from the chain what the events of some blocks do not carry, so that reducing them needs no connection.
import { Unsettled } from '@iexec/chain'
import { recoverSigner } from '@iexec/chain/recover'
import { NO_ADDRESS, hashOrder, type OrderDomain, type Signed } from '@iexec/protocol'
import { appRegistryAbi, hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address, type Client, type Hash, type Hex } from 'viem'
import type { AssetKind } from '../db/schema.ts'
import type { MarketContracts } from '../market.ts'
import { eventDecoder, type EventLog } from './decode.ts'
import type { MarketEvent } from './events.ts'
import { REGISTRY_EVENTS, type AssetContents, type DealTerms, type Facts, type KnownBlock } from './facts.ts'
import { askHub, askStranger, call, takeSnapshot, type Snapshot } from './multicall.ts'
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
}

/**
 * So many broadcast orders of a block are believed on the word of a contract (ERC-1271). Further ones are not, and stay
 * out of the book: everybody can broadcast, and nobody may keep the index busy. Orders signed by a key cost no question.
 */
const STRANGERS_PER_BLOCK = 32

/** So many contracts of strangers are asked at the same time. */
const STRANGERS_AT_ONCE = 4

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
    const [facts, txs] = await Promise.all([
      readFacts(options, decoded),
      readTransactions(decoded.map((block) => ({ ...block, hashes: [...new Set(block.events.map(({ tx }) => tx))] }))),
    ])
    return decoded.map(({ number, hash, timestamp, events }, index) => {
      return { number, hash, timestamp, events, txs: txs[index] ?? [], facts }
    })
  }
}

/** A view of the hub, and what becomes of its answer. */
type View = { readonly data: Hex; readonly take: (answer: Hex | undefined) => void }

/** The facts while they are being read. */
type Gathered = {
  readonly [Name in keyof Facts]: Facts[Name] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : Set<string>
}

/** A block with its events. */
type DecodedBlock = Omit<LoggedBlock, 'logs'> & { readonly events: readonly MarketEvent[] }

async function readFacts(options: EnrichOptions, blocks: readonly DecodedBlock[]): Promise<Facts> {
  const facts: Gathered = {
    assets: new Map(),
    deals: new Map(),
    tasks: new Map(),
    votes: new Map(),
    presigners: new Map(),
    approvals: new Set(),
  }
  // A fact that several events need is asked for once.
  const views = new Map<string, View>()
  for (const { events } of blocks) for (const event of events) addViews(event, facts, views)
  const isTold = blocks.some(({ events }) => events.some((event) => 'order' in event))
  const last = blocks.at(-1)
  if (last === undefined || (views.size === 0 && !isTold)) return facts
  const snapshot = await takeSnapshot(options.client, last)
  const asked = [...views.values()]
  const [answers] = await Promise.all([
    askHub(
      snapshot,
      options.contracts.hub,
      asked.map(({ data }) => data),
    ),
    readApprovals(options, snapshot, { blocks, approvals: facts.approvals }),
  ])
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
    case 'SignedAppOrder':
    case 'SignedDatasetOrder':
    case 'SignedWorkerpoolOrder':
    case 'SignedRequestOrder':
      views.set(event.orderHash, presignerView(event.orderHash, facts))
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

function presignerView(hash: Hex, { presigners }: Gathered): View {
  return {
    data: encodeFunctionData({ abi: hubAbi, functionName: 'viewPresigned', args: [hash] }),
    take: (answer) => {
      if (answer !== undefined) presigners.set(hash, `0x${answer.slice(26)}`)
    },
  }
}

/** An order whose owner's key did not sign it. */
type Doubtful = { readonly hash: Hash; readonly owner: Address; readonly sign: Hex }

type Approving = { readonly blocks: readonly DecodedBlock[]; readonly approvals: Set<string> }

/** Finds out which broadcast orders are vouched for by the contracts of their owners. */
async function readApprovals(
  { contracts, domain }: EnrichOptions,
  snapshot: Snapshot,
  { blocks, approvals }: Approving,
): Promise<void> {
  const doubtful = await Promise.all(
    blocks.map(async ({ events }) => {
      const told = events.flatMap((event) => ('order' in event ? [event.order] : []))
      const found = await Promise.all(told.map(async (order) => doubtOf(snapshot, { contracts, domain }, order)))
      return found.filter((one) => one !== undefined).slice(0, STRANGERS_PER_BLOCK)
    }),
  )
  const entries = doubtful.flat().values()
  const askOneByOne = async (): Promise<void> => {
    for (const { hash, owner, sign } of entries) {
      const question = encodeFunctionData({ abi: hubAbi, functionName: 'verifySignature', args: [owner, hash, sign] })
      const answer = await askStranger(snapshot, contracts.hub, question)
      if (answer !== undefined && BigInt(answer) === 1n) approvals.add(`${hash} ${owner}`)
    }
  }
  await Promise.all(Array.from({ length: STRANGERS_AT_ONCE }, askOneByOne))
}

async function doubtOf(
  snapshot: Snapshot,
  { contracts, domain }: Pick<EnrichOptions, 'contracts' | 'domain'>,
  order: Signed,
): Promise<Doubtful | undefined> {
  const hash = hashOrder(order, domain)
  const owner = order.kind === 'request' ? order.requester : await ownerOf(snapshot, contracts, order)
  if (owner === undefined || recoverSigner(hash, order.sign) === owner) return undefined
  return { hash, owner, sign: order.sign }
}

async function ownerOf(
  snapshot: Snapshot,
  { registries }: MarketContracts,
  order: Signed<AssetKind>,
): Promise<Address | undefined> {
  const asset = order.kind === 'app' ? order.app : order.kind === 'dataset' ? order.dataset : order.workerpool
  const data = encodeFunctionData({ abi: appRegistryAbi, functionName: 'ownerOf', args: [BigInt(asset)] })
  const answers = await Promise.all(registries[order.kind].map(async (registry) => call(snapshot, registry, data)))
  const owner = answers.find((answer) => answer !== undefined)
  return owner === undefined ? undefined : `0x${owner.slice(26)}`
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address
}
