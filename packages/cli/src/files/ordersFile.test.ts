// orders.json: what is written is read again, what cannot be is told with its place.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_ADDRESS, NO_TAG, type Signed } from '@iexec/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findSignedOrder, requireSignedOrder, signedToJson, writeSignedOrders } from './ordersFile.ts'

const APP = '0x00000000000000000000000000000000000000A1'
const SALT = `0x${'5a'.repeat(32)}` as const
const ORDER: Signed<'app'> = {
  kind: 'app',
  app: APP,
  appprice: 2n ** 200n,
  volume: 1n,
  tag: NO_TAG,
  datasetrestrict: NO_ADDRESS,
  workerpoolrestrict: NO_ADDRESS,
  requesterrestrict: NO_ADDRESS,
  salt: SALT,
  sign: '0x12',
}
const HERE = { kind: 'app', chain: { name: 'here', chainId: 7 } } as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-orders-'))
  // Where the locks are; nothing else may lie beside the file.
  vi.stubEnv('HOME', `${folder}-home`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  for (const place of [folder, `${folder}-home`]) rmSync(place, { recursive: true, force: true })
})

function put(value: unknown): void {
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(value))
}

test('a signed order is read as it was written, whatever its numbers, and nothing else lies beside the file', async () => {
  await writeSignedOrders(folder, 7, [ORDER])

  expect(await findSignedOrder(folder, HERE)).toEqual(ORDER)
  expect(readdirSync(folder)).toEqual(['orders.json'])
})

test('orders of other kinds and chains stay as they are', async () => {
  const others = { 7: { requestorder: { app: 'x' } }, 8: { apporder: { app: 'y' } } }
  put(others)

  await writeSignedOrders(folder, 7, [ORDER])

  expect(JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8'))).toEqual({
    ...others,
    7: { ...others[7], apporder: signedToJson(ORDER) },
  })
})

test('an order that is there for another chain only is missed with the chains that have it', async () => {
  put({ 8: { apporder: signedToJson(ORDER) }, 9: { apporder: signedToJson(ORDER) } })

  expect(await findSignedOrder(folder, HERE)).toBeUndefined()
  await expect(requireSignedOrder(folder, HERE)).rejects.toMatchObject({
    code: 'MissingFile',
    message: 'orders.json has no signed apporder for the chain here (7); it has one for chain 8, 9.',
  })
})

test.each([
  [{ 7: { apporder: { ...signedToJson(ORDER), appprice: '1 RLC' } } }, '7.apporder.appprice is "1 RLC", and must be'],
  [{ 7: { apporder: { ...signedToJson(ORDER), app: '0x12' } } }, '7.apporder.app is "0x12", and must be an address'],
  [{ 7: { apporder: { ...signedToJson(ORDER), salt: undefined } } }, '7.apporder.salt is missing'],
  [{ 7: { apporder: { ...signedToJson(ORDER), sign: '0x1' } } }, '7.apporder.sign is "0x1", and must be a signature'],
  [{ 7: { appOrder: {} } }, 'has a key "appOrder", which is not a kind of order'],
  [{ seven: {} }, 'has a key "seven", which is not an id of a chain'],
  [[], 'must be an object'],
])('%j cannot be read: %s', async (file, sentence) => {
  put(file)

  await expect(findSignedOrder(folder, HERE)).rejects.toMatchObject({
    code: 'BadFile',
    message: expect.stringContaining(sentence),
  })
})

test('numbers of 2018 and of today are read alike', async () => {
  put({ 7: { apporder: { ...signedToJson(ORDER), appprice: 5, volume: '6' } } })

  expect(await findSignedOrder(folder, HERE)).toMatchObject({ appprice: 5n, volume: 6n })
})

test('orders of several chains that are written at once are all there', async () => {
  await Promise.all([7, 8, 9].map(async (chainId) => writeSignedOrders(folder, chainId, [ORDER])))

  const file = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8')) as object
  expect(Object.keys(file)).toEqual(['7', '8', '9'])
})
