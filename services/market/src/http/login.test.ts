// Login: what is signed is good for one request, for one account, on one chain, and not for long.
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { hashChallenge, writeAuthorization } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { concat, getContractAddress, serializeErc6492Signature, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from '../book/testMarket.ts'
import { ask, challengeFor, logIn, openTestApp, type TestApp } from './testApp.ts'

let anvil: Anvil
beforeAll(async () => {
  anvil = await startAnvil()
})
afterAll(async () => {
  await anvil.stop()
})

/** An app on the real chain. */
async function openApp(engine: 'sqlite' | 'postgres'): Promise<TestApp> {
  return openTestApp(engine, { client: anvil.client(0) })
}

/** Whether the header is taken: then it is only the body that is wrong. */
async function isTaken({ app }: TestApp, authorization: string | undefined): Promise<boolean> {
  const headers = authorization === undefined ? {} : { authorization }
  const answer = await ask(app, '/apporders?chainId=31337', { method: 'POST', headers, body: '{}' })
  if (answer.status === 400) return true
  expect(answer).toEqual({ status: 403, json: { ok: false, error: 'invalid authorization' } })
  return false
}

onBothEngines('a login', (engine) => {
  test('is good for one request, even when its body is bad', async () => {
    const market = await openApp(engine)
    const authorization = await logIn(market.app, 1)

    expect(await isTaken(market, authorization)).toBe(true)
    expect(await isTaken(market, authorization)).toBe(false)
  })

  test('is good for one of many requests at once', async () => {
    const market = await openApp(engine)
    const authorization = await logIn(market.app, 1)

    const taken = await Promise.all(Array.from({ length: 8 }, async () => isTaken(market, authorization)))

    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  test('asks for the same text until that is used, and then for another', async () => {
    const market = await openApp(engine)

    const [first, second] = await Promise.all([
      challengeFor(market.app, person(1)),
      challengeFor(market.app, person(1)),
    ])
    await isTaken(market, await logIn(market.app, 1))
    const third = await challengeFor(market.app, person(1))

    expect(second).toEqual(first)
    expect(third).not.toEqual(first)
    expect(first.message.challenge).toMatch(/^Sign this message to log into iExec Gateway: [\w-]{32}$/u)
    expect(await challengeFor(market.app, person(2))).not.toEqual(third)
  })

  test('comes too late as soon as its time is over', async () => {
    const market = await openApp(engine)
    const early = await logIn(market.app, 1)
    market.clock.now += 299_999
    expect(await isTaken(market, early)).toBe(true)

    const late = await logIn(market.app, 1)
    market.clock.now += 300_000
    expect(await isTaken(market, late)).toBe(false)
  })

  test('forgets what nobody signed in time', async () => {
    const market = await openApp(engine)
    await challengeFor(market.app, person(1))
    market.clock.now += 300_000

    await challengeFor(market.app, person(2))

    expect(await market.database.read.selectFrom('challenge').select('address').execute()).toEqual([
      { address: person(2).toLowerCase() },
    ])
  })

  test('of another account proves nothing, and leaves the true one good', async () => {
    const market = await openApp(engine)
    const [hash, signature, owner] = (await logIn(market.app, 1)).split('_')
    const [, foreign, stranger] = (await logIn(market.app, 2)).split('_')

    expect(await isTaken(market, `${hash}_${foreign}_${owner}`)).toBe(false)
    expect(await isTaken(market, `${hash}_${signature}_${stranger}`)).toBe(false)
    expect(await isTaken(market, `${hash}_${signature}_${owner}`)).toBe(true)
  })

  test('on another chain proves nothing', async () => {
    const market = await openApp(engine)
    const other = await openTestApp(engine, { client: anvil.client(0), chainId: 134 })
    const { app } = await openTestApp(engine, {}, { markets: [market.market, other.market] })
    const authorization = await logIn(app, 1)

    const answer = await ask(app, '/apporders?chainId=134', { method: 'POST', headers: { authorization }, body: '{}' })

    expect(answer.status).toBe(403)
    expect(await isTaken({ ...market, app }, authorization)).toBe(true)
  })

  test('of the zero address proves nothing', async () => {
    const market = await openApp(engine)
    const zero: Address = `0x${'0'.repeat(40)}`
    const hash = hashChallenge(await challengeFor(market.app, zero))

    expect(await isTaken(market, writeAuthorization({ hash, signature: `0x${'0'.repeat(130)}`, address: zero }))).toBe(
      false,
    )
  })

  test.each([undefined, '', 'Bearer x', '0x_0x_0x', 'a_b_c_d'])(
    'without a proper header (%j) proves nothing',
    async (header) => {
      expect(await isTaken(await openApp(engine), header)).toBe(false)
    },
  )

  test('of a contract is by its own word (ERC-1271)', async () => {
    const market = await openApp(engine)
    const wallet: Address = '0x00000000000000000000000000000000000012a2'
    const hash = hashChallenge(await challengeFor(market.app, wallet))
    const authorization = writeAuthorization({ hash, signature: '0xabcd', address: wallet })

    await anvil.client(0).setCode({ address: wallet, bytecode: walletThatSigned(`0x${'1'.repeat(64)}`) })
    expect(await isTaken(market, authorization)).toBe(false)
    // One that never comes to an end has not signed.
    await anvil.client(0).setCode({ address: wallet, bytecode: '0x5b600056' })
    expect(await isTaken(market, authorization)).toBe(false)
    await anvil.client(0).setCode({ address: wallet, bytecode: walletThatSigned(hash) })
    expect(await isTaken(market, authorization)).toBe(true)
  })

  test('of a contract that does not exist yet is by the word that it will have (ERC-6492)', async () => {
    const market = await openApp(engine)
    // Returns 16 bytes of code that say yes to everything, or 16 that say no.
    const [yes, no] = (['7e', '7f'] as const).map(
      (end): Hex => `0x6f631626ba${end}60e01b60005260206000f360005260106010f3`,
    )

    for (const [code = '0x', taken] of [
      [yes, true],
      [no, false],
    ] as const) {
      const salt: Hex = `0x${'0'.repeat(64)}`
      const wallet = getContractAddress({ opcode: 'CREATE2', from: FACTORY, salt, bytecode: code })
      const hash = hashChallenge(await challengeFor(market.app, wallet))
      const signature = serializeErc6492Signature({ address: FACTORY, data: concat([salt, code]), signature: '0xabcd' })

      expect(await isTaken(market, writeAuthorization({ hash, signature, address: wallet }))).toBe(taken)
    }
  })

  test('of a contract that does not exist yet is not worth much gas', async () => {
    const market = await openApp(engine)
    const greedy: Address = '0x00000000000000000000000000000000000012a7'
    await anvil.client(0).setCode({ address: greedy, bytecode: FACTORY_FOR_6_MILLION_GAS })
    const code: Hex = '0x6f631626ba7e60e01b60005260206000f360005260106010f3'
    const salt: Hex = `0x${'0'.repeat(64)}`
    const wallet = getContractAddress({ opcode: 'CREATE2', from: greedy, salt, bytecode: code })
    const hash = hashChallenge(await challengeFor(market.app, wallet))
    const signature = serializeErc6492Signature({ address: greedy, data: concat([salt, code]), signature: '0xabcd' })

    expect(await isTaken(market, writeAuthorization({ hash, signature, address: wallet }))).toBe(false)
  })

  test('that only looks like that of such a contract proves nothing', async () => {
    const market = await openApp(engine)
    const hash = hashChallenge(await challengeFor(market.app, person(1)))
    const signature: Hex = `0x${'12'.repeat(40)}${'6492'.repeat(16)}`

    expect(await isTaken(market, writeAuthorization({ hash, signature, address: person(1) }))).toBe(false)
  })
})

/** Deploys at addresses that are known before; every anvil has it. */
const FACTORY: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C'

/** The same for those who have 6,000,000 gas left. */
const FACTORY_FOR_6_MILLION_GAS: Hex = '0x5a625b8d8010600e5760006000fd5b602036038060206000376000359060006000f500'

/** Code of a contract whose `isValidSignature` says yes to one hash only. */
function walletThatSigned(hash: Hex): Hex {
  // hash == calldata[4..36] ? 0x1626ba7e in the first four bytes : 0
  return `0x7f${hash.slice(2)}60043514631626ba7e0260e01b60005260206000f3`
}
