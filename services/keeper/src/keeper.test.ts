// A keeper over a real market whose pool is dead.
import { taskId, type DealId, type TaskId } from '@iexec/protocol'
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { claim, contribute, finalize, initialize, reveal, rollBack, warp } from '@iexec/service/test/chain'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  balanceOf,
  claimsOf,
  countClaimed,
  KEEPER,
  makeDeal,
  newPlaceFor,
  passDeadline,
  PRICE,
  startScene,
  startTestKeeper,
  tasksOf,
  type Scene,
  type TestKeeper,
} from '../test/scene.ts'

const PATIENCE = { timeout: 50_000, interval: 20 }

let scene: Scene
/** The youngest block before the test. */
let before: bigint

onBothEngines('a keeper', (engine) => {
  beforeAll(async () => {
    scene = await startScene()
  })
  beforeEach(async () => {
    before = await scene.chain.market.owner.getBlockNumber()
  })
  afterAll(async () => {
    await scene.chain.stop()
  })

  test('gives every requester of a dead pool the price back, whatever state the tasks are in, and claims none twice', async () => {
    const paid = await balanceOf(scene, 'requester')
    const workerBefore = await balanceOf(scene, 'worker1')
    const never = await makeDeal(scene, { tasks: 7n })
    const partly = await makeDeal(scene, { tasks: 3n, trust: 5n })
    const task = await initialize(scene.chain, partly, 0n)
    await contribute(scene.chain, task, { worker: 'worker1' })
    await initialize(scene.chain, partly, 1n)
    const revealing = await makeDeal(scene, { tasks: 2n, trust: 1n })
    const voted = await initialize(scene.chain, revealing, 0n)
    await contribute(scene.chain, voted, { worker: 'worker1' })
    const keeper = await startTestKeeper(scene, newPlaceFor(engine))
    await expect.poll(() => keeper.work.state.state, PATIENCE).toBe('live')

    await passDeadline(scene)

    const deals = [
      [never, 7n],
      [partly, 3n],
      [revealing, 2n],
    ] as const
    await expect.poll(async () => countClaimed(scene, deals), PATIENCE).toBe(12)
    const ids = deals.flatMap(([deal, count]) => tasksOf(deal, count))
    const claims = await claimsOf(scene)
    expect(ids.map((id) => claims.get(id))).toEqual(ids.map(() => 1))
    expect(await balanceOf(scene, 'requester')).toEqual(paid)
    expect(await balanceOf(scene, 'worker1')).toEqual(workerBefore)
  })

  test('leaves what was finished, and what others claim', async () => {
    const paid = await balanceOf(scene, 'requester')
    const deal = await makeDeal(scene, { tasks: 4n })
    const task = await initialize(scene.chain, deal, 2n)
    await contribute(scene.chain, task, { worker: 'worker1' })
    await reveal(scene.chain, task, { worker: 'worker1' })
    await finalize(scene.chain, task)
    await passDeadline(scene)
    await initialize(scene.chain, deal, 1n)
    await claim(scene.chain, taskId(deal, 1n))

    const keeper = await startTestKeeper(scene, newPlaceFor(engine))

    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(1)
    const claims = await claimsOf(scene)
    expect(tasksOf(deal, 4n).map((id) => claims.get(id))).toEqual([1, 1, undefined, 1])
    const after = await balanceOf(scene, 'requester')
    expect(paid.stake - after.stake).toBe(PRICE)
    expect(after.locked).toBe(paid.locked)
    expect(await failedTransactions()).toBe(0)
  })

  test('claims thousands of tasks in transactions of bounded gas, many at once', async () => {
    const count = 2_000n
    const paid = await balanceOf(scene, 'requester')
    const deal = await makeDeal(scene, { tasks: count, price: 30n })
    for (const index of [0n, 3n, 1_999n]) await initialize(scene.chain, deal, index)
    await passDeadline(scene)

    const keeper = await startTestKeeper(scene, newPlaceFor(engine))

    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(1)
    const claims = await claimsOf(scene)
    expect(tasksOf(deal, count).filter((id) => claims.get(id) !== 1)).toEqual([])
    expect(await balanceOf(scene, 'requester')).toEqual(paid)
    const sent = await keeper.database.read.selectFrom('sent').selectAll().execute()
    expect(Math.max(...sent.map(({ gas }) => gas))).toBeLessThan(8_000_000)
    expect(sent.length).toBeLessThan(30)
    expect(await failedTransactions()).toBe(0)
  })

  test('goes on where it was when it is ended in the middle, and claims nothing twice', async () => {
    const deal = await makeDeal(scene, { tasks: 60n })
    const place = newPlaceFor(engine)
    const first = await startTestKeeper(scene, place, { gasLimit: 400_000n, mostInFlight: 1 })
    await expect.poll(() => first.work.state.state, PATIENCE).toBe('live')
    await passDeadline(scene)
    await expect.poll(async () => countClaimed(scene, [[deal, 60n]]), PATIENCE).toBeGreaterThan(5)
    await first.stop()
    const atStop = await countClaimed(scene, [[deal, 60n]])

    const second = await startTestKeeper(scene, place)

    expect(atStop).toBeLessThan(60)
    await expect.poll(async () => isOver(second, deal), PATIENCE).toBe(1)
    const claims = await claimsOf(scene)
    expect(tasksOf(deal, 60n).filter((id) => claims.get(id) !== 1)).toEqual([])
    expect(await failedTransactions()).toBe(0)
  })

  test('claims again what a reorganisation took back, and forgets deals that are gone', async () => {
    const deal = await makeDeal(scene, { tasks: 5n })
    const keeper = await startTestKeeper(scene, newPlaceFor(engine))
    await passDeadline(scene)
    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(1)

    await rollBack(scene.chain, 1)
    expect(await countClaimed(scene, [[deal, 5n]])).toBe(0)
    await warp(scene.chain, 1)
    await warp(scene.chain, 1)

    await expect.poll(async () => countClaimed(scene, [[deal, 5n]]), PATIENCE).toBe(5)
    const gone = await makeDeal(scene, { tasks: 5n })
    await expect.poll(async () => isOver(keeper, gone), PATIENCE).toBe(0)
    await rollBack(scene.chain, 1)
    await warp(scene.chain, 1)
    await warp(scene.chain, 1)
    await expect.poll(async () => isOver(keeper, gone), PATIENCE).toBe(undefined)
  })

  test('claims all but those that spoil a transaction, and tries these again later and later', async () => {
    const deal = await makeDeal(scene, { tasks: 9n })
    const keeper = await startTestKeeper(scene, newPlaceFor(engine))
    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(0)
    await initialize(scene.chain, deal, 4n)
    // What the hub refuses without naming a task, and what it names: the tables are made wrong.
    await expect.poll(async () => countMarks(keeper, taskId(deal, 4n)), PATIENCE).toBe(1)
    await keeper.database.write(async (writer) => {
      await writer
        .updateTable('deal')
        .set({ size: toWide(11n) })
        .where('id', '=', deal)
        .execute()
      await writer.deleteFrom('mark').where('task', '=', taskId(deal, 4n)).execute()
    })

    await passDeadline(scene)

    await expect.poll(async () => countClaimed(scene, [[deal, 9n]]), PATIENCE).toBe(8)
    const refused = async (): Promise<readonly number[]> =>
      (await keeper.database.read.selectFrom('refused').select('tries').orderBy('task').execute()).map(
        ({ tries }) => tries,
      )
    await expect.poll(refused, PATIENCE).toEqual([1, 1, 1])
    await warp(scene.chain, 20)
    await expect.poll(refused, PATIENCE).toEqual([2, 2, 2])
    await warp(scene.chain, 20)
    expect(await refused()).toEqual([2, 2, 2])
    expect(await failedTransactions()).toBe(0)
  })

  test('claims at the very second of the final deadline, by the time of blocks, and not before', async () => {
    // A market of its own: on the other, deadlines of other deals may pass in between, and their claims are blocks too.
    const quiet = await startScene()
    onTestFinished(quiet.chain.stop)
    const { owner } = quiet.chain.market
    const keeper = await startTestKeeper(quiet, newPlaceFor(engine))
    const deal = await makeDeal(quiet, { tasks: 2n })
    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(0)
    const { deadline } = await dealIn(keeper, deal)
    const mineAt = async (time: number): Promise<bigint> => {
      await owner.setNextBlockTimestamp({ timestamp: BigInt(time) })
      await owner.mine({ blocks: 1 })
      return owner.getBlockNumber()
    }

    const early = await mineAt(deadline - 1)
    await expect.poll(() => keeper.work.head?.number, PATIENCE).toBe(Number(early))
    await mineAt(deadline)

    await expect.poll(async () => countClaimed(quiet, [[deal, 2n]]), PATIENCE).toBe(2)
    const sent = keeper.database.read.selectFrom('sent').select('block').where('block', '>', Number(early))
    await expect.poll(async () => sent.execute(), PATIENCE).toEqual([{ block: Number(early) + 2 }])
    expect(await keeper.database.read.selectFrom('refused').selectAll().execute()).toEqual([])
  })

  test('leaves a task to others for as long as it was told', async () => {
    const deal = await makeDeal(scene, { tasks: 1n })
    const keeper = await startTestKeeper(scene, newPlaceFor(engine), { patience: 500 })
    await expect.poll(async () => isOver(keeper, deal), PATIENCE).toBe(0)

    await passDeadline(scene)
    const head = Number(await scene.chain.market.owner.getBlockNumber())
    await expect.poll(() => keeper.work.head?.number, PATIENCE).toBe(head)
    const early = await countClaimed(scene, [[deal, 1n]])
    await warp(scene.chain, 500)

    await expect.poll(async () => countClaimed(scene, [[deal, 1n]]), PATIENCE).toBe(1)
    expect(early).toBe(0)
  })

  test('of two people claims each task once in all, however they get into each other’s way', async () => {
    const deal = await makeDeal(scene, { tasks: 300n, price: 30n })
    const paid = await balanceOf(scene, 'requester')
    const changes = { gasLimit: 1_000_000n }
    const one = await startTestKeeper(scene, newPlaceFor(engine), changes)
    const other = await startTestKeeper(scene, newPlaceFor(engine), { ...changes, payer: KEEPER + 1 })
    await expect.poll(() => [one.work.state.state, other.work.state.state], PATIENCE).toEqual(['live', 'live'])

    await passDeadline(scene)

    await expect.poll(async () => [await isOver(one, deal), await isOver(other, deal)], PATIENCE).toEqual([1, 1])
    const claims = await claimsOf(scene)
    expect(tasksOf(deal, 300n).filter((id) => claims.get(id) !== 1)).toEqual([])
    expect((await balanceOf(scene, 'requester')).locked).toBe(paid.locked - 9_000n)
  })

  test('begins at once where no block comes, when it starts again', async () => {
    const { owner, anvil } = scene.chain.market
    const place = newPlaceFor(engine)
    const payer = KEEPER + 2
    const { address } = anvil.client(payer).account
    const deal = await makeDeal(scene, { tasks: 1n })
    await passDeadline(scene)
    await owner.setBalance({ address, value: 0n })
    const poor = await startTestKeeper(scene, place, { payer })
    await expect.poll(() => poor.work.trouble, PATIENCE).toContain('cannot pay')
    await poor.stop()
    await owner.setBalance({ address, value: 10n ** 18n })

    await startTestKeeper(scene, place, { payer })

    await expect.poll(async () => countClaimed(scene, [[deal, 1n]]), PATIENCE).toBe(1)
  })

  test('claims free tasks after all others, and so many of a deal only', async () => {
    const free = await makeDeal(scene, { tasks: 2n ** 40n, price: 0n })
    const priced = await makeDeal(scene, { tasks: 2n })
    await passDeadline(scene)

    const keeper = await startTestKeeper(scene, newPlaceFor(engine), { mostFree: 3n })

    await expect.poll(async () => isOver(keeper, free), PATIENCE).toBe(1)
    expect([await countClaimed(scene, [[free, 10n]]), await countClaimed(scene, [[priced, 2n]])]).toEqual([3, 2])
  })
})

async function countMarks({ database }: TestKeeper, task: TaskId): Promise<number> {
  return (await database.read.selectFrom('mark').select('task').where('task', '=', task).execute()).length
}

async function dealIn({ database }: TestKeeper, deal: DealId): Promise<{ readonly deadline: number }> {
  return database.read.selectFrom('deal').select('deadline').where('id', '=', deal).executeTakeFirstOrThrow()
}

async function isOver({ database }: TestKeeper, deal: DealId): Promise<number | undefined> {
  const row = await database.read.selectFrom('deal').select('over').where('id', '=', deal).executeTakeFirst()
  return row?.over
}

/** How many of the keeper's transactions reverted in a block since the test began. */
async function failedTransactions(): Promise<number> {
  const { owner, anvil } = scene.chain.market
  const head = await owner.getBlockNumber()
  const keeper = anvil.client(KEEPER).account.address.toLowerCase()
  let failed = 0
  for (let number = head; number > before; number -= 1n) {
    const { transactions } = await owner.getBlock({ blockNumber: number, includeTransactions: true })
    for (const { from, hash } of transactions) {
      if (from.toLowerCase() !== keeper) continue
      const { status } = await owner.getTransactionReceipt({ hash })
      if (status === 'reverted') failed += 1
    }
  }
  return failed
}
