// Which broadcast orders their owners approved otherwise than by a key: in advance on chain, or by the word of their contracts.
import { recoverSigner } from '@iexec/chain/recover'
import { NO_ADDRESS, hashOrder, type OrderDomain, type Signed } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, type Address, type Hash, type Hex } from 'viem'
import { readApprovers } from '../book/approved.ts'
import { inChunks } from '../book/chunks.ts'
import type { Reader } from '../db/database.ts'
import type { AssetKind } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'
import { REGISTRY_EVENTS, placeOf } from './facts.ts'
import { askStranger, type Snapshot } from './multicall.ts'
import { assetOf } from './reduceOrder.ts'

/**
 * So many broadcast orders of a block are believed on the word of a contract (ERC-1271). Further ones are not, and stay out of
 * the book until they are broadcast again: nobody may keep the index busy. Those who broadcast take turns, so that nobody can
 * use up all questions either. Orders signed by a key, or approved on chain, cost none.
 */
const STRANGERS_PER_BLOCK = 32

/** So many contracts of strangers are asked at the same time. */
const STRANGERS_AT_ONCE = 4

/** A block with its events, and who sent its transactions. */
export type ToldBlock = {
  readonly number: number
  readonly timestamp: number
  readonly events: readonly MarketEvent[]
  readonly senders: ReadonlyMap<Hash, Address>
}

/** The market, and its tables as they are before these blocks; without them, only what the blocks say is known. */
export type ApprovalOptions = {
  readonly hub: Address
  readonly domain: OrderDomain
  readonly read?: Reader | undefined
  /** Asked for only when a contract has to be. */
  readonly snapshot: () => Promise<Snapshot>
}

/**
 * Finds out which broadcasts tell of orders that their owners of that moment approved, though their keys did not sign them.
 *
 * Owners, and what they approved on chain, are taken from the tables and the events before the broadcast; so a replay finds the
 * same. What a contract says of a signature, nobody can know but by asking, and it is asked as of the head.
 *
 * @returns their places, as `placeOf` names them
 */
export async function readApprovals(
  options: ApprovalOptions,
  blocks: readonly ToldBlock[],
): Promise<ReadonlySet<string>> {
  const approved = new Set<string>()
  if (!blocks.some(({ events }) => events.some((event) => 'order' in event))) return approved
  const past = await openPast(options, blocks)
  const doubtful: Doubtful[] = []
  for (const block of blocks) {
    const found: Doubtful[] = []
    for (const event of block.events) {
      past.live(event, block)
      if (!('order' in event)) continue
      const hash = hashOrder(event.order, options.domain)
      const owner = past.ownerOf(event.order)
      if (owner === undefined || recoverSigner(hash, event.order.sign) === owner) continue
      const place = placeOf(block, event)
      if (past.isApproved(hash, event.order)) approved.add(place)
      else found.push({ place, hash, owner, sign: event.order.sign, sender: block.senders.get(event.tx) })
    }
    doubtful.push(...inTurns(found).slice(0, STRANGERS_PER_BLOCK))
  }
  for (const place of await askContracts(options, doubtful)) approved.add(place)
  return approved
}

/** A broadcast of an order that its owner has neither signed with his key nor approved on chain. */
type Doubtful = {
  readonly place: string
  readonly hash: Hash
  readonly owner: Address
  readonly sign: Hex
  readonly sender: Address | undefined
}

/** The first one of each sender, then the second one of each, and so on. */
function inTurns(found: readonly Doubtful[]): readonly Doubtful[] {
  const counts = new Map<Address | undefined, number>()
  const numbered = found.map((one) => {
    const turn = counts.get(one.sender) ?? 0
    counts.set(one.sender, turn + 1)
    return { one, turn }
  })
  return numbered.toSorted((left, right) => left.turn - right.turn).map(({ one }) => one)
}

async function askContracts(
  { hub, snapshot }: ApprovalOptions,
  doubtful: readonly Doubtful[],
): Promise<readonly string[]> {
  if (doubtful.length === 0) return []
  const state = await snapshot()
  const vouched: string[] = []
  const entries = doubtful.values()
  const askInTurn = async (): Promise<void> => {
    for (const { place, hash, owner, sign } of entries) {
      const question = encodeFunctionData({ abi: hubAbi, functionName: 'verifySignature', args: [owner, hash, sign] })
      const answer = await askStranger(state, hub, question)
      if (answer !== undefined && BigInt(answer) === 1n) vouched.push(place)
    }
  }
  await Promise.all(Array.from({ length: STRANGERS_AT_ONCE }, askInTurn))
  return vouched
}

/** Where and when an order was approved, or an asset handed over by its owner of until then. */
type Moment = { readonly block: number; readonly logIndex: number }
type Handing = Moment & { readonly from: Address }

/** What happened before an event. */
type Past = {
  /** Goes on to after an event. */
  readonly live: (event: MarketEvent, block: ToldBlock) => void
  readonly ownerOf: (order: Signed) => Address | undefined
  /** Whether who owned it when it was last approved owns it now. */
  readonly isApproved: (hash: Hash, order: Signed) => boolean
}

async function openPast({ read, domain }: ApprovalOptions, blocks: readonly ToldBlock[]): Promise<Past> {
  const told = blocks.flatMap(({ events }) => events.flatMap((event) => ('order' in event ? [event.order] : [])))
  const owners = new Map<Address, { readonly kind: AssetKind; readonly owner: Address }>()
  if (read !== undefined) {
    for (const some of inChunks(new Set(told.map(assetOf)))) {
      for (const { address, ...row } of await readOwners(read, some)) owners.set(address, row)
    }
  }
  const assets = new Map(
    told.map((order) => [hashOrder(order, domain), order.kind === 'request' ? NO_ADDRESS : assetOf(order)]),
  )
  const approvables = Array.from(assets, ([hash, asset]) => ({ hash, asset }))
  const approvers = read === undefined ? new Map<Hex, Address | null>() : await readApprovers(read, approvables)
  const approvals = new Map<Hex, Moment>()
  const handings = new Map<Address, Handing[]>()
  const ownerOf = (order: Signed): Address | undefined => {
    if (order.kind === 'request') return order.requester
    const asset = owners.get(assetOf(order))
    return asset?.kind === order.kind ? asset.owner : undefined
  }
  return {
    live: (event, { number }) => {
      const moment = { block: number, logIndex: event.logIndex }
      if ('orderHash' in event && event.kind.startsWith('Signed')) approvals.set(event.orderHash, moment)
      if (!(event.kind in REGISTRY_EVENTS)) return
      const { kind, asset, account, counterparty } = event as MarketEvent<keyof typeof REGISTRY_EVENTS>
      owners.set(asset, { kind: REGISTRY_EVENTS[kind], owner: counterparty })
      handings.set(asset, [...(handings.get(asset) ?? []), { ...moment, from: account }])
    },
    ownerOf,
    isApproved: (hash, order) => {
      const since = approvals.get(hash)
      const before = approvers.get(hash)
      if (since === undefined && before === undefined) return false
      if (order.kind === 'request') return true
      const handed = handings.get(assetOf(order)) ?? []
      const approver =
        since === undefined ? (before ?? handed[0]?.from) : handed.find((one) => isAfter(one, since))?.from
      return approver === undefined || approver === ownerOf(order)
    },
  }
}

function isAfter(one: Moment, other: Moment): boolean {
  return one.block > other.block || (one.block === other.block && one.logIndex > other.logIndex)
}

async function readOwners(
  read: Reader,
  assets: readonly Address[],
): Promise<readonly { readonly address: Address; readonly kind: AssetKind; readonly owner: Address }[]> {
  return read.selectFrom('asset').select(['address', 'kind', 'owner']).where('address', 'in', assets).execute()
}
