// Results from workers to everybody, on a real market.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  NO_ADDRESS,
  callbackDigest,
  enclaveHash,
  findDigests,
  sealVote,
  taskId,
  type DealId,
  type TaskId,
} from '@iexec/protocol'
import {
  appOrder,
  createApp,
  createWorkerpool,
  hubCall,
  initialize,
  match,
  requestOrder,
  send,
  startChainWithMarket,
  warp,
  workerpoolOrder,
  type TestChain,
} from '@iexec/service/test/chain'
import { stringToHex, type Address, type Hex } from 'viem'
import { headerOf, makeTicket, putResult, vote, type TicketWish } from '../../test/ticket.ts'
import { listFiles } from '../keep/testShelf.ts'
import { sweep } from '../keep/sweep.ts'
import { startTestApp, type TestApp } from '../testApp.ts'
import { readArchive } from './archive.ts'
import { openHub, type Hub } from './hub.ts'
import { judgeAll } from './judge.ts'
import { makeArchive } from './testArchive.ts'

let chain: TestChain
let hub: Hub
let app: Address
let pool: Address
let archive: Buffer
let digest: Hex
let deal: DealId
let nextIndex = 0

beforeAll(async () => {
  chain = await startChainWithMarket()
  hub = openHub({ client: chain.client('stranger'), chainId: chain.chainId, address: chain.contracts.hub })
  app = await createApp(chain)
  pool = await createWorkerpool(chain)
  archive = await makeArchive({ 'result.txt': 'forty-two', 'stdout.txt': 'hello' })
  digest = await digestOf(archive)
  deal = await newDeal({ volume: 50n })
})

afterAll(async () => {
  await chain.stop()
})

async function newDeal({ volume = 1n, callback = NO_ADDRESS, trust = 5n } = {}): Promise<DealId> {
  return match(chain, {
    app: appOrder({ app, volume }),
    workerpool: workerpoolOrder({ workerpool: pool, volume, trust }),
    request: requestOrder({ app, requester: chain.address('requester'), volume, trust, callback }),
  })
}

/** A task of the deal that no other test uses. */
async function newTask(): Promise<{ readonly index: number; readonly task: TaskId }> {
  const index = nextIndex++
  return { index, task: await initialize(chain, deal, BigInt(index)) }
}

async function digestOf(bytes: Buffer): Promise<Hex> {
  const folder = await mkdtemp(join(tmpdir(), 'archive-test-'))
  const path = join(folder, 'result.zip')
  await writeFile(path, bytes)
  const [found] = findDigests(await readArchive(path), false)
  await rm(folder, { recursive: true })
  if (found === undefined) throw new Error('The archive has no digest.')
  return found.digest
}

async function start(config: Parameters<typeof startTestApp>[0] = {}): Promise<TestApp> {
  return startTestApp({ ...config, hub })
}

async function put(
  url: string,
  wish: Partial<TicketWish> & { readonly index: number },
  body: Buffer | undefined = archive,
): Promise<Response> {
  return putResult(url, await makeTicket(chain, { deal, digest, ...wish }), body)
}

async function cidOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { readonly cid: string }).cid
}

describe('a result', () => {
  test('that is unseen cannot be read through a file that somebody made of its blocks', async () => {
    const { url } = await start()
    const { index } = await newTask()
    const hidden = await cidOf(await put(url, { index }))
    const size = archive.length
    const data = new UnixFS({ type: 'file', blockSizes: [BigInt(size)] }).marshal()
    const block = encode(prepare({ Data: data, Links: [{ Hash: CID.parse(hidden), Name: '', Tsize: size }] }))
    const form = new FormData()
    form.append('data', new Blob([new Uint8Array(block)]), 'block')
    await fetch(`${url}/api/v0/block/put`, { method: 'POST', body: form })
    const made = CID.createV0(createDigest(0x12, createHash('sha256').update(block).digest())).toString()

    const answers = await Promise.all([
      fetch(`${url}/ipfs/${made}`),
      fetch(`${url}/api/v0/cat?arg=${made}`, { method: 'POST' }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([404, 404])
  })

  test('is unseen until its vote is on the chain, and seen at once from then on', async () => {
    const { url } = await start()
    const { index, task } = await newTask()
    const answer = await put(url, { index })
    const uploaded = (await answer.json()) as { readonly cid: string; readonly isPublic: boolean }
    const before = await fetch(`${url}/ipfs/${uploaded.cid}`)
    const raw = await fetch(`${url}/api/v0/cat?arg=${uploaded.cid}`, { method: 'POST' })

    await vote(chain, task, { digest })

    const after = await fetch(`${url}/ipfs/${uploaded.cid}`)
    expect([answer.status, uploaded.isPublic, before.status, raw.status, after.status]).toEqual([
      201,
      false,
      404,
      404,
      200,
    ])
    expect(Buffer.from(await after.arrayBuffer()).equals(archive)).toBe(true)
  })

  test('that is voted for already is seen at once', async () => {
    const { url } = await start()
    const { index, task } = await newTask()
    await vote(chain, task, { digest })

    const answer = await put(url, { index })

    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ isPublic: true })
  })

  test('may come before its task has begun, as it does when one transaction does all', async () => {
    const { url } = await start()
    const index = nextIndex++

    expect((await put(url, { index })).status).toBe(201)
  })

  test('is stored once for two winners, and recorded for both; the second needs no body', async () => {
    const { url, shelf } = await start()
    const { index, task } = await newTask()
    await vote(chain, task, { digest, worker: 'worker1' })
    await vote(chain, task, { digest, worker: 'worker2' })

    const answers = [
      await put(url, { index, worker: 'worker1' }),
      await put(url, { index, worker: 'worker2' }, undefined),
    ]

    expect(answers.map(({ status }) => status)).toEqual([201, 200])
    const rows = await shelf.database.read.selectFrom('result').select(['worker', 'holding']).execute()
    expect(rows.map(({ worker }) => worker).toSorted()).toEqual(
      [chain.address('worker1'), chain.address('worker2')].map((address) => address.toLowerCase()).toSorted(),
    )
    expect(await listFiles(shelf.folder)).toHaveLength(1)
  })

  test('that its worker brings again is answered without a body, whether it is seen or not', async () => {
    const { url } = await start()
    const { index, task } = await newTask()
    await put(url, { index })

    const hidden = await put(url, { index }, undefined)
    await vote(chain, task, { digest })
    const seen = await put(url, { index }, undefined)

    expect([hidden.status, seen.status]).toEqual([200, 200])
    expect(await hidden.json()).toMatchObject({ isPublic: false })
    expect(await seen.json()).toMatchObject({ isPublic: true })
  })

  test('goes when its worker votes for another one', async () => {
    const { url, court, shelf } = await start()
    const { index, task } = await newTask()
    const cid = await cidOf(await put(url, { index }))

    await vote(chain, task, { digest: `0x${'11'.repeat(32)}` })

    expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(404)
    await judgeAll(court)
    await sweep(shelf, 0)
    expect(await listFiles(shelf.folder)).toEqual([])
    expect((await put(url, { index })).status).toBe(409)
  })

  test('that its worker replaces before the vote takes the place of the first', async () => {
    const { url, shelf } = await start()
    const { index, task } = await newTask()
    const other = await makeArchive({ 'result.txt': 'forty-three' })
    const otherDigest = await digestOf(other)
    await put(url, { index })

    const second = await cidOf(await put(url, { index, digest: otherDigest }, other))
    await vote(chain, task, { digest: otherDigest })

    expect((await fetch(`${url}/ipfs/${second}`)).status).toBe(200)
    expect(await shelf.database.read.selectFrom('result').select('digest').execute()).toEqual([{ digest: otherDigest }])
  })

  test('of a callback is known by the data for the callback', async () => {
    const { url } = await start()
    const called = await newDeal({ callback: chain.address('stranger') })
    const data = stringToHex('price: 42')
    const body = await makeArchive({ 'computed.json': JSON.stringify({ 'callback-data': data }) })

    const right = await put(url, { deal: called, index: 0, digest: callbackDigest(data) }, body)
    const wrong = await put(url, { deal: called, index: 0, digest, worker: 'worker2' }, body)

    expect([right.status, wrong.status]).toEqual([201, 422])
  })

  test('that an enclave encrypted is known by the word of the enclave', async () => {
    const { url } = await start()
    const index = nextIndex++
    const body = await makeArchive({ 'iexec_out.zip.aes': 'secret', 'aes-key.rsa': 'key' })
    const enclave = chain.client('stranger').account
    const hash = enclaveHash(sealVote(chain.address('worker1'), taskId(deal, BigInt(index)), digest))
    const enclaveSignature = await enclave.signMessage({ message: { raw: hash } })
    const wish = { index, enclaveChallenge: enclave.address }

    const answers = [
      await put(url, { ...wish, enclaveSignature: `0x${'00'.repeat(65)}` }, body),
      await put(url, { index, enclaveSignature }, body),
      await put(url, { ...wish, enclaveSignature }, body),
    ]

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 201])
  })
})

describe('a ticket', () => {
  test.each<[string, number, Partial<TicketWish>]>([
    ['is not signed by its worker', 401, { signer: 'stranger' }],
    ['is not allowed by the pool', 403, { scheduler: 'stranger' }],
    ['has passed its time', 401, { validUntil: 1_000_000 }],
    ['is valid for years', 400, { validUntil: 4_000_000_000 }],
    ['is for a deal that is not there', 404, { deal: `0x${'22'.repeat(32)}` as DealId }],
    ['is for a task that the deal does not have', 404, { index: 50 }],
  ])('that %s is refused with %d before the body', async (_, status, wish) => {
    const { url, spool } = await start()

    const answer = await put(url, { index: 0, ...wish }, undefined)

    expect(answer.status).toBe(status)
    expect(await readdir(spool)).toEqual([])
  })

  test('of another task than the address says is refused', async () => {
    const { url } = await start()
    const ticket = await makeTicket(chain, { deal, digest })

    const answer = await fetch(`${url}/results/0x${'33'.repeat(32)}`, { method: 'PUT', headers: headerOf(ticket) })

    expect(answer.status).toBe(400)
  })

  test.each([undefined, 'x', Buffer.from('{}').toString('base64url')])(
    'that is none is refused (%j)',
    async (header) => {
      const { url } = await start()

      const answer = await fetch(`${url}/results/0x00`, {
        method: 'PUT',
        headers: header === undefined ? {} : { 'x-iexec-authorization': header },
      })

      expect(answer.status).toBe(400)
    },
  )

  test('of a pool that a contract owns is judged by that contract', async () => {
    const { url } = await start()
    const index = nextIndex++
    const owner = chain.address('scheduler')
    const setCode = async (code: Hex): Promise<void> => {
      const request = chain.market.owner.request as (call: object) => Promise<unknown>
      await request({ method: 'anvil_setCode', params: [owner, code] })
    }
    const before = await put(url, { index, scheduler: 'stranger' })

    // It answers every question with the value that means yes.
    await setCode('0x631626ba7e60e01b60005260206000f3')
    const after = await put(url, { index, scheduler: 'stranger' })
    await setCode('0x')

    expect([before.status, after.status]).toEqual([403, 201])
  })

  test('waits while no node answers, and the client is told so', async () => {
    const { url } = await startTestApp()

    const answer = await put(url, { index: 0 })

    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
  })
})

describe('an archive', () => {
  test('that is not what was voted for is refused, with both digests, and nothing of it is left', async () => {
    const { url, shelf, spool } = await start()
    const other = await makeArchive({ 'result.txt': 'forty-three' })

    const answer = await put(url, { index: nextIndex++ }, other)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(digest)
    expect([await readdir(spool), await listFiles(shelf.folder)]).toEqual([[], []])
  })

  test('that is none, or too large, is refused', async () => {
    const { url } = await start({ config: { maxUploadBytes: 1_000 } })
    const index = nextIndex++

    expect((await put(url, { index }, Buffer.from('hello'))).status).toBe(422)
    expect((await put(url, { index }, Buffer.alloc(1_001))).status).toBe(413)
  })

  test('for which there is no room is refused before it comes', async () => {
    const full = await start({ config: { quotaBytes: 10 } })
    const mine = await start({ config: { uploaderQuotaBytes: 10 } })
    const index = nextIndex++

    expect((await put(full.url, { index })).status).toBe(507)
    expect((await put(mine.url, { index })).status).toBe(413)
  })

  test('that is cut off on its way leaves nothing', async () => {
    const { url, shelf, spool } = await start()
    const ticket = await makeTicket(chain, { deal, digest, index: nextIndex++ })
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const headers = Object.entries(headerOf(ticket)).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(
      `PUT /results/${ticket.taskId} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n${headers.join('')}\r\nPK`,
    )
    while ((await readdir(spool)).length === 0) await new Promise(setImmediate)

    socket.destroy()

    while ((await readdir(spool)).length > 0) await new Promise(setImmediate)
    expect(await listFiles(shelf.folder)).toEqual([])
  })
})

describe('when a task has ended', () => {
  test('its result is kept for the time that the operator set, and nothing else of it', async () => {
    const { url, court, shelf } = await start()
    const ending = await newDeal({ volume: 2n, trust: 1n })
    const [paid, unpaid] = [await initialize(chain, ending, 0n), await initialize(chain, ending, 1n)]
    for (const index of [0, 1]) await put(url, { deal: ending, index })
    for (const task of [paid, unpaid]) await vote(chain, task, { digest })
    await judgeAll(court)
    await send(chain, hubCall(chain, 'worker1', { functionName: 'reveal', args: [paid, digest] }))
    await send(chain, hubCall(chain, 'scheduler', { functionName: 'finalize', args: [paid, '0x', '0x'] }))

    await warp(chain, 3_000)
    const late = await put(url, { deal: ending, index: 1, worker: 'worker2' })
    const judged = await judgeAll(court)

    expect(judged).toEqual({ published: 0, dropped: 1 })
    expect(late.status).toBe(410)
    const kept = await shelf.database.read
      .selectFrom('result')
      .innerJoin('holding', 'holding.id', 'result.holding')
      .select(['task', 'is_judged', 'keep_until'])
      .execute()
    expect(kept).toEqual([{ task: paid, is_judged: 1, keep_until: expect.any(Number) as number }])
    expect(kept[0]?.keep_until).toBeGreaterThan(Date.now() + court.retentionMs - 60_000)
  })

  test('what nobody voted for is dropped', async () => {
    const { url, court, shelf } = await start()
    const ending = await newDeal({})
    const answer = await put(url, { deal: ending, index: 0 })
    const before = await judgeAll(court)

    await warp(chain, 3_000)
    const after = await judgeAll(court)

    expect([answer.status, before, after]).toEqual([201, { published: 0, dropped: 0 }, { published: 0, dropped: 1 }])
    await sweep(shelf, 0)
    expect(await listFiles(shelf.folder)).toEqual([])
  })
})
