// Sells an app: stores its module, registers it, and offers a thousand runs at the price that its iexec.json names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRlc } from '@iexec/protocol'
import { sha256 } from 'viem'
import { openIexec, typed } from './chain.ts'

type Listing = { readonly app: { readonly name: string; readonly multiaddr: string; readonly price: string } }

const iexec = await openIexec('app-owner')
const folder = typed(0, 'The folder of the app')
const { app } = JSON.parse(readFileSync(join(folder, 'iexec.json'), 'utf8')) as Listing
const module = readFileSync(join(folder, app.multiaddr))

// An image is pushed to a registry instead: type DOCKER, its name there, and the digest that `docker push` prints.
const { location } = await iexec.storage.add({ content: module })
const registration = { name: app.name, type: 'WASM', multiaddr: location, checksum: sha256(module) } as const
// The same app of the same owner has one address for ever, and is registered once.
const known = await iexec.apps.predict(registration)
const address = (await iexec.apps.isDeployed(known)) ? known : (await iexec.apps.deploy(registration)).address
const order = iexec.orders.createApp({ app: address, appprice: parseRlc(app.price), volume: 1000n })
const { orderHash } = await iexec.orders.publish(await iexec.orders.sign(order))

console.log(`app ${address}`)
console.log(`order ${orderHash}`)
