// Deals on a real chain: shown, followed to the end of their last task, and claimed.
import { accountOf } from '@iexec/chain/test/anvil'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { digestOf, startScene, type Scene } from '../../test/scene.ts'
import { createIexec } from '../createIexec.ts'

const RESULT = { digest: digestOf('right'), link: '' }
/** Longest run time of category 0. */
const T = 300n

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => {
  await scene.stop()
})

test('a deal tells its terms, its deadlines and the ids of its tasks', async () => {
  const alice = await scene.user('requester')
  const id = await scene.makeDeal({ volume: 3n })

  const deal = await alice.deals.show(id)

  expect(deal).toMatchObject({
    id,
    botFirst: 0n,
    botSize: 3n,
    timeref: T,
    trust: 1n,
    params: '{"iexec_result_storage_provider":"ipfs"}',
  })
  expect(deal.contributionDeadline).toBe(deal.startTime + 7n * T)
  expect(deal.finalDeadline).toBe(deal.startTime + 10n * T)
  expect([...deal.tasks]).toEqual([0n, 1n, 2n].map((index) => alice.deals.computeTaskId(id, index)))
})

test('what is no deal is not found', async () => {
  const alice = await scene.user('requester')

  await expect(alice.deals.show(digestOf('none'))).rejects.toMatchObject({ code: 'NotFound' })
  await expect(alice.deals.show('0x12')).rejects.toMatchObject({ code: 'InvalidInput' })
})

test('a deal is followed until the last of its tasks has a result', async () => {
  const alice = await scene.user('requester')
  const id = await scene.makeDeal({ volume: 2n, trust: 1n })
  const counts: string[] = []

  for await (const { completed, total, status } of alice.deals.watch(id)) {
    counts.push(`${status} ${completed}/${total}`)
    if (status === 'running') await scene.complete(id, BigInt(completed), RESULT)
  }

  expect(counts).toEqual(['running 0/2', 'running 1/2', 'completed 2/2'])
})

test('what was not finished in time is claimed, whether begun or not, and its price comes back', async () => {
  const price = 100n
  const [alice, scheduler] = [await scene.user('requester'), await scene.user('scheduler')]
  await scene.market.give(1, 5n * price)
  await scene.market.give(3, 5n * price)
  await alice.account.deposit(5n * price)
  await scheduler.account.deposit(5n * price)
  const id = await scene.makeDeal({ volume: 4n, trust: 1n, price })
  await scene.complete(await scene.makeDeal({ trust: 1n }), 0n, RESULT)
  const begun = await scene.initialize(id, 1n)

  await expect(alice.deals.claim(id)).rejects.toMatchObject({
    code: 'Refused',
    message: expect.stringContaining('cannot be claimed before'),
  })
  await scene.warp(10n * T)
  expect(await alice.deals.countTasks(id)).toMatchObject({ total: 4, claimable: 4, waiting: 0 })
  const { claimed, transactions } = await (await scene.user('stranger')).deals.claim(id)

  expect(claimed).toMatchObject({ '1': begun, '3': alice.deals.computeTaskId(id, 3n) })
  expect(Object.keys(claimed)).toEqual(['0', '1', '2', '3'])
  expect(transactions.map(({ type }) => type)).toEqual(['claimArray', 'initializeAndClaimArray'])
  expect(await alice.account.show(alice.context.signer?.address ?? '0x')).toEqual({ stake: 5n * price, locked: 0n })
  expect(await alice.deals.countTasks(id)).toMatchObject({ failed: 4, claimable: 0 })
  expect(await alice.deals.claim(id)).toEqual({ claimed: {}, transactions: [] })
  for await (const { status, reason } of alice.deals.watch(id)) {
    expect([status, reason]).toEqual(['ended', '0 of 4 tasks are completed, 4 were claimed.'])
  }
})

test('more tasks than fit into a block are claimed in several transactions', async () => {
  const alice = await scene.user('requester')
  const id = await scene.makeDeal({ volume: 400n })
  await scene.warp(10n * T)

  const { claimed, transactions } = await alice.deals.claim(id)

  expect(Object.keys(claimed)).toHaveLength(400)
  expect(transactions.length).toBeGreaterThan(1)
  expect(await alice.deals.countTasks(id)).toMatchObject({ failed: 400 })
})

test('a claim of which nobody knows what becomes is named by its hash, also when the node is silent from then on', async () => {
  const { owner, chain } = scene.market
  const id = await scene.makeDeal({ volume: 2n })
  await scene.warp(10n * T)
  const [left, hashes] = [new AbortController(), [] as string[]]
  const provider = {
    request: async (call: { method: string; params?: never }): Promise<unknown> => {
      if (left.signal.aborted) throw new Error('HTTP 503')
      const answer = await owner.request(call as never)
      if (call.method === 'eth_sendRawTransaction') left.abort()
      return answer
    },
  }
  const onSent = ({ txHash }: { readonly txHash: string }): void => void hashes.push(txHash)
  const options = { chain, provider, account: accountOf(5), pollingMs: 20, onSent, signal: left.signal }
  const iexec = await createIexec(options)
  await owner.setAutomine(false)
  onTestFinished(async () => {
    await owner.setAutomine(true)
    await owner.mine({ blocks: 1 })
  })

  await expect(iexec.deals.claim(id)).rejects.toMatchObject({ code: 'NotMined', details: { hashes } })
  expect(hashes).toHaveLength(1)
})
