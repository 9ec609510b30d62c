import { hashOrder } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import {
  appOrder,
  broadcast,
  createApp,
  createWorkerpool,
  datasetOrder,
  hashOf,
  hubCall,
  manageOrder,
  match,
  requestOrder,
  send,
  sign,
  startChainWithMarket,
  type TestChain,
  transferAsset,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import {
  concat,
  encodeAbiParameters,
  stringToHex,
  toEventSelector,
  toFunctionSelector,
  type Address,
  type Hex,
} from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replay } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import { asCount, asText } from './sanitise.ts'

/** A contract that vouches (ERC-1271) for a hash when the signature is that hash. */
const SAFE: Address = '0x0000000000000000000000000000000000005afe'
const SAFE_CODE: Hex = '0x60043560643514631626ba7e60e01b0260005260206000f3'
/** A contract that reverts whatever it is asked. */
const GRUMP: Address = '0x00000000000000000000000000000000000067a0'
/** A contract that logs the 128 bytes of its call as a `PolicyUpdate`, though it is no workerpool. */
const IMPOSTOR: Address = '0x000000000000000000000000000000000000badd'
const POLICY_UPDATE = toEventSelector('PolicyUpdate(uint256,uint256,uint256,uint256)')
// calldatacopy(0, 0, 128), then log1(0, 128, topic)
const IMPOSTOR_CODE: Hex = concat(['0x608060006000377f', POLICY_UPDATE, '0x60806000a100'])

let chain: TestChain
let app: Address
const expected: Hex[] = []
const refused: Hex[] = []

beforeAll(async () => {
  chain = await startChainWithMarket()
  await chain.market.owner.setCode({ address: SAFE, bytecode: SAFE_CODE })
  await chain.market.owner.setCode({ address: GRUMP, bytecode: '0x60006000fd' })
  await chain.market.owner.setCode({ address: IMPOSTOR, bytecode: IMPOSTOR_CODE })
  await send(chain, { from: 'stranger', to: IMPOSTOR, data: `0x${'ff'.repeat(128)}` })
  app = await createApp(chain)
  await createStrangeAssets()
  await tellOrders()
  await makeEndlessDeal()
})

afterAll(async () => {
  await chain.stop()
})

/** Names of bytes that are no UTF-8, with NUL, longer than an index takes, and texts that are no JSON. */
async function createStrangeAssets(): Promise<void> {
  const { datasetregistry } = chain.market.addresses
  const names = [
    '0xff00c328fe',
    stringToHex('a\0b'),
    stringToHex('😀'.repeat(4_000)),
    stringToHex(
      Array.from({ length: 5_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join(''),
    ),
  ] as const
  for (const name of names) {
    // The bytes go where the text belongs: the encoding is the same.
    const fields = encodeAbiParameters(
      [{ type: 'address' }, { type: 'bytes' }, { type: 'bytes' }, { type: 'bytes32' }],
      [chain.address('datasetOwner'), name, '0x', `0x${'0'.repeat(64)}`],
    )
    const data = concat([toFunctionSelector('createDataset(address,string,bytes,bytes32)'), fields])
    await send(chain, { from: 'datasetOwner', to: datasetregistry, data })
  }
  const args = ['DROP TABLE "deal"; --\0', '\u0000{', 7n]
  await send(chain, hubCall(chain, 'owner', { functionName: 'createCategory', args }))
}

/** Broadcasts: those of `expected` enter the book's ears, those of `refused` must not. */
async function tellOrders(): Promise<void> {
  const [byKey, presigned, foreign, stolen] = [
    appOrder({ app }),
    appOrder({ app }),
    appOrder({ app: GRUMP }),
    appOrder({ app }),
  ]
  const wide = appOrder({ app, appprice: 2n ** 255n })
  const bySafe = requestOrder({ app, requester: SAFE, params: 'no JSON { \u2028' })
  const byGrump = requestOrder({ app, requester: GRUMP })
  const noKind = datasetOrder({ dataset: app })
  const empty = appOrder({ app, volume: 0n })
  await manageOrder(chain, 'sign', { order: presigned })
  await broadcast(chain, await sign(chain, byKey))
  await broadcast(chain, { ...presigned, sign: '0x' })
  await broadcast(chain, { ...bySafe, sign: hashOrder(bySafe, chain.domain) })
  expected.push(...[byKey, presigned, bySafe].map((order) => hashOf(chain, order)))

  await broadcast(chain, await sign(chain, foreign))
  await broadcast(chain, await sign(chain, stolen, 'stranger'))
  await broadcast(chain, await sign(chain, wide))
  await broadcast(chain, { ...byGrump, sign: '0x1234' })
  await broadcast(chain, await sign(chain, noKind, 'appOwner'))
  await broadcast(chain, await sign(chain, empty))
  // Approved by one who does not own the app any more when the order is told of.
  const late = appOrder({ app })
  await manageOrder(chain, 'sign', { order: late })
  await transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' })
  await broadcast(chain, { ...late, sign: '0x' })
  await transferAsset(chain, 'app', { asset: app, from: 'stranger', to: 'appOwner' })
  refused.push(...[foreign, stolen, wide, byGrump, noKind, empty, late].map((order) => hashOf(chain, order)))
}

/** A free deal of 2^63 tasks, twice: more than a number of JSON, and in sum more than 64 bits. */
async function makeEndlessDeal(): Promise<void> {
  const workerpool = await createWorkerpool(chain)
  const volume = 2n ** 63n
  for (const params of ['\0', '{"iexec_args":"\ud83d\ude00"}']) {
    await match(chain, {
      app: appOrder({ app, volume }),
      workerpool: workerpoolOrder({ workerpool, volume }),
      request: requestOrder({ app, requester: chain.address('requester'), volume, params }),
    })
  }
}

onBothEngines('what strangers write on the chain', (engine) => {
  test('never stops the index, and fits into every table', async () => {
    const database = await openTestDatabase(engine)

    await replay(chain, database)

    const datasets = await database.read.selectFrom('asset').select('name').where('kind', '=', 'dataset').execute()
    const names = datasets.map(({ name }) => name)
    expect(names).toContain('a\uFFFDb')
    expect(names.every((name) => name.length <= 512 && name.isWellFormed())).toBe(true)
    const deals = await database.read.selectFrom('deal').select(['bot_size', 'params']).orderBy('block').execute()
    expect(deals.map(({ bot_size }) => bot_size)).toEqual([2 ** 53 - 1, 2 ** 53 - 1])
    const total = await database.read.selectFrom('total').select('tasks').executeTakeFirst()
    expect(total?.tasks).toBe(2 ** 53 - 1)
    expect(await database.read.selectFrom('event').select('tx').where('kind', '=', 'PolicyUpdate').execute()).toEqual(
      [],
    )
    expect(await database.read.selectFrom('tx').select('hash').where('receiver', '=', IMPOSTOR).execute()).toEqual([])
  })

  test('of orders is believed only with the signature of the owner of that moment', async () => {
    const database = await openTestDatabase(engine)

    await replay(chain, database)

    const rows = await database.read.selectFrom('chain_order').select(['hash', 'broadcast']).execute()
    const told = new Set(rows.filter((row) => row.broadcast !== null).map(({ hash }) => hash))
    expect([...told].toSorted()).toEqual(expected.toSorted())
    expect(refused.filter((hash) => told.has(hash))).toEqual([])
    const events = await database.read
      .selectFrom('event')
      .select('order_hash')
      .where('kind', 'like', 'Broadcast%')
      .execute()
    expect(events.map(({ order_hash }) => String(order_hash)).toSorted()).toEqual([...expected, ...refused].toSorted())
  })

  test('as an order enters the book, where it could make a deal', async () => {
    const database = await openTestDatabase(engine)

    await replay(chain, database)

    const rows = await database.read.selectFrom('book_order').select(['hash', 'status']).execute()
    // The app was sold in between, which ended its seller's orders; the request lost its only app order by that.
    expect(rows.map(({ hash }) => hash).toSorted()).toEqual(expected.toSorted())
    expect(rows.every(({ status }) => status === 'dead')).toBe(true)
  })
})

test('A text keeps its characters, and a count ends where the numbers of JSON do', () => {
  expect(asText('héllo\n"{}\u2028')).toBe('héllo\n"{}\u2028')
  expect(asText('\0\ud800x')).toBe('\uFFFD\uFFFDx')
  expect(asText('😀😀', 3)).toBe('😀\uFFFD')
  expect([asCount(5n), asCount(2n ** 53n), asCount(2 ** 60)]).toEqual([5, 2 ** 53 - 1, 2 ** 53 - 1])
})
