// Apps on sale: a module goes into the storage, is registered, and is offered on the market.
import { APP_OWNER, type Network } from '@iexec/network'
import type { Iexec } from '@iexec/sdk'
import { sha256, type Address, type Hex } from 'viem'

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

async function offerApp({ orders }: Iexec, app: Address): Promise<void> {
  await orders.publish(await orders.sign(orders.createApp({ app, appprice: APP_PRICE })))
}
