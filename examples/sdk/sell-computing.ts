// Sells computing: registers a workerpool, stakes for it, and offers ten tasks of category 0.
import { parseRlc } from '@iexec/protocol'
import { openIexec } from './chain.ts'

const iexec = await openIexec('pool-owner')

const { address } = await iexec.workerpools.deploy({ description: 'two machines in the cellar' })
// The pool's owner locks 30 % of the price of each deal, and loses it when tasks are not done.
await iexec.account.deposit(parseRlc('3 RLC'))
const order = iexec.orders.createWorkerpool({
  workerpool: address,
  workerpoolprice: parseRlc('1 RLC'),
  category: 0n,
  volume: 10n,
  trust: 1n,
})
const { orderHash } = await iexec.orders.publish(await iexec.orders.sign(order))

console.log(`workerpool ${address}`)
console.log(`order ${orderHash}`)
