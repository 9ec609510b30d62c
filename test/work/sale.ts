// Apps on sale: a module goes into the storage, is registered, and is offered on the market. And deals that no client makes.
import { waitForReceipt } from '@iexec/chain'
import { APP_OWNER, type Network } from '@iexec/network/test/startNetwork'
import { appRegistryAbi } from '@iexec/protocol/abi'
import type { Iexec, Run } from '@iexec/sdk'
import { parseEventLogs, sha256, toHex, type Address, type Hex } from 'viem'

/** A module in a storage, or what is told of one that is not there. */
export type ModulePlace = { readonly multiaddr: string; readonly checksum: Hex }

/** What an app of these tests costs, in nRLC. */
export const APP_PRICE = 7n

/**
 * Stores a module.
 *
 * @example
 * await sellApp(network, 'echo', await storeModule(network, await echoModule()))
 */
export async function storeModule(network: Network, module: Uint8Array): Promise<ModulePlace> {
  const seller = await network.user(APP_OWNER)
  const { location } = await seller.storage.add({ content: new Uint8Array(module) })
  return { multiaddr: location, checksum: sha256(module) }
}

/** Registers an app and offers it, and returns its address. */
export async function sellApp(network: Network, name: string, module: ModulePlace): Promise<Address> {
  const seller = await network.user(APP_OWNER)
  const { address: app } = await seller.apps.deploy({ name, type: 'WASM', ...module })
  await offerApp(seller, app)
  return app
}

/** Registers an app of a type that the SDK does not take, and offers it. */
export async function sellForeignApp({ market, user }: Network, type: string): Promise<Address> {
  const owner = market.anvil.client(APP_OWNER)
  const hash = await owner.writeContract({
    address: market.addresses.appregistry,
    abi: appRegistryAbi,
    functionName: 'createApp',
    args: [owner.account.address, `of type ${type}`, type, '0x', `0x${'11'.repeat(32)}`, '0x'],
  })
  const { logs } = await waitForReceipt(owner, hash)
  const [created] = parseEventLogs({ abi: appRegistryAbi, eventName: 'Transfer', logs })
  if (created === undefined) throw new Error('No app was registered.')
  const app = toHex(created.args.tokenId, { size: 20 })
  await offerApp(await user(APP_OWNER), app)
  return app
}

/** Buys a run with params that the SDK does not write. */
export async function buyWithParams(
  { orderbooks, orders, resume }: Iexec,
  params: string,
  wish: { readonly app: Address; readonly category: bigint; readonly trust: bigint },
): Promise<Run> {
  const [{ app, workerpool }] = (await orderbooks.findBest(wish)).sets
  const { appprice: appmaxprice } = app
  const { workerpoolprice: workerpoolmaxprice } = workerpool
  const request = { ...orders.createRequest({ ...wish, appmaxprice, workerpoolmaxprice }), params }
  const { dealId } = await orders.match({ app, workerpool, request: await orders.sign(request) })
  return resume(dealId)
}

async function offerApp({ orders }: Iexec, app: Address): Promise<void> {
  await orders.publish(await orders.sign(orders.createApp({ app, appprice: APP_PRICE })))
}
