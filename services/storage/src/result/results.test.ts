// Results from workers to everybody, on a real market.
import { createHash } from 'node:crypto'
import { encode, prepare } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callbackDigest, enclaveHash, sealVote, taskId } from '@iexec/protocol'
import { hubCall, initialize, send, warp } from '@iexec/service/test/chain'
import { stringToHex } from 'viem'
import { digestOf, startResultScene, type ResultScene } from '../../test/resultScene.ts'
import { vote } from '../../test/ticket.ts'
import { listFiles } from '../keep/testShelf.ts'
import { sweep } from '../keep/sweep.ts'
import { judgeAll } from './judge.ts'
import { makeArchive } from './testArchive.ts'

let scene: ResultScene
beforeAll(async () => {
  scene = await startResultScene()
})
afterAll(async () => {
  await scene.stop()
})

async function cidOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { readonly cid: string }).cid
}

describe('a result', () => {
  test('that is unseen cannot be read through a file that somebody made of its blocks', async () => {
    const { url } = await scene.start()
    const { index } = await scene.newTask()
    const hidden = await cidOf(await scene.put(url, { index }))
    const size = scene.archive.length
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
    const { url } = await scene.start()
    const { index, task } = await scene.newTask()
    const answer = await scene.put(url, { index })
    const uploaded = (await answer.json()) as { readonly cid: string; readonly isPublic: boolean }
    const before = await fetch(`${url}/ipfs/${uploaded.cid}`)
    const raw = await fetch(`${url}/api/v0/cat?arg=${uploaded.cid}`, { method: 'POST' })

    await vote(scene.chain, task, { digest: scene.digest })

    const after = await fetch(`${url}/ipfs/${uploaded.cid}`)
    expect([answer.status, uploaded.isPublic, before.status, raw.status, after.status]).toEqual([
      201,
      false,
      404,
      404,
      200,
    ])
    expect(Buffer.from(await after.arrayBuffer()).equals(scene.archive)).toBe(true)
  })

  test('that is voted for already is seen at once', async () => {
    const { url } = await scene.start()
    const { index, task } = await scene.newTask()
    await vote(scene.chain, task, { digest: scene.digest })

    const answer = await scene.put(url, { index })

    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ isPublic: true })
  })

  test('may come before its task has begun, as it does when one transaction does all', async () => {
    const { url } = await scene.start()
    const index = scene.nextIndex()

    expect((await scene.put(url, { index })).status).toBe(201)
  })

  test('is stored once for two winners, and recorded for both; the second needs no body', async () => {
    const { url, shelf } = await scene.start()
    const { index, task } = await scene.newTask()
    await vote(scene.chain, task, { digest: scene.digest, worker: 'worker1' })
    await vote(scene.chain, task, { digest: scene.digest, worker: 'worker2' })

    const answers = [
      await scene.put(url, { index, worker: 'worker1' }),
      await scene.put(url, { index, worker: 'worker2' }, null),
    ]

    expect(answers.map(({ status }) => status)).toEqual([201, 200])
    const rows = await shelf.database.read.selectFrom('result').select(['worker', 'holding']).execute()
    expect(rows.map(({ worker }) => worker).toSorted()).toEqual(
      [scene.chain.address('worker1'), scene.chain.address('worker2')]
        .map((address) => address.toLowerCase())
        .toSorted(),
    )
    expect(await listFiles(shelf.folder)).toHaveLength(1)
  })

  test('that its worker brings again is answered without a body, whether it is seen or not', async () => {
    const { url } = await scene.start()
    const { index, task } = await scene.newTask()
    await scene.put(url, { index })

    const hidden = await scene.put(url, { index }, null)
    await vote(scene.chain, task, { digest: scene.digest })
    const seen = await scene.put(url, { index }, null)

    expect([hidden.status, seen.status]).toEqual([200, 200])
    expect(await hidden.json()).toMatchObject({ isPublic: false })
    expect(await seen.json()).toMatchObject({ isPublic: true })
  })

  test('goes when its worker votes for another one', async () => {
    const { url, court, shelf } = await scene.start()
    const { index, task } = await scene.newTask()
    const cid = await cidOf(await scene.put(url, { index }))

    await vote(scene.chain, task, { digest: `0x${'11'.repeat(32)}` })

    expect((await fetch(`${url}/ipfs/${cid}`)).status).toBe(404)
    await judgeAll(court)
    await sweep(shelf, 0)
    expect(await listFiles(shelf.folder)).toEqual([])
    expect((await scene.put(url, { index })).status).toBe(409)
  })

  test('that its worker replaces before the vote takes the place of the first', async () => {
    const { url, shelf } = await scene.start()
    const { index, task } = await scene.newTask()
    const other = await makeArchive({ 'result.txt': 'forty-three' })
    const otherDigest = await digestOf(other)
    await scene.put(url, { index })

    const second = await cidOf(await scene.put(url, { index, digest: otherDigest }, other))
    await vote(scene.chain, task, { digest: otherDigest })

    expect((await fetch(`${url}/ipfs/${second}`)).status).toBe(200)
    expect(await shelf.database.read.selectFrom('result').select('digest').execute()).toEqual([{ digest: otherDigest }])
  })

  test('of a callback is known by the data for the callback', async () => {
    const { url } = await scene.start()
    const called = await scene.newDeal({ callback: scene.chain.address('stranger') })
    const data = stringToHex('price: 42')
    const body = await makeArchive({ 'computed.json': JSON.stringify({ 'callback-data': data }) })

    const right = await scene.put(url, { deal: called, index: 0, digest: callbackDigest(data) }, body)
    const wrong = await scene.put(url, { deal: called, index: 0, digest: scene.digest, worker: 'worker2' }, body)

    expect([right.status, wrong.status]).toEqual([201, 422])
  })

  test('that an enclave encrypted is known by the word of the enclave', async () => {
    const { url } = await scene.start()
    const index = scene.nextIndex()
    const body = await makeArchive({ 'iexec_out.zip.aes': 'secret', 'aes-key.rsa': 'key' })
    const enclave = scene.chain.client('stranger').account
    const hash = enclaveHash(sealVote(scene.chain.address('worker1'), taskId(scene.deal, BigInt(index)), scene.digest))
    const enclaveSignature = await enclave.signMessage({ message: { raw: hash } })
    const wish = { index, enclaveChallenge: enclave.address }

    const answers = [
      await scene.put(url, { ...wish, enclaveSignature: `0x${'00'.repeat(65)}` }, body),
      await scene.put(url, { index, enclaveSignature }, body),
      await scene.put(url, { ...wish, enclaveSignature }, body),
    ]

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 201])
  })
})

describe('when a task has ended', () => {
  test('its result is kept for the time that the operator set, and nothing else of it', async () => {
    const { url, court, shelf } = await scene.start()
    const ending = await scene.newDeal({ volume: 2n, trust: 1n })
    const [paid, unpaid] = [await initialize(scene.chain, ending, 0n), await initialize(scene.chain, ending, 1n)]
    for (const index of [0, 1]) await scene.put(url, { deal: ending, index })
    for (const task of [paid, unpaid]) await vote(scene.chain, task, { digest: scene.digest })
    await judgeAll(court)
    await send(scene.chain, hubCall(scene.chain, 'worker1', { functionName: 'reveal', args: [paid, scene.digest] }))
    await send(scene.chain, hubCall(scene.chain, 'scheduler', { functionName: 'finalize', args: [paid, '0x', '0x'] }))

    await warp(scene.chain, 3_000)
    const late = await scene.put(url, { deal: ending, index: 1, worker: 'worker2' })
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
    const { url, court, shelf } = await scene.start()
    const ending = await scene.newDeal({})
    const answer = await scene.put(url, { deal: ending, index: 0 })
    const before = await judgeAll(court)

    await warp(scene.chain, 3_000)
    const after = await judgeAll(court)

    expect([answer.status, before, after]).toEqual([201, { published: 0, dropped: 0 }, { published: 0, dropped: 1 }])
    await sweep(shelf, 0)
    expect(await listFiles(shelf.folder)).toEqual([])
  })
})
