// Several iexec commands of one wallet at once, and Ctrl-C while a transaction is on its way.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

/** From now on, and until the test is over, only `mine` makes blocks. */
async function stopMining(): Promise<void> {
  await house.owner.setAutomine(false)
  onTestFinished(async () => {
    await house.owner.setAutomine(true)
    await house.owner.mine({ blocks: 1 })
  })
}

test('two commands of one wallet that send the same at the same time send it twice', async () => {
  const [sender, receiver] = [deskOf(3, house.chain), addressOf(12)]
  const before = await house.owner.getBalance({ address: receiver })
  await stopMining()
  await house.owner.setIntervalMining({ interval: 1 })
  const send = async () => sender.raw(['wallet', 'send-ether', '1', '--to', receiver, '--force'])

  const [one, other] = await Promise.all([send(), send()])

  await house.owner.setIntervalMining({ interval: 0 })
  expect([one, other]).toMatchObject([{ ok: true }, { ok: true }])
  expect(one?.['txHash']).not.toBe(other?.['txHash'])
  expect((await house.owner.getBalance({ address: receiver })) - before).toBe(2n * 10n ** 18n)
})

test('Ctrl-C while a transaction waits says its hash; whoever waited for his turn sent nothing', async () => {
  await house.give(4, 10n)
  const desk = deskOf(4, house.chain)
  const nonce = await house.owner.getTransactionCount({ address: addressOf(4) })
  await stopMining()
  const first = desk.person(['account', 'deposit', '3'])
  await first.sees(/: 0x[\da-f]{64}/u)
  const second = desk.person(['account', 'deposit', '4'])
  await second.sees('Waiting for another iexec command of this wallet')

  second.presses('\u0003')
  await second.sees('You left before it was the turn of this command: nothing was sent.')
  first.presses('\u0003')
  await first.sees(/It is not known yet what becomes of the transaction "[^"]+",\s+0x[\da-f]{64}/u)

  expect([await first.ended, await second.ended]).toEqual([130, 130])
  expect(await house.owner.getTransactionCount({ address: addressOf(4), blockTag: 'pending' })).toBe(nonce + 1)
})
