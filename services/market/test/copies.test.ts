// Several copies of the service on one PostgreSQL: one indexes, all answer, and who is left goes on.
import { accountOf } from '@iexec/chain/test/anvil'
import { toWireOrder } from '@iexec/wire'
import type { TestLocation } from '@iexec/service/test/database'
import { makePlace, placeOf } from '@iexec/service/test/place'
import { until } from '@iexec/service/test/process'
import {
  appOrder,
  deposit,
  hashOf,
  headOf,
  PEOPLE,
  RLC,
  sign,
  startChainWithMarket,
  type TestChain,
} from '@iexec/service/test/chain'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { openDatabase } from '../src/db/database.ts'
import { digestTables } from '../src/index/digest.ts'
import { digestsOfReplay } from './chainIndex.ts'
import { furnish, type Furniture } from './chainStory.ts'
import { openTestDatabase } from './database.ts'
import { authorize, healthOf, publish, startProcess, type ChainHealth, type ServiceProcess } from './process.ts'

const MAX_OPEN = 5

describe.skipIf(inject('postgresUrl') === undefined)('two copies on one PostgreSQL', () => {
  let chain: TestChain
  let furniture: Furniture
  let place: TestLocation
  let leader: ServiceProcess
  let standby: ServiceProcess

  const start = async (): Promise<ServiceProcess> => {
    const market = ['--rpc', chain.url, '--hub', chain.contracts.hub, '--database', placeOf(place.location)]
    return startProcess([...market, '--max-open-orders', String(MAX_OPEN)])
  }

  beforeAll(async () => {
    chain = await startChainWithMarket()
    furniture = await furnish(chain)
    place = await makePlace('postgres', `chain_${chain.chainId}`)
    // Both at once: the tables are made by one of them.
    const [one, other] = await Promise.all([start(), start()])
    const { role } = await until(
      async () => healthOf(one),
      ({ state }) => state === 'live',
    )
    ;[leader, standby] = role === 'indexing' ? [one, other] : [other, one]
  })
  afterAll(async () => {
    await leader.kill()
    await standby.kill()
    await place.remove()
    await chain.stop()
  })

  /** Waits until the copy knows the chain's last block. */
  const caughtUp = async (service: ServiceProcess): Promise<ChainHealth> => {
    const head = await headOf(chain)
    return until(
      async () => healthOf(service),
      ({ state, indexedBlock }) => state === 'live' && indexedBlock === head,
    )
  }

  const loginTo = ({ url }: ServiceProcess): Parameters<typeof publish>[0] => ({
    url,
    chainId: chain.chainId,
    account: accountOf(PEOPLE.appOwner),
  })

  /** Takes all orders of the app's owner out of the book. */
  const emptyBook = async (): Promise<void> => {
    await fetch(`${leader.url}/apporders?chainId=${chain.chainId}`, {
      method: 'PUT',
      headers: { authorization: await authorize(loginTo(leader)) },
      body: JSON.stringify({ target: 'unpublish_all', app: furniture.app }),
    })
  }

  test('agree on who indexes, and both answer', async () => {
    const [one, other] = [await caughtUp(leader), await caughtUp(standby)]

    expect([one.role, other.role]).toEqual(['indexing', 'standby'])
    expect([one.lagBlocks, other.lagBlocks]).toEqual([0, 0])
    for (const { url } of [leader, standby]) {
      const metrics = await fetch(`${url}/metrics?chainId=${chain.chainId}`)
      expect(await metrics.json()).toMatchObject({ ok: true, lastBlock: other.indexedBlock, lag: 0 })
    }
  })

  test('tell the sockets of one what was published on the other', async () => {
    const socket = io(standby.url, { path: '/ws' })
    onTestFinished(() => {
      socket.close()
    })
    onTestFinished(emptyBook)
    await socket.emitWithAck('join', { chainId: chain.chainId, topic: 'orders' })
    const heard = new Promise<unknown>((resolve) => {
      socket.once('apporder_published', resolve)
    })
    const order = await sign(chain, appOrder({ app: furniture.app }))

    const answer = await publish(loginTo(leader), 'apporder', toWireOrder(order))

    expect(answer.status).toBe(200)
    expect(await heard).toMatchObject({ orderHash: hashOf(chain, order), status: 'open', remaining: 1 })
  })

  test('never let a wallet have more open orders than it may, however much comes to both at once', async () => {
    onTestFinished(emptyBook)
    const refused = new Set<string>()
    const accepted: string[] = []
    const publishUntilRefused = async (service: ServiceProcess): Promise<void> => {
      for (;;) {
        const order = await sign(chain, appOrder({ app: furniture.app }))
        const answer = await publish(loginTo(service), 'apporder', toWireOrder(order))
        const { error } = (await answer.json()) as { readonly error?: string }
        if (error === undefined) accepted.push(hashOf(chain, order))
        // The same wallet logged in twice at once with one challenge: it can be used only once.
        else if (error !== 'invalid authorization') {
          refused.add(error)
          return
        }
      }
    }

    await Promise.all([leader, leader, standby, standby].map(publishUntilRefused))

    const wallet = chain.address('appOwner')
    expect([...refused]).toEqual([
      `maximum of ${MAX_OPEN} published open apporder has been reached for wallet ${wallet}`,
    ])
    expect(accepted).toHaveLength(MAX_OPEN)
    const list = await fetch(`${standby.url}/apporders?chainId=${chain.chainId}&app=any`)
    expect(await list.json()).toMatchObject({ count: MAX_OPEN })
  })

  test('show how far behind the chain the tables are, also where nobody indexes', async () => {
    await caughtUp(standby)
    // It lives and holds the lock, but does not move.
    process.kill(leader.pid, 'SIGSTOP')
    onTestFinished(() => {
      process.kill(leader.pid, 'SIGCONT')
    })
    for (let block = 0; block < 4; block += 1) await deposit(chain, 'stranger', RLC)

    const { reason, lagSeconds } = await until(
      async () => healthOf(standby),
      ({ state, lagBlocks }) => state === 'waiting' && lagBlocks === 4,
    )

    expect(reason).toBe('The process that indexes is behind the chain.')
    expect(lagSeconds).toBeGreaterThanOrEqual(0)
    expect((await fetch(`${standby.url}/health`)).status).toBe(503)
    const json = await fetch(`${standby.url}/metrics?chainId=${chain.chainId}`)
    expect(await json.json()).toMatchObject({ lag: 4 })
    const text = await (await fetch(`${standby.url}/metrics`, { headers: { accept: 'text/plain' } })).text()
    expect(text).toContain(`market_lag_blocks{chain="31337"} 4`)
    expect(text).toContain(`market_live{chain="31337"} 0`)
  })

  test('go on when the one that indexes is killed: the other indexes the next block', async () => {
    await caughtUp(leader)
    await caughtUp(standby)
    await leader.kill()
    const killedAt = performance.now()

    await deposit(chain, 'stranger', RLC)
    const { role } = await caughtUp(standby)

    const seconds = (performance.now() - killedAt) / 1000
    console.log(`The other copy had indexed a new block ${seconds.toFixed(1)} s after the kill.`)
    expect(role).toBe('indexing')
    expect(seconds).toBeLessThan(20)
    leader = standby
    standby = await start()
    expect((await caughtUp(standby)).role).toBe('standby')
    const database = await openDatabase(place.location)
    const digests = await digestTables(database.read)
    await database.close()
    expect(digests).toEqual(await digestsOfReplay(chain, await openTestDatabase('postgres')))
  })
})
