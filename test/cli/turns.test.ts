// Several iexec commands of one wallet at once, and Ctrl-C while a transaction is on its way.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { deskOf, leaveOnceSent } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

/** A transaction that is on its way, and its hash. */
const SENT = /: (0x[\da-f]{64})/u

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

/** Has its turn as another command would, until it is closed. */
function holdTurn({ home }: Desk, name: string): DatabaseSync {
  const locks = join(home, '.iexec', 'locks')
  mkdirSync(locks, { recursive: true })
  const lock = new DatabaseSync(join(locks, name))
  lock.exec('BEGIN EXCLUSIVE')
  return lock
}

test('two commands of one wallet that send the same at the same time send it twice, one after the other', async () => {
  const [sender, receiver] = [deskOf(3, house.chain), addressOf(12)]
  const before = await house.owner.getBalance({ address: receiver })
  await stopMining()
  const send = () => sender.person(['wallet', 'send-ether', '1', '--to', receiver, '--force'])
  const one = send()
  await one.sees(SENT)
  const other = send()

  await other.sees(/Waiting for another iexec command of this wallet|: 0x[\da-f]{64}/u)
  expect(other.screen()).not.toMatch(SENT)
  await house.owner.mine({ blocks: 1 })
  const firstEnd = await one.ended
  await other.sees(SENT)
  await house.owner.mine({ blocks: 1 })
  const secondEnd = await other.ended

  expect([firstEnd, secondEnd]).toEqual([0, 0])
  expect(SENT.exec(one.screen())?.[1]).not.toBe(SENT.exec(other.screen())?.[1])
  expect((await house.owner.getBalance({ address: receiver })) - before).toBe(2n * 10n ** 18n)
})

test('Ctrl-C while a transaction waits says its hash; whoever waited for his turn sent nothing', async () => {
  await house.give(4, 10n)
  const desk = deskOf(4, house.chain)
  const nonce = await house.owner.getTransactionCount({ address: addressOf(4) })
  await stopMining()
  const first = desk.person(['account', 'deposit', '3'])
  await first.sees(SENT)
  const second = desk.person(['account', 'deposit', '4'])
  await second.sees('Waiting for another iexec command of this wallet')

  second.presses('\u0003')
  await second.sees('You left before it was the turn of this command: this transaction was not sent.')
  first.presses('\u0003')
  await first.sees(/It is not known yet what becomes of the transaction "[^"]+",\s+0x[\da-f]{64}/u)

  expect([await first.ended, await second.ended]).toEqual([130, 130])
  expect(await house.owner.getTransactionCount({ address: addressOf(4), blockTag: 'pending' })).toBe(nonce + 1)
})

test('whoever presses Ctrl-C again and again has the hash of what was sent, in the form that was asked for', async () => {
  await house.give(5, 10n)
  const [desk, address] = [deskOf(5, house.chain), addressOf(5)]
  const deposit = async (form: string) => {
    const called = await leaveOnceSent(desk.begin(['account', 'deposit', '3', form]), address, house.owner)
    await house.owner.mine({ blocks: 1 })
    return called
  }
  await stopMining()

  const raw = await deposit('--raw')
  const json = await deposit('--json')

  expect([raw, json]).toMatchObject([
    { exitCode: 130, out: '' },
    { exitCode: 130, errors: '' },
  ])
  const { error } = JSON.parse(raw.errors) as { readonly error: { readonly name: string; readonly message: string } }
  expect(error.name).toBe('Interrupted')
  const document = JSON.parse(json.out) as { readonly error: { readonly details: { readonly txHash: Hex } } }
  expect(document).toMatchObject({ ok: false, error: { code: 'Interrupted', details: { txHash: expect.any(String) } } })
  for (const hash of [/0x[\da-f]{64}/u.exec(error.message)?.[0] as Hex, document.error.details.txHash]) {
    expect(await house.owner.getTransactionReceipt({ hash })).toMatchObject({
      status: 'success',
      from: address.toLowerCase(),
    })
  }
})

test('where commands cannot take turns, whoever sends is warned in every form', async () => {
  const desk = deskOf(6, house.chain)
  writeFileSync(join(desk.home, '.iexec'), '')
  const send = ['wallet', 'send-ether', '1', 'wei', '--to', addressOf(12), '--force']

  const all = await Promise.all(
    [send, [...send, '--raw'], [...send, '--json'], [...send, '--quiet']].map(async (line) => desk.iexec(line)),
  )

  for (const { exitCode, errors } of all) {
    expect(exitCode).toBe(0)
    expect(errors).toContain('Send nothing else with this wallet now: ~/.iexec/locks, where commands take turns')
  }
})

test('a login waits for the one of another command of this wallet', async () => {
  const [desk, seller] = [deskOf(7, house.chain), await house.user(7)]
  const checksum: Hex = `0x${'c5'.repeat(32)}`
  const { address: app } = await seller.apps.deploy({ name: 'a', multiaddr: 'docker.io/me/a:1', checksum })
  const lock = holdTurn(desk, `${house.chain.chainId}-${addressOf(7).toLowerCase()}-login`)

  const call = desk.person(['app', 'publish', app, '--price', '3', '--force'])
  await call.sees(/Waiting for another iexec command of this wallet|is for sale/u)
  const before = await seller.orderbooks.fetch('app', { app })
  lock.close()

  expect(await call.ended).toBe(0)
  expect(before.items).toEqual([])
  expect((await seller.orderbooks.fetch('app', { app })).items).toHaveLength(1)
})

test('who waits for another command that sells the same app is told so, and may leave: it is registered, not sold', async () => {
  const desk = deskOf(8, house.chain)
  const contents = { multiaddr: '127.0.0.1:9/me/a:1', checksum: `0x${'c5'.repeat(32)}` }
  desk.write('iexec.json', { app: { name: 'a', type: 'DOCKER', ...contents, price: '3 nRLC' } })
  const { address } = await desk.raw(['app', 'deploy', '--no-publish'])
  const lock = holdTurn(desk, `sale-${house.chain.chainId}-${String(address).toLowerCase()}`)

  const call = desk.person(['app', 'deploy'])
  await call.sees('Waiting for another iexec command that sells this app')
  call.presses('\u0003')
  const exitCode = await call.ended
  lock.close()

  expect(exitCode).toBe(130)
  expect(call.screen()).toMatch(/is registered at 0x[\da-fA-F]{40}, and it is not for sale: You left before/u)
  expect(call.screen()).toContain('the turn of this command: it was not put up for sale.')
})

test('how many blocks to wait for is judged before a wallet is opened', async () => {
  const newcomer = openDesk(house.chain)
  onTestFinished(newcomer.clear)

  const { exitCode, errors } = await newcomer.iexec(['account', 'deposit', '5', '--confirms', '0'])

  expect(errors).toContain('--confirms 0 is no number of blocks.')
  expect(exitCode).toBe(2)
})
