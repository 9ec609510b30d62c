// Processes that die at the worst moment, as `kill -9` and power cuts do: nothing that was acknowledged is lost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountOf } from '@iexec/chain/test/anvil'
import { toWireOrder } from '@iexec/wire'
import type { DatabaseLocation } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { until } from '@iexec/service/test/process'
import {
  appOrder,
  createApp,
  headOf,
  PEOPLE,
  sign,
  startChainWithMarket,
  type TestChain,
} from '@iexec/service/test/chain'
import { toHex } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.ts'
import { digestTables } from '../src/index/digest.ts'
import { digestsOfReplay } from './chainIndex.ts'
import { tellStory } from './chainStory.ts'
import { openTestDatabase } from './database.ts'
import { healthOf, publish, startProcess, type ServiceProcess } from './process.ts'

let chain: TestChain

beforeAll(async () => {
  chain = await startChainWithMarket()
  await tellStory(chain)
})
afterAll(async () => chain.stop())

/** The options that make a service use a database of a test. */
function optionsOf(location: DatabaseLocation): readonly string[] {
  return ['--rpc', chain.url, '--hub', chain.contracts.hub, '--database', placeOf(location)]
}

async function start(location: DatabaseLocation): Promise<ServiceProcess> {
  const service = await startProcess(optionsOf(location))
  onTestFinished(service.kill)
  return service
}

onBothEngines('a service that is killed', (engine) => {
  test('while it catches up goes on where it was, and ends with the tables of a fresh replay', async () => {
    const location = await newPlace(engine, `chain_${chain.chainId}`)
    const head = await headOf(chain)
    const kills = 4
    for (let round = 1; round <= kills; round += 1) {
      const service = await start(location)
      const target = chain.firstBlock + Math.floor(((head - chain.firstBlock) * round) / (kills + 1))
      await until(
        async () => healthOf(service),
        ({ indexedBlock }) => (indexedBlock ?? -1) >= target,
      )
      await service.kill()
    }

    const last = await start(location)
    await until(
      async () => healthOf(last),
      ({ state, indexedBlock }) => state === 'live' && indexedBlock === head,
    )
    await last.stop()

    const database = await openDatabase(location)
    const digests = await digestTables(database.read)
    await database.close()
    expect(digests).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
  })

  test('while orders are published keeps each that it acknowledged, and each only once', async () => {
    const location = await newPlace(engine, `chain_${chain.chainId}`)
    const app = await createApp(chain)
    const account = accountOf(PEOPLE.appOwner)
    const acknowledged: string[] = []
    let next = 0
    for (let round = 0; round < 3; round += 1) {
      const service = await start(location)
      const login = { url: service.url, chainId: chain.chainId, account }
      const publishing = (async () => {
        for (;;) {
          next += 1
          const order = await sign(chain, appOrder({ app, salt: toHex(next, { size: 32 }) }))
          const answer = await publish(login, 'apporder', toWireOrder(order))
          if (!answer.ok) throw new Error(await answer.text())
          const { published } = (await answer.json()) as { readonly published: { readonly orderHash: string } }
          acknowledged.push(published.orderHash)
        }
      })().catch((error: unknown) => error)
      const target = acknowledged.length + 5
      await until(
        async () => Promise.resolve(acknowledged.length),
        (count) => count >= target,
      )
      await service.kill()
      // The connection broke: nothing else may have ended it.
      expect(await publishing).toBeInstanceOf(TypeError)
    }

    const database = await openDatabase(location)
    const rows = await database.read.selectFrom('book_order').selectAll().where('broadcast_block', 'is', null).execute()
    await database.close()

    expect(rows.map(({ hash }) => hash)).toEqual(expect.arrayContaining(acknowledged))
    expect(rows.filter(({ remaining, volume, status }) => remaining !== volume || status !== 'open')).toEqual([])
    expect(acknowledged.length).toBeGreaterThanOrEqual(15)
  })
})

test('a second process on the same SQLite file says so and ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'market-crash-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const location: DatabaseLocation = { engine: 'sqlite', file: join(folder, 'market.sqlite') }
  const first = await start(location)
  await until(
    async () => healthOf(first),
    ({ state }) => state === 'live',
  )

  const second = startProcess(optionsOf(location))

  await expect(second).rejects.toThrow('Another process uses')
})
