// Secrets on the wire of the vault, against a server that checks every signature.
import { afterAll, beforeAll, expect, test } from 'vitest'
import fixture from '../../test/encryption.json' with { type: 'json' }
import { startSdkMarket, type SdkMarket } from '../../test/market.ts'
import { bodyOf, serve } from '../../test/storage.ts'
import { startVault, type TestVault } from '../../test/vault.ts'
import { ownerOf } from '../asset/requireAsset.ts'
import type { Iexec } from '../createIexec.ts'
import { secretMessage } from './vault.ts'

const CHECKSUM = `0x${'ab'.repeat(32)}` as const

let market: SdkMarket
let vault: TestVault
let alice: Iexec
let bob: Iexec
let addressOf: { readonly alice: `0x${string}`; readonly bob: `0x${string}` }
beforeAll(async () => {
  market = await startSdkMarket()
  const { context } = await market.user(9)
  vault = await startVault(async (asset) =>
    ownerOf(context, 'dataset', asset).catch(async () => ownerOf(context, 'app', asset).catch(() => undefined)),
  )
  const services = { vaultUrl: vault.url }
  ;[alice, bob] = await Promise.all([market.user(1, services), market.user(2, services)])
  addressOf = { alice: alice.context.signer?.address ?? '0x', bob: bob.context.signer?.address ?? '0x' }
})
afterAll(async () => {
  await vault.stop()
  await market.stop()
})

test('the key of a dataset is pushed once, by its owner', async () => {
  const { address } = await alice.datasets.deploy({ name: 'data', multiaddr: 'https://a.b/c', checksum: CHECKSUM })
  const key = alice.datasets.generateKey()

  expect(await alice.secrets.checkDataset(address)).toBe(false)
  await expect(bob.secrets.pushDataset(address, key)).rejects.toMatchObject({ code: 'NotOwner' })
  await alice.secrets.pushDataset(address, key)

  expect(await bob.secrets.checkDataset(address)).toBe(true)
  expect([...vault.secrets.values()]).toContain(key)
  await expect(alice.secrets.pushDataset(address, key)).rejects.toMatchObject({ code: 'AlreadyExists' })
})

test('an app gets a secret once, by its owner', async () => {
  const { address } = await alice.apps.deploy({ name: 'app', multiaddr: 'docker.io/me/app:1', checksum: CHECKSUM })

  expect(await alice.secrets.checkApp(address)).toBe(false)
  await expect(bob.secrets.pushApp(address, 'x')).rejects.toMatchObject({ code: 'NotOwner' })
  await alice.secrets.pushApp(address, 'the key of an API')

  expect(await alice.secrets.checkApp(address)).toBe(true)
  await expect(alice.secrets.pushApp(address, 'another')).rejects.toMatchObject({ code: 'AlreadyExists' })
})

test('a requester has secrets by names of his own', async () => {
  await alice.secrets.pushRequester({ name: 'api-key', value: 'täglich ✓' })

  expect(await bob.secrets.checkRequester(addressOf.alice, 'api-key')).toBe(true)
  expect(await bob.secrets.checkRequester(addressOf.bob, 'api-key')).toBe(false)
  await expect(alice.secrets.pushRequester({ name: 'api-key', value: 'x' })).rejects.toMatchObject({
    code: 'AlreadyExists',
  })
  for (const name of ['', 'a b', 'a/b', 'x'.repeat(65)]) {
    await expect(alice.secrets.pushRequester({ name, value: 'x' })).rejects.toMatchObject({ code: 'InvalidInput' })
  }
})

test('a key for results is pushed as base64 of its PEM, and replaced only when that is wished', async () => {
  expect(await alice.results.checkEncryptionKey(addressOf.alice)).toBe(false)

  expect(await alice.results.pushEncryptionKey(fixture.publicKey)).toEqual({ isPushed: true, isUpdated: false })
  await expect(alice.results.pushEncryptionKey(fixture.publicKey)).rejects.toMatchObject({ code: 'AlreadyExists' })
  const again = await alice.results.pushEncryptionKey(btoa(fixture.publicKey), { forceUpdate: true })

  expect(again).toEqual({ isPushed: true, isUpdated: true })
  expect([...vault.secrets.values()]).toContain(btoa(fixture.publicKey))
  for (const bad of [fixture.privateKey, 'no key', btoa(fixture.privateKey)]) {
    await expect(alice.results.pushEncryptionKey(bad)).rejects.toMatchObject({ code: 'InvalidInput' })
  }
})

test('a token for Dropbox is pushed and replaced; no other storage takes one', async () => {
  expect(await alice.storage.pushToken('token')).toEqual({ isPushed: true, isUpdated: false })
  expect(await alice.storage.pushToken('other', { forceUpdate: true })).toEqual({ isPushed: true, isUpdated: true })

  expect(await bob.storage.checkToken(addressOf.alice)).toBe(true)
  await expect(alice.storage.pushToken('token', { storage: 'ipfs' as never })).rejects.toMatchObject({
    code: 'InvalidInput',
  })
})

test('a secret has from 1 to 4,096 bytes, and nothing else is signed', async () => {
  for (const value of ['', 'x'.repeat(4097), 'ä'.repeat(2049)]) {
    await expect(alice.secrets.pushRequester({ name: 'size', value })).rejects.toMatchObject({ code: 'InvalidInput' })
  }
  await alice.secrets.pushRequester({ name: 'size', value: 'x'.repeat(4096) })
})

test('what is signed is the hash of the specification', () => {
  const subject = '0x1111111111111111111111111111111111111111'

  expect(secretMessage({ subject, value: 'x' })).not.toBe(secretMessage({ subject, name: '', value: 'x' }))
})

test('without a vault, it is said plainly that there is none', async () => {
  const carol = await market.user(3)

  await expect(carol.secrets.pushRequester({ name: 'a', value: 'b' })).rejects.toMatchObject({
    code: 'NotConfigured',
    message: 'No vault for secrets is configured for the chain test.',
  })
})

test('a secret and its authorization do not go where a vault sends them', async () => {
  const heard: string[] = []
  const thief = await serve(async (request, response) => {
    heard.push(`${request.headers.authorization ?? ''} ${(await bodyOf(request)).toString()}`)
    response.writeHead(204).end()
  })
  const sender = await serve(async (request, response) => {
    await bodyOf(request)
    response.writeHead(307, { location: `${thief.url}/x` }).end()
  })
  const iexec = await market.user(1, { vaultUrl: sender.url, ipfsApiUrl: sender.url })

  const pushed = iexec.secrets.pushRequester({ name: 'other-key', value: 'MY-SECRET' })

  await expect(pushed).rejects.toMatchObject({ code: 'ServiceUnreachable' })
  await expect(iexec.storage.add({ content: 'MY-FILE' })).rejects.toMatchObject({ code: 'ServiceUnreachable' })
  expect(heard.filter((words) => words !== ' ')).toEqual([])
  await Promise.all([sender.stop(), thief.stop()])
})
