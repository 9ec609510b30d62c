// The directory of workerpools' APIs: only the owner of a pool says where its API is, and the latest word holds.
import { accountOf, startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { hashPoolEndpoint, poolEndpointItem, type PoolEndpoint } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NOW, assetAddress, person, seedAsset } from '../book/testMarket.ts'
import { ask, openTestApp, type TestApp, type Told } from './testApp.ts'

const POOL = getAddress(assetAddress(3))
const LATER = NOW / 1000 + 1000
const URL_1 = 'https://pool.example/api'

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil()
})
afterAll(async () => {
  await anvil.stop()
})

/** A market with a workerpool of person 1. */
async function openPools(engine: 'sqlite' | 'postgres', owner: Address = person(1)): Promise<TestApp> {
  const market = await openTestApp(engine, { client: anvil.client(0) })
  await seedAsset(market.database, { kind: 'workerpool', address: POOL, owner })
  return market
}

/** Tells an endpoint, signed by the person of a number. */
async function tell(
  { app }: TestApp,
  changes: Partial<PoolEndpoint> & { readonly by?: number; readonly signature?: Hex } = {},
): Promise<Told> {
  const { by = 1, signature, ...rest } = changes
  const endpoint = { workerpool: POOL, apiUrl: URL_1, validUntil: LATER, ...rest }
  const hash = hashPoolEndpoint(endpoint, 31_337)
  const account = accountOf(by)
  const signed = signature ?? (await account.sign?.({ hash }))
  const body = JSON.stringify({ apiUrl: endpoint.apiUrl, validUntil: endpoint.validUntil, signature: signed })
  return ask(app, `/31337/workerpools/${endpoint.workerpool.toLowerCase()}`, { method: 'PUT', body })
}

/** The pool is sold to the person of a number. */
async function give({ database }: TestApp, to: number): Promise<void> {
  const owner = person(to).toLowerCase() as Address
  await database.write(async (writer) => writer.updateTable('asset').set({ owner }).execute())
}

async function apiUrlOf({ app }: TestApp): Promise<unknown> {
  const { status, json } = await ask(app, `/31337/workerpools/${POOL}`)
  return status === 200 ? json['apiUrl'] : json['error']
}

onBothEngines("the directory of workerpools' APIs", (engine) => {
  test('keeps what the owner signed, and hands it on with the signature', async () => {
    const market = await openPools(engine)
    expect(await apiUrlOf(market)).toBe('workerpool API URL not found')

    const told = await tell(market)

    expect(told.status).toBe(200)
    const item = poolEndpointItem.parse(told.json)
    expect(item).toEqual({
      workerpool: POOL,
      apiUrl: URL_1,
      validUntil: LATER,
      signature: item.signature,
      owner: person(1),
    })
    expect((await ask(market.app, `/31337/workerpools/${POOL}`)).json).toEqual({ ok: true, ...item })
    expect((await ask(market.app, '/31337/workerpools')).json).toEqual({ ok: true, workerpools: [item], count: 1 })

    const copy = await openPools(engine)
    expect((await tell(copy, { ...item })).status).toBe(200)
    expect(await apiUrlOf(copy)).toBe(URL_1)
  })

  test('does not believe anybody else', async () => {
    const market = await openPools(engine)
    const foreign = { status: 403, json: { ok: false, error: "signature is not that of the workerpool's owner" } }

    expect(await tell(market, { by: 2 })).toEqual(foreign)
    expect(await tell(market, { signature: '0x' })).toEqual(foreign)
    expect(await tell(market, { workerpool: getAddress(assetAddress(4)) })).toEqual({
      status: 404,
      json: { ok: false, error: 'workerpool not found' },
    })
    expect(await apiUrlOf(market)).toBe('workerpool API URL not found')
  })

  test('waits for its index before it says that there is no such workerpool', async () => {
    const market = await openTestApp(engine, { client: anvil.client(0) })
    market.onCaughtUp.push(async () =>
      seedAsset(market.database, { kind: 'workerpool', address: POOL, owner: person(1) }),
    )

    expect((await tell(market)).status).toBe(200)
  })

  test('lets the later word hold, whichever comes first', async () => {
    const market = await openPools(engine)
    await tell(market)

    expect((await tell(market, { validUntil: LATER + 1, apiUrl: 'http://[::1]:3000' })).status).toBe(200)
    expect(await tell(market, { validUntil: LATER })).toEqual({
      status: 403,
      json: { ok: false, error: `an endpoint that is valid until ${LATER + 1} is published already` },
    })
    expect(await apiUrlOf(market)).toBe('http://[::1]:3000')
  })

  test('comes to one word of two with the same end, in whatever order it hears them, and says so', async () => {
    const [one, other] = [await openPools(engine), await openPools(engine)]
    const hashOf = (apiUrl: string): Hex => hashPoolEndpoint({ workerpool: POOL, apiUrl, validUntil: LATER }, 31_337)
    const [holds = '', yields = ''] = [URL_1, 'https://two.example'].toSorted((a, b) =>
      hashOf(a) < hashOf(b) ? -1 : 1,
    )
    const statusOf = async (market: TestApp, apiUrl: string): Promise<number> => (await tell(market, { apiUrl })).status

    expect([await statusOf(one, yields), await statusOf(one, holds), await statusOf(one, holds)]).toEqual([
      200, 200, 200,
    ])
    expect(await statusOf(other, holds)).toBe(200)
    expect(await tell(other, { apiUrl: yields })).toEqual({
      status: 403,
      json: {
        ok: false,
        error: `another endpoint that is valid until ${LATER} is published already; a later validUntil replaces it`,
      },
    })

    expect([await apiUrlOf(one), await apiUrlOf(other)]).toEqual([holds, holds])
  })

  test('forgets a word when its time is over', async () => {
    const market = await openPools(engine)
    expect((await tell(market, { validUntil: NOW / 1000 })).json['error']).toBe(
      `validUntil ${NOW / 1000} is in the past`,
    )
    const tooLong = NOW / 1000 + 11 * 366 * 24 * 3600
    expect((await tell(market, { validUntil: tooLong })).json['error']).toBe(
      `validUntil ${tooLong} is more than ten years ahead`,
    )
    await tell(market)

    market.clock.now = LATER * 1000 - 1
    expect(await apiUrlOf(market)).toBe(URL_1)
    market.clock.now = LATER * 1000
    expect(await apiUrlOf(market)).toBe('workerpool API URL not found')
    expect((await ask(market.app, '/31337/workerpools')).json['count']).toBe(0)
  })

  test('forgets the word of a former owner', async () => {
    const market = await openPools(engine)
    await tell(market, { validUntil: LATER + 1 })

    await give(market, 2)

    expect(await apiUrlOf(market)).toBe('workerpool API URL not found')
    expect((await tell(market, { by: 2, apiUrl: 'https://new.example' })).status).toBe(200)
    expect(await apiUrlOf(market)).toBe('https://new.example')
  })

  test('believes an owner who bought his pool back no older word than his last', async () => {
    const market = await openPools(engine)
    const last = { validUntil: LATER + 2, apiUrl: 'https://last.example' }
    await tell(market)
    await tell(market, last)
    await give(market, 2)
    await tell(market, { by: 2, validUntil: LATER + 1 })

    await give(market, 1)

    expect((await tell(market)).status).toBe(403)
    expect(await apiUrlOf(market)).toBe(last.apiUrl)
  })

  test('keeps no word of anybody when its time is over', async () => {
    const market = await openPools(engine)
    await tell(market)
    await give(market, 2)
    market.clock.now = LATER * 1000

    await tell(market, { by: 2, validUntil: LATER + 1 })

    const rows = await market.database.read.selectFrom('pool_endpoint').select('signer').execute()
    expect(rows).toEqual([{ signer: person(2).toLowerCase() }])
  })

  test('asks a contract that owns a workerpool whether it signed (ERC-1271)', async () => {
    const wallet: Address = '0x00000000000000000000000000000000000012a3'
    const market = await openPools(engine, wallet)
    const hash = hashPoolEndpoint({ workerpool: POOL, apiUrl: URL_1, validUntil: LATER }, 31_337)
    // hash == calldata[4..36] ? 0x1626ba7e in the first four bytes : 0
    const bytecode: Hex = `0x7f${hash.slice(2)}60043514631626ba7e0260e01b60005260206000f3`
    await anvil.client(0).setCode({ address: wallet, bytecode })

    expect((await tell(market, { signature: '0xabcd', apiUrl: 'https://other.example' })).status).toBe(403)
    expect((await tell(market, { signature: '0xabcd' })).status).toBe(200)
  })
})
