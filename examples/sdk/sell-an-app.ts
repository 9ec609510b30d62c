// Sells an app: registers it, and offers a thousand runs for a tenth of an RLC each.
import { parseRlc } from '@iexec/protocol'
import { openIexec } from './chain.ts'

const iexec = await openIexec()

const { address } = await iexec.apps.deploy({
  name: 'blender',
  multiaddr: 'docker.io/me/blender:1.0',
  // What `docker push` prints: the digest of the manifest.
  checksum: `0x${'ab'.repeat(32)}`,
})
const order = iexec.orders.createApp({ app: address, appprice: parseRlc('0.1 RLC'), volume: 1000n })
const { orderHash } = await iexec.orders.publish(await iexec.orders.sign(order))

console.log(`app ${address}`)
console.log(`order ${orderHash}`)
