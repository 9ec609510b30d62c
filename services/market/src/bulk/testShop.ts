// For the tests of bulks: a market with rows and no chain, and a gateway, whose bulks are followed at the times that a test says.
import { asDealId, taskId } from '@iexec/protocol'
import type { Engine } from '@iexec/service'
import type { Address, Hex } from 'viem'
import { expect } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address, assetRow, dealRow, hash } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { BulkTable, DealTable } from '../db/schema.ts'
import { createGraphql } from '../graphql/graphql.ts'
import { openBus, type Bus } from '../live/bus.ts'
import { openGateway } from './gateway.ts'
import { noteBulks, type Looked } from './note.ts'
import { dueBulks, reviveBulks } from './rows.ts'
import { takeTurn, type TurnDeps } from './takeTurn.ts'
import { startTestGateway, type TestGateway } from './testGateway.ts'

/** The deal that most tests are about, and its first task. */
export const deal: Hex = hash(1, 'd')
export const task: Hex = taskId(asDealId(deal), 0n)
/** Datasets that are registered. */
export const dataset: Address = address(2)
export const other: Address = address(3, 'c')
/** When all begins, in milliseconds. */
export const NOW = 1_700_000_000_000

/** What a process can do with bulks, step by step. */
export type Steps = {
  readonly bus: Bus
  readonly note: (looked?: Looked) => Promise<number>
  /** Takes turns at that time until nothing is due, and says how many. */
  readonly turns: (now?: number) => Promise<number>
  readonly revive: (now: number) => Promise<void>
  /** The row of the bulk of `deal`. */
  readonly row: () => Promise<BulkTable | undefined>
  readonly ask: (query: string) => Promise<Readonly<Record<string, unknown>>>
}

export type Shop = Steps & { readonly database: Database; readonly gateway: TestGateway }

/** A market with rows and no chain, whose bulks are followed step by step at the times that a test says. */
export async function openShop(engine: Engine): Promise<Shop> {
  const database = await openTestDatabase(engine)
  const gateway = await startTestGateway()
  await database.write(async (writer) => {
    const datasets = [dataset, other].map((one) => assetRow({ address: one, kind: 'dataset' }))
    await writer.insertInto('asset').values(datasets).execute()
  })
  return { database, gateway, ...(await openSteps(database, gateway)) }
}

/** All that a process has beside the database: opened again, it has forgotten everything. */
export async function openSteps(database: Database, { url }: TestGateway): Promise<Steps> {
  const bus = await openBus(database)
  const { read } = database
  const deps = (now: number): TurnDeps => ({ read, bus, now: () => now, gateway: openGateway(url, { timeoutMs: 500 }) })
  const graphql = createGraphql()
  return {
    bus,
    note: async (looked = 'all') => noteBulks(deps(NOW), looked),
    turns: async (now = NOW) => {
      let turns = 0
      for (; turns < 50; turns += 1) {
        const [due] = await dueBulks(read, { now, after: '0x', limit: 1 })
        if (due === undefined) break
        await takeTurn(deps(now), due, new AbortController().signal)
      }
      return turns
    },
    revive: async (now: number) => database.write(async (writer) => reviveBulks(writer, now)),
    row: async () => read.selectFrom('bulk').selectAll().where('deal', '=', deal).executeTakeFirst(),
    ask: async (query: string) => {
      const answer = JSON.parse(JSON.stringify(await graphql({ query }, { reader: read }))) as { errors?: unknown }
      expect(answer.errors).toBeUndefined()
      return (answer as { data: Record<string, unknown> }).data
    },
  }
}

/** Puts in the deal as if it had been indexed. */
export async function insertDeal(database: Database, cid: string, row: Partial<DealTable> = {}): Promise<void> {
  const params = JSON.stringify({ bulk_cid: cid })
  const values = dealRow({ id: deal, params, bot_size: 1, ...row })
  await database.write(async (writer) => writer.insertInto('deal').values(values).execute())
}

/** Takes the deal out, as undoing its block does. */
export async function undoDeal(database: Database): Promise<void> {
  await database.write(async (writer) => writer.deleteFrom('deal').where('id', '=', deal).execute())
}

/** Files of a bulk whose slices hold these orders, one list of orders per task. */
export function addBulk({ add }: TestGateway, ...slices: readonly (readonly unknown[])[]): string {
  return add(JSON.stringify(slices.map((orders) => add(JSON.stringify(orders)))))
}
