// iexec workerpool and iexec category: what pool operators and the owner of the market do.
import { getAddress } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'

const HASH = /^0x[0-9a-f]{64}$/u

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(async () => {
  await house.stop()
})

test('a pool is described, deployed, given shares, put up for sale and taken back', async () => {
  const desk = deskOf(1, house.chain)
  const template = await desk.raw(['workerpool', 'init'])
  const { address, ...deployed } = await desk.raw(['workerpool', 'deploy'])
  const changed = await desk.raw(['workerpool', 'set-policy', '--scheduler-reward-ratio', '7', '--force'])
  const terms = ['--price', '1.5 RLC', '--category', '2', '--trust', '5', '--volume', '3']
  const poor = await desk.iexec(['workerpool', 'publish', ...terms, '--force'])
  const nowhere = await desk.iexec(['workerpool', 'publish', '--category', '77', '--force'])
  await house.give(1, 1_350_000_000n)
  await desk.raw(['account', 'deposit', '1350000000'])
  const { orderHash } = await desk.raw(['workerpool', 'publish', ...terms, '--force'])
  const { order } = await (await house.user(2)).orders.show('workerpool', orderHash as `0x${string}`)
  const all = await desk.raw(['workerpool', 'unpublish', '--all', '--force'])

  expect(template).toEqual({ ok: true, workerpool: { owner: addressOf(1), description: 'my-workerpool' } })
  expect(deployed).toEqual({ ok: true, txHash: expect.stringMatching(HASH) })
  expect(changed).toEqual({ ok: true, address, txHash: expect.stringMatching(HASH) })
  expect(nowhere).toMatchObject({ exitCode: 1, errors: expect.stringContaining('There is no category 77') })
  expect(poor.exitCode).toBe(1)
  expect(poor.errors).toContain('Tasks for 4.5 RLC lock 1.35 RLC of yours, and you have 0 RLC on the market.')
  expect(order).toMatchObject({ workerpoolprice: 1_500_000_000n, category: 2n, trust: 5n, volume: 3n })
  expect(all).toEqual({ ok: true, unpublished: [orderHash] })
  expect(await desk.raw(['workerpool', 'show'])).toEqual({
    ok: true,
    address,
    workerpool: {
      owner: addressOf(1),
      workerpoolDescription: 'my-workerpool',
      schedulerRewardRatioPolicy: '7',
      workerStakeRatioPolicy: '30',
      registry: expect.toSatisfy((given: string) => given === getAddress(given)),
    },
  })
  expect(await desk.raw(['workerpool', 'count'])).toEqual({ ok: true, count: '1' })
})

test('a pool is given to a contract, whose operators come and go within limits', async () => {
  const [cold, hot] = [deskOf(4, house.chain), addressOf(5)]
  await cold.raw(['workerpool', 'init'])
  const { address: pool } = await cold.raw(['workerpool', 'deploy']).then(async () => cold.raw(['workerpool', 'show']))
  const operator = ['workerpool', 'operator']
  const prices = ['--max-locked', '50', 'RLC', '--min-price', '0=0.1RLC', '2=1RLC']

  const unlimited = await cold.iexec([...operator, 'deploy', '--operator', hot, '--force'])
  const { out } = await cold.iexec([...operator, 'deploy', '--operator', hot, ...prices, '--force'])
  const [, next = ''] = /^Next: iexec (account deposit 50 RLC --to 0x\w{40})$/mu.exec(out) ?? []
  const address = next.split(' ').at(-1)
  const nothing = await cold.raw([...operator, 'withdraw'])
  await house.give(4, 50_000_000_000n)
  await cold.raw(next.split(' '))
  const changed = await cold.raw([...operator, 'limits', '--max-volume', '7'])
  await cold.raw([...operator, 'add', '--operator', addressOf(6)])
  await cold.raw([...operator, 'remove', '--operator', hot])
  const shown = await cold.raw([...operator, 'show'])
  const unknown = await cold.iexec([...operator, 'dance'])

  expect(unlimited).toMatchObject({ exitCode: 2, errors: expect.stringContaining('could sell nothing') })
  expect(changed).toMatchObject({ ok: true, limits: { maxVolume: '7', minPrices: ['100000000', null, '1000000000'] } })
  expect(shown).toMatchObject({
    ok: true,
    workerpool: pool,
    address,
    owner: addressOf(4),
    operators: [addressOf(6)],
    limits: { maxLocked: '50000000000', maxTrust: '100' },
    stake: '50000000000',
  })
  expect(nothing).toEqual({ ok: true, amount: '0' })
  expect(unknown.exitCode).toBe(2)
})

test('a pool that is there already is found again, and given away by its owner only', async () => {
  const owner = await house.user(2)
  const { address } = await owner.workerpools.deploy({ description: 'mine' })
  const desk = deskOf(2, house.chain)
  const stranger = deskOf(3, house.chain)
  desk.write('iexec.json', { workerpool: { description: 'mine' } })

  const again = await desk.raw(['workerpool', 'deploy'])
  const stolen = await stranger.iexec(['workerpool', 'transfer', address, '--to', addressOf(3), '--force'])
  const given = await desk.raw(['workerpool', 'transfer', address, '--to', addressOf(3), '--force'])

  expect(again).toEqual({ ok: true, address })
  expect(stolen.exitCode).toBe(1)
  expect(stolen.errors).toContain(`belongs to ${addressOf(2)}, not to ${addressOf(3)}`)
  expect(given).toMatchObject({ ok: true, to: addressOf(3) })
})

test('shares that are none are refused', async () => {
  const { address } = await (await house.user(4)).workerpools.deploy({ description: 'shares' })
  const desk = deskOf(4, house.chain)

  const nothing = await desk.iexec(['workerpool', 'set-policy', address, '--force'])
  const tooMuch = await desk.iexec(['workerpool', 'set-policy', address, '--scheduler-reward-ratio', '101', '--force'])

  expect([nothing.exitCode, tooMuch.exitCode]).toEqual([2, 2])
  expect(nothing.errors).toContain('Nothing is named that should change')
  expect(tooMuch.errors).toContain('101 %')
})

test('the owner of the market adds a category; nobody else does', async () => {
  const [owner, alice] = [deskOf(0, house.chain), deskOf(1, house.chain)]
  const { count } = await alice.raw(['category', 'count'])
  const template = await owner.raw(['category', 'init'])
  await alice.raw(['category', 'init'])

  const created = await owner.raw(['category', 'create'])
  const refused = await alice.iexec(['category', 'create'])

  expect(template).toMatchObject({ category: { name: 'XXL', workClockTimeRef: '100' } })
  expect(created).toEqual({ ok: true, catid: count, txHash: expect.stringMatching(HASH) })
  expect(await alice.raw(['category', 'show', String(count)])).toEqual({
    ok: true,
    index: count,
    category: { name: 'XXL', description: 'new hub category', workClockTimeRef: '100' },
  })
  expect(refused.exitCode).toBe(1)
  expect((await alice.iexec(['category', 'show', '99'])).errors).toMatch(/There is no category 99: there are \d+\./u)
  expect((await alice.iexec(['category', 'show', 'XL'])).errors).toContain('index: "XL" is no whole number')
})

test('a section is replaced only when the person says so', async () => {
  const desk = deskOf(1)
  desk.write('iexec.json', { category: { name: 'mine' } })

  const { exitCode, errors } = await desk.iexec(['category', 'init'])
  const call = desk.person(['category', 'init'])
  await call.sees('iexec.json has "category" already. Replace it?')
  call.types('n')

  expect(exitCode).toBe(1)
  expect(errors).toContain('--force')
  expect(await call.ended).toBe(1)
  expect(desk.read('iexec.json')).toEqual({ category: { name: 'mine' } })
})
