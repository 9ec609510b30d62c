// A market with one pool, on which tasks are bought: the chain's side of the worker's tests.
import {
  authorizationHash,
  NO_ADDRESS,
  NO_CHALLENGE,
  NO_DATASET_ORDER,
  NO_TAG,
  encodeMultiaddr,
  orderDomain,
  orderTypedData,
  taskId,
  type DealId,
  type Order,
  type TaskId,
} from '@iexec/protocol'
import { appRegistryAbi, hubAbi, rlcAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import { waitForReceipt } from '@iexec/chain'
import { keyOf, type AnvilClient, type AnvilOptions } from '@iexec/chain/test/anvil'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import type { Place, VotePath } from '@iexec/wire/work'
import { pad, parseEventLogs, toHex, type Address, type Hex, type TransactionReceipt } from 'viem'

/** RLC in nRLC. */
export const RLC = 1_000_000_000n

const REQUESTER = 1
const SCHEDULER = 2
const SELLER = 3
/** The first worker's account; the next ones follow. */
const FIRST_WORKER = 4

/** What is bought. */
export type Wish = {
  readonly module: { readonly url: string; readonly checksum: Hex }
  readonly trust?: bigint
  readonly volume?: bigint
  /** Of one task for the pool, in nRLC: workers stake 30 % of it. */
  readonly price?: bigint
  readonly tag?: Hex
  readonly params?: string
  readonly type?: string
  readonly callback?: Address
  readonly category?: bigint
}

/** A market on which tasks are bought. */
export type Shop = {
  readonly market: TestMarket
  readonly url: string
  readonly hub: Address
  readonly workerpool: Address
  readonly scheduler: AnvilClient
  /** The client of a worker, from 0 on. */
  readonly worker: (number: number) => AnvilClient
  readonly workerKey: (number: number) => Hex
  /** Buys tasks: their deal, and their ids. */
  readonly buy: (wish: Wish) => Promise<{ readonly deal: DealId; readonly tasks: readonly TaskId[] }>
  readonly initialize: (deal: DealId, index?: number) => Promise<void>
  readonly finalize: (task: TaskId) => Promise<void>
  /** What the pool would offer to a worker. */
  readonly place: (worker: Address, task: PlaceWish) => Promise<Place>
  readonly stake: (worker: number, amount: bigint) => Promise<void>
  readonly statusOf: (task: TaskId) => Promise<number>
  /** 0 none, 1 contributed, 2 proved, 3 rejected. */
  readonly voteOf: (task: TaskId, worker: Address) => Promise<number>
  readonly stop: () => Promise<void>
}

/** Which place. */
export type PlaceWish = {
  readonly deal: DealId
  readonly index?: number
  readonly path?: VotePath
  readonly wantedUntil?: number
}

let salts = 0
function nextSalt(): Hex {
  salts += 1
  return pad(toHex(salts))
}

function created(receipt: TransactionReceipt): Address {
  const [minted] = parseEventLogs({ abi: appRegistryAbi, eventName: 'Transfer', logs: receipt.logs })
  if (minted === undefined) throw new Error('Nothing was created.')
  return toHex(minted.args.tokenId, { size: 20 })
}

/**
 * Starts an anvil with a market and a pool; the requester is rich, and workers have what they are given.
 *
 * @example
 * const shop = await openShop()
 * const { deal, tasks } = await shop.buy({ module: modules.find(NOTHING) })
 */
export async function openShop(options: AnvilOptions = {}): Promise<Shop> {
  const market = await startMarket({}, options)
  const { anvil, addresses, owner } = market
  const { hub, token } = addresses
  const clients = new Map<number, AnvilClient>()
  const client = (account: number): AnvilClient => {
    const known = clients.get(account) ?? anvil.client(account)
    clients.set(account, known)
    return known
  }
  const [requester, scheduler, seller] = [client(REQUESTER), client(SCHEDULER), client(SELLER)]
  const domain = orderDomain(anvil.chainId, hub)
  const done = async (hash: Hex): Promise<TransactionReceipt> => {
    const receipt = await waitForReceipt(owner, hash)
    if (receipt.status === 'success') return receipt
    throw new Error(`The transaction ${hash} reverted.`)
  }
  const enrich = async (account: number, amount: bigint): Promise<void> => {
    const own = client(account)
    const to = own.account.address
    await done(await owner.writeContract({ address: token, abi: rlcAbi, functionName: 'transfer', args: [to, amount] }))
    await done(await own.writeContract({ address: token, abi: rlcAbi, functionName: 'approve', args: [hub, amount] }))
    await done(await own.writeContract({ address: hub, abi: hubAbi, functionName: 'deposit', args: [amount] }))
  }
  await enrich(REQUESTER, 1_000n * RLC)
  await enrich(SCHEDULER, 1_000n * RLC)
  const workerpool = created(
    await done(
      await scheduler.writeContract({
        address: addresses.workerpoolregistry,
        abi: workerpoolRegistryAbi,
        functionName: 'createWorkerpool',
        args: [scheduler.account.address, 'pool'],
      }),
    ),
  )
  const createApp = async ({ module, type = 'WASM' }: Wish): Promise<Address> =>
    created(
      await done(
        await seller.writeContract({
          address: addresses.appregistry,
          abi: appRegistryAbi,
          functionName: 'createApp',
          args: [seller.account.address, `app ${nextSalt()}`, type, encodeMultiaddr(module.url), module.checksum, '0x'],
        }),
      ),
    )
  const sign = async <One extends Order>(by: AnvilClient, order: One): Promise<One & { readonly sign: Hex }> => ({
    ...order,
    sign: await by.account.signTypedData(orderTypedData(order, domain)),
  })
  return {
    market,
    url: anvil.url,
    hub,
    workerpool,
    scheduler,
    worker: (number) => client(FIRST_WORKER + number),
    workerKey: (number) => keyOf(FIRST_WORKER + number),
    buy: async (wish) => {
      const {
        trust = 1n,
        volume = 1n,
        price = 0n,
        tag = NO_TAG,
        params = '{}',
        category = 0n,
        callback = NO_ADDRESS,
      } = wish
      const app = await createApp(wish)
      const free = { datasetrestrict: NO_ADDRESS, workerpoolrestrict: NO_ADDRESS, requesterrestrict: NO_ADDRESS }
      const { datasetrestrict, requesterrestrict } = free
      const orders = await Promise.all([
        sign(seller, { kind: 'app' as const, app, appprice: 0n, volume, tag, ...free, salt: nextSalt() }),
        sign(scheduler, {
          kind: 'workerpool' as const,
          workerpool,
          workerpoolprice: price,
          volume,
          tag,
          category,
          trust,
          apprestrict: NO_ADDRESS,
          datasetrestrict,
          requesterrestrict,
          salt: nextSalt(),
        }),
        sign(requester, {
          kind: 'request' as const,
          app,
          appmaxprice: 0n,
          dataset: NO_ADDRESS,
          datasetmaxprice: 0n,
          workerpool,
          workerpoolmaxprice: price,
          requester: requester.account.address,
          volume,
          tag,
          category,
          trust,
          beneficiary: requester.account.address,
          callback,
          params,
          salt: nextSalt(),
        }),
      ])
      const [appOrder, workerpoolOrder, requestOrder] = orders
      const args = [appOrder, NO_DATASET_ORDER, workerpoolOrder, requestOrder] as const
      const { logs } = await done(
        await requester.writeContract({ address: hub, abi: hubAbi, functionName: 'matchOrders', args }),
      )
      const [matched] = parseEventLogs({ abi: hubAbi, eventName: 'OrdersMatched', logs })
      if (matched === undefined) throw new Error('Nothing was matched.')
      const deal = matched.args.dealid as DealId
      return { deal, tasks: Array.from({ length: Number(volume) }, (_, index) => taskId(deal, BigInt(index))) }
    },
    initialize: async (deal, index = 0) => {
      const args = [deal, BigInt(index)] as const
      await done(await scheduler.writeContract({ address: hub, abi: hubAbi, functionName: 'initialize', args }))
    },
    finalize: async (task) => {
      const args = [task, '0x', '0x'] as const
      await done(await scheduler.writeContract({ address: hub, abi: hubAbi, functionName: 'finalize', args }))
    },
    place: async (worker, { deal, index = 0, path = 'commit', wantedUntil = 2_000_000_000 }) => {
      const task = taskId(deal, BigInt(index))
      const hash = authorizationHash(worker, task, NO_CHALLENGE)
      return {
        taskId: task,
        dealId: deal,
        index,
        path,
        enclaveChallenge: NO_CHALLENGE,
        authorization: await scheduler.account.signMessage({ message: { raw: hash } }),
        wantedUntil,
      }
    },
    stake: async (worker, amount) => enrich(FIRST_WORKER + worker, amount),
    statusOf: async (task) =>
      (await owner.readContract({ address: hub, abi: hubAbi, functionName: 'viewTask', args: [task] })).status,
    voteOf: async (task, worker) =>
      (await owner.readContract({ address: hub, abi: hubAbi, functionName: 'viewContribution', args: [task, worker] }))
        .status,
    stop: market.stop,
  }
}
