// Content-addressed storage: identifiers as kubo makes them, and a storage that is believed only as far as they go.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { bodyOf, serve } from '../../test/storage.ts'
import { startSdkMarket, startStorage, type SdkMarket, type TestStorage } from '../../test/market.ts'
import { createIexec, type Iexec } from '../createIexec.ts'
import { computeCid, computeRawCid } from './contentId.ts'

const text = (written: string): Uint8Array => new TextEncoder().encode(written)

let market: SdkMarket
let storage: TestStorage
let alice: Iexec
beforeAll(async () => {
  ;[market, storage] = await Promise.all([startSdkMarket(), startStorage()])
  alice = await market.user(1, { storageUrl: storage.url, ipfsApiUrl: storage.url })
})
afterAll(async () => {
  await storage.stop()
  await market.stop()
})

// Of bytes 0, 1, … 250, 0, 1 …, as the importer of kubo's JavaScript makes them with kubo's settings.
test.each([
  [0, 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH'],
  [262_144, 'QmeqfRyS3vkku7n6krqC3DgGMex3x2sCpSeKMDmrG13QQq'],
  [262_145, 'QmUSjGawaz4ptvREcMKSMJneWCa5j8dAz2wSAAvHtW2rnB'],
  [1_000_000, 'QmVUbzigHKQR2y8wSt2KwZp92AC9Utfms5nEUHwttK4Yq9'],
  [174 * 262_144 + 1, 'QmTedsTekQQkgACJXb1sPZSW8bLdS9LPMrT7L4YdjNRd4n'],
])('a file of %d bytes has the identifier that kubo gives it, from bytes and from a blob', async (size, cid) => {
  const file = new Uint8Array(size).map((_, place) => place % 251)

  expect(await computeCid(file)).toBe(cid)
  expect(await computeCid(new Blob([file]))).toBe(cid)
})

test('a raw block has the identifier of version 1 that kubo gives it', async () => {
  expect(await computeRawCid(new Uint8Array())).toBe('bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku')
})

test('what is stored comes back under its identifier, verified', async () => {
  const { cid, location, size } = await alice.storage.add({ content: 'hello world\n' })

  expect([cid, location, size]).toEqual(['QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o', `/ipfs/${cid}`, 12])
  expect(await alice.storage.has(cid)).toBe(true)
  const { blob, isVerified } = await alice.storage.fetch(location)
  expect([await blob.text(), isVerified]).toEqual(['hello world\n', true])
})

test('another file under an identifier is unverified, and refused where the identifier is of the very bytes', async () => {
  const [cid, raw] = [await computeCid(text('truth')), await computeRawCid(text('truth'))]
  storage.files.set(cid, text('lie')).set(raw, text('lie'))

  expect(await alice.storage.fetch(cid)).toMatchObject({ isVerified: false })
  await expect(alice.storage.fetch(raw)).rejects.toMatchObject({ code: 'ResultMismatch' })
  storage.files.set(raw, text('truth'))
  expect(await alice.storage.fetch(raw)).toMatchObject({ isVerified: true })
})

test('what is not there, is no identifier, or is too much, is said to be that', async () => {
  const absent = await computeCid(text('absent'))
  const { cid } = await alice.storage.add({ content: 'x'.repeat(1000) })

  expect(await alice.storage.has(absent)).toBe(false)
  await expect(alice.storage.fetch(absent)).rejects.toMatchObject({ code: 'NotFound' })
  await expect(alice.storage.fetch('../etc/passwd')).rejects.toMatchObject({ code: 'InvalidInput' })
  await expect(alice.storage.fetch(`${cid}/../x`)).rejects.toMatchObject({ code: 'InvalidInput' })
  await expect(alice.storage.fetch(cid, { maxBytes: 999 })).rejects.toMatchObject({ code: 'BadAnswer' })
  expect(await alice.storage.fetch(cid, { maxBytes: 1000 })).toMatchObject({ isVerified: true })
})

test('a storage that is dead or not configured is said to be that', async () => {
  const dead = await market.user(1, { storageUrl: 'http://127.0.0.1:9' })
  const cid = await computeCid(text('x'))

  await expect(dead.storage.fetch(cid)).rejects.toMatchObject({ code: 'ServiceUnreachable' })
  await expect(dead.storage.add({ content: 'x' })).rejects.toMatchObject({ code: 'NotConfigured' })
  await expect(alice.storage.fetch(cid, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Aborted' })
})

test.each([
  ['0', 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH'],
  ['1', 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'],
])('a storage that answers the identifier of another file is not believed: version %s', async (_, lie) => {
  const { url, stop } = await serve(async (request, response) => {
    await bodyOf(request)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ Hash: lie }))
  })
  const iexec = await market.user(1, { ipfsApiUrl: url })

  await expect(iexec.storage.add({ content: 'mine' })).rejects.toMatchObject({
    code: 'BadAnswer',
    details: { claimed: lie, actual: await computeCid(text('mine')) },
  })
  await stop()
})

test('a large file may take longer than an answer, and what sends nothing may not', async () => {
  const file = text('x'.repeat(1_000_000))
  const released = Promise.withResolvers<undefined>()
  const { url, stop } = await serve(async (request, response) => {
    const isLarge = Number(request.headers['content-length'] ?? 0) > file.length
    // Not a byte of the others is ever answered.
    if (!isLarge) return
    await released.promise
    await bodyOf(request)
    response.end(JSON.stringify({ Hash: await computeCid(file) }))
  })
  onTestFinished(stop)
  const chain = { ...market.chain, ipfsApiUrl: url, storageUrl: url }
  const iexec = await createIexec({ chain, serviceTimeoutMs: 50 })

  const stored = iexec.storage.add({ content: file })
  // What is ended by the limit of an answer tells that this time is over.
  await expect(iexec.storage.add({ content: 'small' })).rejects.toThrow(/did not answer within 5\d ms/u)
  await expect(iexec.storage.has(await computeCid(file))).rejects.toThrow(/did not answer within 50 ms/u)
  released.resolve(undefined)

  expect(await stored).toMatchObject({ size: file.length })
})
