// Signatures of indexes: whose they are, and that nothing passes for one that is none.
import * as fc from 'fast-check'
import { privateKeyToAccount, generatePrivateKey } from 'viem/accounts'
import { bytesToHex, hashTypedData } from 'viem/utils'
import { expect, test } from 'vitest'
import {
  checkSignature,
  explainSignature,
  hashStoreIndex,
  hashListings,
  readIndex,
  storeIndexTypedData,
  type StoreIndex,
} from './index.ts'

const ada = privateKeyToAccount(generatePrivateKey())
const eve = privateKeyToAccount(generatePrivateKey())
const LISTING = { kind: 'app', org: 'ada', name: 'hello', owner: ada.address, addresses: { 31337: ada.address } }

/** An index of one listing as it stands in a file, signed by Ada. */
async function signed(name?: string): Promise<Record<string, unknown>> {
  const listings = [LISTING]
  const index = {
    ...(name === undefined ? {} : { name }),
    created: '2026-11-23T00:00:00.000Z',
    hash: hashListings(listings),
  } satisfies Partial<StoreIndex>
  const signature = await ada.signTypedData(storeIndexTypedData(index))
  return { version: 1, ...index, signer: ada.address, signature, listings }
}

async function check(value: unknown, ...expected: readonly (typeof ada.address)[]): ReturnType<typeof checkSignature> {
  return checkSignature(readIndex(value), expected.length === 0 ? undefined : expected)
}

test('a signed index is of whom it says, with a name and without one, whoever is expected in any case of letters', async () => {
  for (const index of [await signed(), await signed('Ours')]) {
    const lower = ada.address.toLowerCase() as typeof ada.address
    expect(await check(index)).toEqual({ ok: true, signer: ada.address })
    expect(await check(index, eve.address, lower)).toEqual({ ok: true, signer: ada.address })
    expect(await check({ ...index, signer: lower })).toEqual({ ok: true, signer: ada.address })
  }
})

test('the hash is the one that wallets sign', () => {
  fc.assert(
    fc.property(fc.option(fc.string(), { nil: undefined }), fc.string(), fc.uint8Array(), (name, created, bytes) => {
      const index = { name, created, hash: hashListings([...bytes]) }
      expect(hashStoreIndex(index)).toBe(hashTypedData(storeIndexTypedData(index)))
    }),
    { numRuns: 50 },
  )
})

test('an index that nobody signed is of nobody, and none where a signature is expected', async () => {
  const { signer: _, signature: __, ...index } = await signed()

  expect(await check(index)).toEqual({ ok: true, signer: undefined })
  expect(await check(index, ada.address)).toMatchObject({ ok: false, fault: { reason: 'unsigned' } })
})

test('an index of another signer is refused, with both addresses', async () => {
  const checked = await check(await signed(), eve.address)

  expect(checked).toMatchObject({ ok: false, fault: { reason: 'otherSigner' } })
  expect(checked.ok ? '' : explainSignature('public', checked.fault)).toBe(
    `public is signed by ${ada.address}, and ${eve.address} shall have signed it.`,
  )
})

test('whoever changes a listing, the name or the moment of a signed index is found out, also with a new hash', async () => {
  const index = await signed('Ours')
  const listings = [{ ...LISTING, owner: eve.address }]
  const changed = [
    [{ ...index, listings }, 'changed'],
    [{ ...index, listings, hash: hashListings(listings) }, 'forged'],
    [{ ...index, name: 'Theirs' }, 'forged'],
    [{ ...index, name: undefined }, 'forged'],
    [{ ...index, created: '2027-01-01T00:00:00.000Z' }, 'forged'],
    [{ ...index, signer: eve.address }, 'forged'],
  ] as const

  for (const [value, reason] of changed) expect(await check(value)).toMatchObject({ ok: false, fault: { reason } })
})

test('what says that it is signed and gives no signature is never taken for unsigned', async () => {
  const index = await signed()
  const { signer, signature } = index
  const hostile = [
    { ...index, signer: undefined },
    { ...index, signature: undefined },
    { ...index, signer: null },
    { ...index, signature: null },
    { ...index, signer: { toString: 1 } },
    { ...index, signer: [signer] },
    { ...index, signature: [signature] },
    { ...index, signature: '0x' },
    { ...index, signature: `${String(signature)}00` },
    { ...index, signature: `0x${'00'.repeat(65)}` },
    { ...index, signature: `0x${'ff'.repeat(65)}` },
    { ...index, signer: `0x${'00'.repeat(20)}` },
    { ...index, signer: `${String(signer)}\u202e` },
    { ...index, signer: 'x'.repeat(1_000_000) },
    { ...index, hash: '0x12' },
    { ...index, hash: undefined },
    { ...index, created: 'yesterday' },
    { ...index, created: undefined },
    { ...index, created: '2026-99-99T00:00:00Z' },
  ]

  for (const value of hostile) {
    const checked = await check(JSON.parse(JSON.stringify(value)))
    expect(checked.ok).toBe(false)
    expect(checked.ok ? '' : explainSignature('it', checked.fault).length).toBeLessThan(400)
  }
})

test('no other signature than the right one passes', async () => {
  const index = await signed()
  const bytes = fc.uint8Array({ minLength: 65, maxLength: 65 })

  await fc.assert(
    fc.asyncProperty(bytes, async (given) => {
      const signature = bytesToHex(given)
      expect(await check({ ...index, signature })).toMatchObject({ ok: false, fault: { reason: 'forged' } })
    }),
    { numRuns: 50 },
  )
})

test('where what is expected is no address, nothing is taken', async () => {
  expect(await check(await signed(), '0x')).toMatchObject({ ok: false, fault: { reason: 'otherSigner' } })
})
