import { fromWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import type { Address, Hash } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownBlocks } from '../../test/chainIndex.ts'
import { tellStory } from '../../test/chainStory.ts'
import { openTestDatabase } from '../../test/database.ts'
import { bookRow, hash } from '../../test/rows.ts'
import { recheckBook, reopenBook } from '../book/index.ts'
import type { Database } from '../db/database.ts'
import { openBus, type MarketMessage } from '../live/bus.ts'
import { Fenced, openTables, type ApplyOptions, type Tables } from './apply.ts'
import { digestTables } from './digest.ts'
import type { KnownBlock } from './facts.ts'

let chain: TestChain
let blocks: readonly KnownBlock[]

beforeAll(async () => {
  chain = await startChainWithMarket()
  await tellStory(chain)
  blocks = await knownBlocks(chain)
})

afterAll(async () => {
  await chain.stop()
})

async function tablesOf(database: Database, options: Partial<ApplyOptions> = {}): Promise<Tables> {
  const bus = await openBus(database)
  const { read } = database
  return openTables({ read, bus, domain: chain.domain, book: { recheckBook, reopenBook }, ...options })
}

function headOfStory(): number {
  return blocks.at(-1)?.number ?? 0
}

onBothEngines('the tables', (engine) => {
  test('go back block by block through the very states in which they were', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database)
    const states: { block: KnownBlock | undefined; digests: unknown }[] = []
    for (const block of blocks) {
      states.push({ block: blocks[states.length - 1], digests: await digestTables(database.read) })
      await tables.apply([block], headOfStory())
    }

    for (const { block, digests } of states.toReversed()) {
      await tables.undo(block)
      expect(await digestTables(database.read)).toEqual(digests)
      expect(tables.last()?.number).toBe(block?.number)
    }
    expect(await database.read.selectFrom('undo').selectAll().execute()).toEqual([])
  })

  test('are the same again when blocks were taken back and applied again', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database)
    await tables.apply(blocks, headOfStory())
    const digests = await digestTables(database.read)

    for (const depth of [1, 2, 3, 7, 20, blocks.length - 1]) {
      await tables.undo(blocks.at(-1 - depth))
      await tables.apply(blocks.slice(-depth), headOfStory())
    }

    expect(await digestTables(database.read)).toEqual(digests)
  })

  test('have nothing of a block whose transaction failed at its very end', async () => {
    const database = await openTestDatabase(engine)
    const bus = await openBus(database)
    const heard: MarketMessage[] = []
    bus.subscribe((message) => heard.push(message))
    let isBroken = false
    const breaking: ApplyOptions['bus'] = {
      write: async (work) =>
        bus.write(async (writer, announce) => {
          const answer = await work(writer, announce)
          if (isBroken) throw new Error('The power is gone.')
          return answer
        }),
    }
    const tables = await tablesOf(database, { bus: breaking })

    for (const block of blocks.slice(0, 40)) {
      const before = await digestTables(database.read)
      isBroken = true
      heard.length = 0
      await expect(tables.apply([block], headOfStory())).rejects.toThrow('The power is gone.')
      expect(await digestTables(database.read)).toEqual(before)
      isBroken = false
      await tables.apply([block], headOfStory())
    }
    await tables.apply(blocks.slice(40), headOfStory())
    const whole = await openTestDatabase(engine)
    await (await tablesOf(whole)).apply(blocks, headOfStory())

    expect(await digestTables(database.read)).toEqual(await digestTables(whole.read))
  })

  test('refuse a block from a process that does not know the last one', async () => {
    const database = await openTestDatabase(engine)
    const [leader, other] = [await tablesOf(database), await tablesOf(database)]
    await leader.apply(blocks.slice(0, 2), headOfStory())

    await expect(other.apply(blocks.slice(0, 1), headOfStory())).rejects.toThrow(Fenced)

    expect(leader.last()).toEqual({ number: blocks[1]?.number, hash: blocks[1]?.hash })
    await expect(database.read.selectFrom('block').select('number').execute()).resolves.toHaveLength(2)
  })

  test('keep before-images only near the head, and begin anew when a block further back is taken off the chain', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database, { undoDepth: 10 })
    await tables.apply(blocks, headOfStory())
    const digests = await digestTables(database.read)
    const oldest = await database.read.selectFrom('undo').select('block').orderBy('block').executeTakeFirst()

    const isNearRebuilt = await tables.undo(blocks.findLast(({ number }) => number === headOfStory() - 9))
    const isFarRebuilt = await tables.undo(blocks.findLast(({ number }) => number === headOfStory() - 12))

    expect(oldest?.block).toBeGreaterThan(headOfStory() - 10)
    expect([isNearRebuilt, isFarRebuilt]).toEqual([false, true])
    expect(await database.read.selectFrom('account').selectAll().execute()).toEqual([])
    await tables.apply(blocks, headOfStory())
    expect(await digestTables(database.read)).toEqual(digests)
  })

  test('forget old before-images, and know after a restart how far back they can go', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database, { undoDepth: 10 })
    const [first] = blocks
    // As it is when the index follows the head: each block is the head when it is applied.
    for (const block of blocks) await tables.apply([block], block.number)
    const later = { ...first, number: headOfStory() + 150, hash: hash(1), events: [], txs: [] } as KnownBlock
    await tables.apply([later], later.number)

    const reopened = await tablesOf(database, { undoDepth: 10 })

    const left = await database.read.selectFrom('undo').selectAll().execute()
    expect(left).toEqual([])
    const known = await reopened.knownBlocks()
    expect(known).toEqual([{ number: later.number, hash: later.hash }])
  })

  test('keep the orders that people published when they begin anew, and judge them once they are complete', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database)
    await tables.apply(blocks, headOfStory())
    const deal = await database.read.selectFrom('deal').selectAll().orderBy('block').executeTakeFirstOrThrow()
    // The app of the story changes hands later, which would kill its owner's orders at the replay too.
    const common = {
      kind: 'workerpool',
      workerpool: deal.workerpool,
      signer: deal.workerpool_owner,
      volume: 1,
    } as const
    const filled = {
      ...common,
      hash: deal.workerpool_hash,
      status: 'filled',
      remaining: 0,
      status_block: deal.block,
    } as const
    const broadcast = { ...common, hash: hash(9), broadcast_block: deal.block } as const
    await database.write(async (writer) =>
      writer
        .insertInto('book_order')
        .values([bookRow(filled), bookRow(broadcast), bookRow({ ...common, hash: hash(8) })])
        .execute(),
    )

    await tables.undo(undefined)
    const opened = await database.read.selectFrom('book_order').select(['hash', 'status']).orderBy('hash').execute()
    await tables.apply(blocks, headOfStory())

    const rows = await database.read.selectFrom('book_order').select(['hash', 'status']).orderBy('hash').execute()
    const statusOf = (list: typeof rows, one: string): string | undefined =>
      list.find((row) => row.hash === one)?.status
    expect([statusOf(opened, deal.workerpool_hash), statusOf(opened, hash(9))]).toEqual(['filled', undefined])
    expect([statusOf(rows, deal.workerpool_hash), statusOf(rows, hash(8))]).toEqual(['filled', 'open'])
  })

  test('cost no order its place when the blocks that covered it come again, and do when they do not', async () => {
    const database = await openTestDatabase(engine)
    const tables = await tablesOf(database)
    await tables.apply(blocks, headOfStory())
    const { signer, stake } = await richestPoolOwner(database)
    // As much as the stake at the end covers, which it did not all the time before.
    const price = Number((stake * 100n) / 30n)
    const order = bookRow({ kind: 'workerpool', hash: hash(7), signer, price, volume: 1, remaining: 1 })
    await database.write(async (writer) => writer.insertInto('book_order').values(order).execute())
    const statusNow = async (): Promise<string | undefined> => {
      const row = await database.read
        .selectFrom('book_order')
        .select('status')
        .where('hash', '=', hash(7))
        .executeTakeFirst()
      return row?.status
    }

    await tables.undo(blocks[0])
    const meanwhile = await statusNow()
    await tables.apply(blocks.slice(1), headOfStory())
    const again = await statusNow()
    await tables.undo(blocks[0])
    const empty = blocks
      .slice(1)
      .map((block) => ({ ...block, hash: `${block.hash.slice(0, -1)}0` as Hash, events: [], txs: [] }))
    await tables.apply(empty, headOfStory())

    expect([meanwhile, again, await statusNow()]).toEqual(['open', 'open', 'dead'])
  })
})

async function richestPoolOwner({ read }: Database): Promise<{ readonly signer: Address; readonly stake: bigint }> {
  const row = await read
    .selectFrom('account')
    .innerJoin('asset', 'asset.owner', 'account.address')
    .select(['account.address', 'account.stake'])
    .where('asset.kind', '=', 'workerpool')
    .orderBy('account.stake', 'desc')
    .executeTakeFirstOrThrow()
  return { signer: row.address, stake: fromWide(row.stake) }
}
