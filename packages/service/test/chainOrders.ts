// Assets, stakes, orders and deals on the test market. What a test is about, it names; the rest is dull.
import {
  NO_ADDRESS,
  NO_DATASET_ORDER,
  NO_TAG,
  hashOrder,
  operationTypedData,
  orderTypedData,
  type DealId,
  type Order,
  type OrderHash,
  type OrderKind,
  type OrderOperation,
  type Signed,
} from '@iexec/protocol'
import { appRegistryAbi, datasetRegistryAbi, hubAbi, workerpoolAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, pad, parseEventLogs, toHex, type Address, type Hex } from 'viem'
import { send, type Call, type Person, type TestChain } from './chainBase.ts'

const CHECKSUM: Hex = `0x${'c5'.repeat(32)}`
let count = 0

/** A different salt, and a different name of an asset, at every call. */
function nextSalt(): Hex {
  count += 1
  return pad(toHex(count))
}

export type AppFields = {
  readonly owner: Person
  readonly name: string
  readonly type: string
  readonly multiaddr: Hex
  readonly checksum: Hex
  readonly mrenclave: Hex
}

/** Registers an app, and says where it is. */
export async function createApp(chain: TestChain, fields: Partial<AppFields> = {}): Promise<Address> {
  const owner = fields.owner ?? 'appOwner'
  const { name = `app ${nextSalt()}`, type = 'DOCKER', multiaddr = '0x1220', checksum = CHECKSUM } = fields
  const args = [chain.address(owner), name, type, multiaddr, checksum, fields.mrenclave ?? '0x'] as const
  const data = encodeFunctionData({ abi: appRegistryAbi, functionName: 'createApp', args })
  return created(chain, { from: owner, to: chain.market.addresses.appregistry, data })
}

/** Registers a dataset, and says where it is. */
export async function createDataset(
  chain: TestChain,
  fields: Partial<Pick<AppFields, 'owner' | 'name' | 'multiaddr' | 'checksum'>> = {},
): Promise<Address> {
  const owner = fields.owner ?? 'datasetOwner'
  const { name = `dataset ${nextSalt()}`, multiaddr = '0x1220', checksum = CHECKSUM } = fields
  const args = [chain.address(owner), name, multiaddr, checksum] as const
  const data = encodeFunctionData({ abi: datasetRegistryAbi, functionName: 'createDataset', args })
  return created(chain, { from: owner, to: chain.market.addresses.datasetregistry, data })
}

/** Registers a workerpool, and says where it is. */
export async function createWorkerpool(
  chain: TestChain,
  fields: { readonly owner?: Person; readonly description?: string } = {},
): Promise<Address> {
  const { owner = 'scheduler', description = `pool ${nextSalt()}` } = fields
  const args = [chain.address(owner), description] as const
  const data = encodeFunctionData({ abi: workerpoolRegistryAbi, functionName: 'createWorkerpool', args })
  return created(chain, { from: owner, to: chain.market.addresses.workerpoolregistry, data })
}

async function created(chain: TestChain, call: Call): Promise<Address> {
  const { logs } = await send(chain, call)
  const [minted] = parseEventLogs({ abi: appRegistryAbi, eventName: 'Transfer', logs })
  if (minted === undefined) throw new Error('The registry minted nothing.')
  return toHex(minted.args.tokenId, { size: 20 })
}

/** Gives an app, dataset or workerpool to somebody else. */
export async function transferAsset(
  chain: TestChain,
  kind: 'app' | 'dataset' | 'workerpool',
  { asset, from, to }: { readonly asset: Address; readonly from: Person; readonly to: Person },
): Promise<void> {
  const args = [chain.address(from), chain.address(to), BigInt(asset)] as const
  const data = encodeFunctionData({ abi: appRegistryAbi, functionName: 'transferFrom', args })
  await send(chain, { from, to: chain.market.addresses[`${kind}registry`], data })
}

/** Sets what workers stake and what the scheduler keeps, in percent. */
export async function changePolicy(
  chain: TestChain,
  workerpool: Address,
  policy: { readonly from?: Person; readonly stakeRatio: bigint; readonly rewardRatio: bigint },
): Promise<void> {
  const args = [policy.stakeRatio, policy.rewardRatio] as const
  const data = encodeFunctionData({ abi: workerpoolAbi, functionName: 'changePolicy', args })
  await send(chain, { from: policy.from ?? 'scheduler', to: workerpool, data })
}

/** Stakes RLC of somebody's wallet. */
export async function deposit(chain: TestChain, from: Person, amount: bigint): Promise<void> {
  await send(chain, hubCall(chain, from, { functionName: 'deposit', args: [amount] }))
}

/** Takes free stake back into the wallet. */
export async function withdraw(chain: TestChain, from: Person, amount: bigint): Promise<void> {
  await send(chain, hubCall(chain, from, { functionName: 'withdraw', args: [amount] }))
}

type HubFunction = Parameters<typeof encodeFunctionData<typeof hubAbi>>[0]

/** A call of the hub, to send alone or with others in one block. */
export function hubCall(
  chain: TestChain,
  from: Person,
  { functionName, args }: { readonly functionName: string; readonly args: readonly unknown[] },
): Call {
  const data = encodeFunctionData({ abi: hubAbi, functionName, args } as HubFunction)
  return { from, to: chain.contracts.hub, data }
}

const FREE = {
  tag: NO_TAG,
  datasetrestrict: NO_ADDRESS,
  apprestrict: NO_ADDRESS,
  workerpoolrestrict: NO_ADDRESS,
  requesterrestrict: NO_ADDRESS,
} as const

/** An app order: free, for one task, without restrictions. */
export function appOrder(fields: Partial<Order<'app'>> & { readonly app: Address }): Order<'app'> {
  const { tag, datasetrestrict, workerpoolrestrict, requesterrestrict } = FREE
  const free = { tag, datasetrestrict, workerpoolrestrict, requesterrestrict }
  return { kind: 'app', appprice: 0n, volume: 1n, ...free, salt: nextSalt(), ...fields }
}

/** A dataset order: free, for one task, without restrictions. */
export function datasetOrder(fields: Partial<Order<'dataset'>> & { readonly dataset: Address }): Order<'dataset'> {
  const { tag, apprestrict, workerpoolrestrict, requesterrestrict } = FREE
  const free = { tag, apprestrict, workerpoolrestrict, requesterrestrict }
  return { kind: 'dataset', datasetprice: 0n, volume: 1n, ...free, salt: nextSalt(), ...fields }
}

/** A workerpool order: free, for one task of category 0 with trust 1, without restrictions. */
export function workerpoolOrder(
  fields: Partial<Order<'workerpool'>> & { readonly workerpool: Address },
): Order<'workerpool'> {
  const { tag, apprestrict, datasetrestrict, requesterrestrict } = FREE
  const free = { tag, apprestrict, datasetrestrict, requesterrestrict }
  const terms = { workerpoolprice: 0n, volume: 1n, category: 0n, trust: 1n }
  return { kind: 'workerpool', ...terms, ...free, salt: nextSalt(), ...fields }
}

/** A request of one task: pays nothing, asks for no dataset. */
export function requestOrder(
  fields: Partial<Order<'request'>> & { readonly app: Address; readonly requester: Address },
): Order<'request'> {
  return {
    kind: 'request',
    appmaxprice: 0n,
    dataset: NO_ADDRESS,
    datasetmaxprice: 0n,
    workerpool: NO_ADDRESS,
    workerpoolmaxprice: 0n,
    volume: 1n,
    tag: NO_TAG,
    category: 0n,
    trust: 1n,
    beneficiary: fields.requester,
    callback: NO_ADDRESS,
    params: '{"iexec_args":"hello"}',
    salt: nextSalt(),
    ...fields,
  }
}

/** Who signs a kind of order, when the test does not say otherwise. */
const SIGNERS: Readonly<Record<OrderKind, Person>> = {
  app: 'appOwner',
  dataset: 'datasetOwner',
  workerpool: 'scheduler',
  request: 'requester',
}

/** The order with a real signature. */
export async function sign<Kind extends OrderKind>(
  chain: TestChain,
  order: Order<Kind>,
  signer?: Person,
): Promise<Signed<Kind>>
export async function sign(
  chain: TestChain,
  order: Order,
  signer: Person = SIGNERS[order.kind],
): Promise<Order & { readonly sign: Hex }> {
  const signature = await chain.client(signer).account.signTypedData(orderTypedData(order, chain.domain))
  return { ...order, sign: signature }
}

/** The hash of an order on this market. */
export function hashOf(chain: TestChain, order: Order): OrderHash {
  return hashOrder(order, chain.domain)
}

/** Orders that are to become a deal; the usual people sign. A sponsor pays in place of the requester. */
export type MatchWish = {
  readonly app: Order<'app'>
  readonly dataset?: Order<'dataset'>
  readonly workerpool: Order<'workerpool'>
  readonly request: Order<'request'>
  readonly sponsor?: Person
}

/** The call that makes a deal of orders, to send alone or with others in one block. */
async function matchCall(chain: TestChain, wish: MatchWish): Promise<Call> {
  const { app, dataset, workerpool, request, sponsor } = wish
  const signed = await Promise.all([
    signedOnce(chain, app),
    dataset === undefined ? NO_DATASET_ORDER : signedOnce(chain, dataset),
    signedOnce(chain, workerpool),
    signedOnce(chain, request),
  ])
  const functionName = sponsor === undefined ? 'matchOrders' : 'sponsorMatchOrders'
  return hubCall(chain, sponsor ?? 'requester', { functionName, args: signed })
}

/** Makes a deal, and says its id. Orders that carry a `sign` keep it. */
export async function match(chain: TestChain, wish: MatchWish): Promise<DealId> {
  const { logs } = await send(chain, await matchCall(chain, wish))
  const [matched] = parseEventLogs({ abi: hubAbi, eventName: 'OrdersMatched', logs })
  if (matched === undefined) throw new Error('The hub matched nothing.')
  return matched.args.dealid as DealId
}

/** What a deal is about. The usual is one free task of category 0 with trust 1. */
export type DealWish = {
  readonly app: Address
  readonly workerpool: Address
  readonly volume?: bigint
  readonly trust?: bigint
  readonly category?: bigint
  /** nRLC a task. */
  readonly appprice?: bigint
  /** nRLC a task. */
  readonly workerpoolprice?: bigint
  readonly callback?: Address
  readonly params?: string
}

/**
 * Makes a deal of orders that fit: the usual requester buys the tasks, and pays what app and workerpool cost.
 *
 * @example
 * await buyTasks(chain, { app, workerpool, volume: 3n, trust: 5n })
 */
export async function buyTasks(chain: TestChain, wish: DealWish): Promise<DealId> {
  const { app, workerpool, volume = 1n, trust = 1n, category = 0n, appprice = 0n, workerpoolprice = 0n } = wish
  const { callback = NO_ADDRESS, params } = wish
  const prices = { appmaxprice: appprice, workerpoolmaxprice: workerpoolprice }
  const terms = { volume, trust, category, ...prices, callback, ...(params === undefined ? {} : { params }) }
  return match(chain, {
    app: appOrder({ app, appprice, volume }),
    workerpool: workerpoolOrder({ workerpool, workerpoolprice, volume, trust, category }),
    request: requestOrder({ app, requester: chain.address('requester'), ...terms }),
  })
}

async function signedOnce<Kind extends OrderKind>(chain: TestChain, order: Order<Kind>): Promise<Signed<Kind>> {
  return 'sign' in order ? (order as unknown as Signed<Kind>) : sign(chain, order)
}

const NAMES = { app: 'App', dataset: 'Dataset', workerpool: 'Workerpool', request: 'Request' } as const

/** Approves (`sign`) or cancels (`close`) an order on chain, by its owner himself. */
export async function manageOrder(
  chain: TestChain,
  operation: OrderOperation,
  { order, from = SIGNERS[order.kind] }: { readonly order: Order; readonly from?: Person },
): Promise<void> {
  const code = operation === 'sign' ? 0 : 1
  const args = [{ order: { ...order, sign: '0x' }, operation: code, sign: '0x' }]
  await send(chain, hubCall(chain, from, { functionName: `manage${NAMES[order.kind]}Order`, args }))
}

/** Cancels an order by a signature of its owner, which somebody else brings. */
export async function closeFor(chain: TestChain, order: Order, from: Person = 'stranger'): Promise<void> {
  const owner = chain.client(SIGNERS[order.kind]).account
  const signature = await owner.signTypedData(operationTypedData(order, 'close', chain.domain))
  const args = [{ order: { ...order, sign: '0x' }, operation: 1, sign: signature }]
  await send(chain, hubCall(chain, from, { functionName: `manage${NAMES[order.kind]}Order`, args }))
}

/** Publishes a signed order as an event, unchecked. */
export async function broadcast(chain: TestChain, order: Signed, from: Person = 'stranger'): Promise<void> {
  await send(chain, hubCall(chain, from, { functionName: `broadcast${NAMES[order.kind]}Order`, args: [order] }))
}
