// Which results a storage takes, and for how many at a time it has room, on a real market.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findDigests, type DealId, type Order } from '@iexec/protocol'
import {
  appOrder,
  createApp,
  createWorkerpool,
  match,
  requestOrder,
  startChainWithMarket,
  workerpoolOrder,
  type TestChain,
} from '@iexec/service/test/chain'
import type { Address, Hex } from 'viem'
import { mostBytesOfBlocks } from '../content/importFiles.ts'
import { headerOf, makeTicket, putResult } from '../../test/ticket.ts'
import { listFiles } from '../keep/testShelf.ts'
import { startTestApp, type TestApp } from '../testApp.ts'
import { readArchive } from './archive.ts'
import { openHub, type Hub } from './hub.ts'
import { makeArchive } from './testArchive.ts'

const VOLUME = 20n

let chain: TestChain
let hub: Hub
let app: Address
let pool: Address
let deal: DealId
let nextIndex = 0

beforeAll(async () => {
  chain = await startChainWithMarket()
  hub = openHub({ client: chain.client('stranger'), chainId: chain.chainId, address: chain.contracts.hub })
  app = await createApp(chain)
  pool = await createWorkerpool(chain)
  deal = await buy(orderOf(), VOLUME)
})

afterAll(async () => {
  await chain.stop()
})

function orderOf(): Order<'request'> {
  return requestOrder({ app, requester: chain.address('requester'), volume: VOLUME, trust: 1n })
}

/** The pool sells so many tasks of those that are asked for. */
async function buy(request: Order<'request'>, volume: bigint): Promise<DealId> {
  return match(chain, {
    app: appOrder({ app, volume }),
    workerpool: workerpoolOrder({ workerpool: pool, volume, trust: 1n }),
    request,
  })
}

async function start(config: Parameters<typeof startTestApp>[0] = {}): Promise<TestApp> {
  return startTestApp({ hub, ...config })
}

/** An archive that no other test has, of little more than so many bytes, and its digest. */
async function newArchive(bytes: number): Promise<{ readonly archive: Buffer; readonly digest: Hex }> {
  const archive = await makeArchive({ 'result.bin': randomBytes(bytes) }, { compress: false })
  const [found] = findDigests(await readArchive(archive), false)
  if (found === undefined) throw new Error('The archive has no digest.')
  return { archive, digest: found.digest }
}

/** Begins to bring an archive, and stops after its first bytes. */
async function beginToBring(url: string, { archive, digest }: Awaited<ReturnType<typeof newArchive>>): Promise<Socket> {
  const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })
  const headers = Object.entries({ ...headerOf(ticket), host: 'x', 'content-length': archive.length })
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
  })
  socket.write(
    `PUT /results/${ticket.taskId} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  )
  socket.write(archive.subarray(0, 1_000))
  return socket
}

describe('archives that are just coming', () => {
  test('count for the quota of the storage, so that many at once cannot fill the disk', async () => {
    const some = await Promise.all([1, 2, 3, 4].map(async () => newArchive(300_000)))
    const { url, spool, shelf } = await start({ config: { quotaBytes: 1_900_000 } })
    const [one, two, three, last] = some
    if (one === undefined || two === undefined || three === undefined || last === undefined) throw new Error('None.')
    const coming = [await beginToBring(url, one), await beginToBring(url, two), await beginToBring(url, three)]
    await expect.poll(async () => readdir(spool), { message: 'archives in the spool' }).toHaveLength(3)
    const ticket = await makeTicket(chain, { deal, digest: last.digest, index: nextIndex++ })

    const full = await putResult(url, ticket, last.archive)
    for (const socket of coming) socket.destroy()
    const holdings = shelf.database.read.selectFrom('holding').select('id')
    await expect.poll(async () => holdings.execute(), { message: 'what is kept or coming' }).toEqual([])
    const free = await putResult(url, ticket, last.archive)

    expect([full.status, free.status]).toEqual([507, 201])
    expect(await full.text()).toContain('This storage is full')
    expect([await readdir(spool), (await listFiles(shelf.folder)).length]).toEqual([[], 3])
  })

  test('have their room in the spool and that of their blocks, or are refused before they come', async () => {
    const one = await newArchive(600_000)
    const room = 2 * mostBytesOfBlocks(one.archive.length)
    const short = await start({ config: { quotaBytes: room - 1 } })
    const enough = await start({ config: { quotaBytes: room } })

    const [refusal] = (await once(await beginToBring(short.url, one), 'data')) as [Buffer]
    const ticket = await makeTicket(chain, { deal, digest: one.digest, index: nextIndex++ })
    const taken = await putResult(enough.url, ticket, one.archive)

    expect(refusal.toString()).toContain('507 Insufficient Storage')
    expect(taken.status).toBe(201)
  })

  test('count for the quota of their worker', async () => {
    const [one, two] = [await newArchive(300_000), await newArchive(300_000)]
    const { url, spool } = await start({ config: { uploaderQuotaBytes: 500_000 } })
    await beginToBring(url, one)
    await expect.poll(async () => readdir(spool), { message: 'archives in the spool' }).toHaveLength(1)

    const ticket = async (worker: 'worker1' | 'worker2'): ReturnType<typeof makeTicket> =>
      makeTicket(chain, { deal, digest: two.digest, index: nextIndex++, worker })
    const answers = [
      await putResult(url, await ticket('worker1'), two.archive),
      await putResult(url, await ticket('worker2'), two.archive),
    ]

    expect(answers.map(({ status }) => status)).toEqual([413, 201])
  })

  test('are none when nobody says how long they are', async () => {
    const { url } = await start()
    const { archive, digest } = await newArchive(100)
    const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })
    const chunked: RequestInit & { readonly duplex: 'half' } = {
      method: 'PUT',
      headers: headerOf(ticket),
      body: new Blob([new Uint8Array(archive)]).stream(),
      duplex: 'half',
    }

    const answer = await fetch(`${url}/results/${ticket.taskId}`, chunked)

    expect(answer.status).toBe(411)
  })
})

describe('an archive', () => {
  test('that is not what was voted for is refused, with both digests, and nothing of it is left', async () => {
    const { url, shelf, spool } = await start()
    const [voted, other] = [await newArchive(100), await newArchive(100)]
    const ticket = await makeTicket(chain, { deal, digest: voted.digest, index: nextIndex++ })

    const answer = await putResult(url, ticket, other.archive)

    expect(answer.status).toBe(422)
    const why = await answer.text()
    expect([why.includes(voted.digest), why.includes(other.digest)]).toEqual([true, true])
    expect([await readdir(spool), await listFiles(shelf.folder)]).toEqual([[], []])
  })

  test('that is none, or too large, is refused', async () => {
    const { url } = await start({ config: { maxUploadBytes: 1_000 } })
    const { digest } = await newArchive(100)
    const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })

    expect((await putResult(url, ticket, Buffer.from('hello'))).status).toBe(422)
    expect((await putResult(url, ticket, Buffer.alloc(1_001))).status).toBe(413)
  })

  test('for which there is no room is refused, also a small one', async () => {
    const full = await start({ config: { quotaBytes: 10 } })
    const mine = await start({ config: { uploaderQuotaBytes: 10 } })
    const { archive, digest } = await newArchive(100)
    const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })

    expect((await putResult(full.url, ticket, archive)).status).toBe(507)
    expect((await putResult(mine.url, ticket, archive)).status).toBe(413)
  })

  test('that is cut off on its way leaves nothing', async () => {
    const { url, shelf, spool } = await start()
    const socket = await beginToBring(url, await newArchive(600_000))
    await expect.poll(async () => readdir(spool), { message: 'archives in the spool' }).toHaveLength(1)

    socket.destroy()

    await expect.poll(async () => readdir(spool), { message: 'archives in the spool' }).toEqual([])
    expect(await listFiles(shelf.folder)).toEqual([])
  })
})

describe('a storage of some pools', () => {
  test('refuses results of others, and names the setting', async () => {
    const { url } = await start({ config: { pools: [chain.address('stranger')] } })
    const { archive, digest } = await newArchive(100)
    const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })

    const answer = await putResult(url, ticket, archive)

    expect(answer.status).toBe(403)
    expect((await answer.text()).toLowerCase()).toContain(`the pools that its --pools names, and ${pool} is none`)
  })

  test('takes theirs, however their addresses are written', async () => {
    const { url } = await start({ config: { pools: [`0x${pool.slice(2).toUpperCase()}`] } })
    const { archive, digest } = await newArchive(100)

    const answer = await putResult(url, await makeTicket(chain, { deal, digest, index: nextIndex++ }), archive)

    expect(answer.status).toBe(201)
  })

  test('says so to people and machines', async () => {
    const { url } = await start({ config: { pools: [pool] } })

    const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text()

    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ pools: [pool] })
    expect(page).toContain(pool)
  })
})

test('a deal that a reorganisation has changed keeps nobody out for what was remembered of it', async () => {
  const { url } = await start()
  const request = orderOf()
  const { archive, digest } = await newArchive(100)
  const rpc = chain.market.owner.request as (call: object) => Promise<unknown>
  const before = await rpc({ method: 'evm_snapshot' })
  const first = await buy(request, 1n)
  const early = await putResult(url, await makeTicket(chain, { deal: first, digest, index: 0 }), archive)

  await rpc({ method: 'evm_revert', params: [before] })
  const second = await buy(request, 2n)
  const late = await putResult(url, await makeTicket(chain, { deal: second, digest, index: 1 }), archive)

  expect(second).toBe(first)
  expect([early.status, late.status]).toEqual([201, 201])
})
