// Chains whose nodes are dead when the service starts: who was served before is served from its tables, others are waited for.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onBothEngines } from '@iexec/service/test/database'
import { newPlace, placeOf } from '@iexec/service/test/place'
import { until, type StartedProcess } from '@iexec/service/test/process'
import { startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { healthOf, healthOfAll, spawnProcess, startProcess } from './process.ts'
import { buildRoad } from './road.ts'

let chain: TestChain
let folder = ''

beforeAll(async () => {
  chain = await startChainWithMarket()
  folder = mkdtempSync(join(tmpdir(), 'market-absent-'))
})
afterAll(async () => {
  await chain.stop()
  rmSync(folder, { recursive: true, force: true })
})

function spawned(args: readonly string[]): StartedProcess {
  const service = spawnProcess(args)
  onTestFinished(service.kill)
  return service
}

onBothEngines('a chain whose nodes are dead', (engine) => {
  /** A file of settings with the test's chain, and another one on which there is no market yet. */
  function fileOf(database: string, rpcs: readonly string[]): readonly string[] {
    const path = join(folder, `chains-${engine}-${rpcs.length}.json`)
    const chains = rpcs.map((rpc) => ({ rpc: [rpc], hub: chain.contracts.hub }))
    writeFileSync(path, JSON.stringify({ port: 0, polling: 20, rpcTimeout: 1, database, chains }))
    return ['--config', path]
  }

  /** A folder for many chains, or a PostgreSQL. */
  async function newHouse(): Promise<string> {
    if (engine === 'postgres') return placeOf(await newPlace(engine, `chain_${chain.chainId}`))
    const house = mkdtempSync(join(tmpdir(), 'market-house-'))
    onTestFinished(() => {
      rmSync(house, { recursive: true, force: true })
    })
    return house
  }

  test('does not keep the others from being served, is added when one comes, and ends all when it is none of ours', async () => {
    const road = await buildRoad(chain.url)
    onTestFinished(road.stop)
    road.set(() => ({ status: 500 }))
    const service = spawned(fileOf(await newHouse(), [chain.url, road.url]))
    const url = await service.listening

    const both = await until(
      async () => healthOfAll({ url }),
      (chains) => chains.some(({ state }) => state === 'live'),
    )

    expect(both).toMatchObject([
      { chainId: chain.chainId, state: 'live' },
      { chainId: null, state: 'waiting', reason: 'No node has told of this chain yet.' },
    ])
    expect((await fetch(`${url}/health`)).status).toBe(503)
    expect((await fetch(`${url}/categories?chainId=${chain.chainId}`)).status).toBe(200)
    expect((await fetch(`${url}/categories?chainId=5`)).status).toBe(503)
    road.set(() => 'pass')
    expect(await service.ended).toBe(1)
    expect(service.said()).toContain(
      `Chain ${chain.chainId} is configured twice; a service has one market per chain.\n`,
    )
  })

  test('is found by its hub in a database of it, and served from there; what a node shows to be wrong ends the service', async () => {
    const database = await newHouse()
    const other = await startChainWithMarket({ chainId: 5 })
    onTestFinished(other.stop)
    const road = await buildRoad(other.url)
    onTestFinished(road.stop)
    road.set(() => 'hang')
    const first = await startProcess(['--rpc', chain.url, '--hub', chain.contracts.hub, '--database', database])
    onTestFinished(first.kill)
    await until(
      async () => healthOf(first),
      ({ state }) => state === 'live',
    )
    expect(await first.stop()).toBe(0)

    const service = spawned(fileOf(database, [road.url]))
    const url = await service.listening
    const { chainId } = await until(
      async () => healthOf({ url }),
      ({ state }) => state === 'waiting',
    )

    expect(chainId).toBe(chain.chainId)
    expect(await (await fetch(`${url}/categories?chainId=31337`)).json()).toMatchObject({ ok: true, count: 5 })
    road.set(() => 'pass')
    expect(await service.ended).toBe(1)
    expect(service.said()).toContain(
      `${road.url}: this is chain 5, but the database is that of chain 31337, from which answers were given until now. Start again.\n`,
    )
  })
})
