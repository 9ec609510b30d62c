// Whose signature an order carries: keys, signatures in advance, and contracts, which a real chain is asked about.
import { onBothEngines } from '@iexec/service/test/database'
import { createClient, custom, type Address, type Client, type Hex } from 'viem'
import { getAddress } from 'viem/utils'
import { expect, test } from 'vitest'
import type { Market } from '../market.ts'
import { publishOrders, type PublishOutcome } from './publish.ts'
import {
  appOrder,
  hashOf,
  openTestBook,
  person,
  seedAsset,
  seedApproval,
  seedHanding,
  sign,
  statuses,
  type TestBook,
} from './testMarket.ts'
import { SHOP, ask, onChain, openShop, openStockedShop, publish, refused, useChain } from './testShop.ts'

const { APP, APP_OWNER, REQUESTER, STRANGER, STRANGER_ASSET } = SHOP
const chain = useChain()

const NO_ANSWER = {
  ok: false,
  status: 500,
  error: 'The chain could not be asked whether this order is signed. Trying again later may help.',
}

onBothEngines('the signature of an order', (engine) => {
  test('accepts an order that is signed in advance on chain, without asking the chain', async () => {
    const book = await openStockedShop(engine)
    const presigned = { ...ask(), sign: '0x' } as const
    const ofApp = { ...appOrder(APP), sign: '0x' } as const
    await seedApproval(book.database, { kind: 'request', hash: hashOf('requestorder', presigned) })
    await seedApproval(book.database, { hash: hashOf('apporder', ofApp), block: 2 })

    const [request] = await publishOrders(book.market, {
      kind: 'requestorder',
      orders: [presigned],
      signedInAs: person(REQUESTER),
    })
    const [app] = await publishOrders(book.market, { kind: 'apporder', orders: [ofApp], signedInAs: person(APP_OWNER) })

    expect(request?.ok).toBe(true)
    expect(app?.ok).toBe(true)
  })

  test('does not take the signature in advance of somebody else, such as the previous owner', async () => {
    const book = await openShop(engine)
    const order = { ...appOrder(APP), sign: '0x' } as const
    await seedApproval(book.database, { hash: hashOf('apporder', order), block: 1 })
    await seedHanding(book.database, APP, { from: person(STRANGER), to: person(APP_OWNER), block: 2 })
    const publishIt = async (): Promise<PublishOutcome | undefined> => {
      const as = { kind: 'apporder', orders: [order], signedInAs: person(APP_OWNER) } as const
      return (await publishOrders(onChain(chain(), book), as))[0]
    }

    expect(await publishIt()).toEqual(refused('invalid sign'))
    await seedApproval(book.database, { hash: hashOf('apporder', order), block: 3 })
    expect(await publishIt()).toMatchObject({ ok: true })
  })

  test('in advance holds for who owned the asset then, when he owns it again', async () => {
    const book = await openShop(engine)
    const order = { ...appOrder(APP), sign: '0x' } as const
    await seedApproval(book.database, { hash: hashOf('apporder', order), block: 1 })
    await seedHanding(book.database, APP, { from: person(APP_OWNER), to: person(STRANGER), block: 2 })
    await seedHanding(book.database, APP, { from: person(STRANGER), to: person(APP_OWNER), block: 3 })

    const publication = { kind: 'apporder', orders: [order], signedInAs: person(APP_OWNER) } as const
    const [outcome] = await publishOrders(book.market, publication)

    expect(outcome?.ok).toBe(true)
  })

  test('does not ask the chain for a signature when an earlier rule refuses', async () => {
    const book = await openShop(engine)

    expect(await publish(book, ['apporder', appOrder(APP)], { by: STRANGER, as: STRANGER })).toMatchObject({
      ok: false,
    })
    expect(await publish(book, ['apporder', appOrder(STRANGER_ASSET)], { by: STRANGER, as: APP_OWNER })).toMatchObject({
      ok: false,
    })
  })

  test('refuses what the account did not sign, and what is no signature at all', async () => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    const byAnother = await sign('apporder', order, { by: STRANGER })
    const ofAnother = { ...order, sign: (await sign('apporder', appOrder(APP), { by: APP_OWNER })).sign }

    for (const wrong of [byAnother, ofAnother, { ...order, sign: '0x' }, { ...order, sign: '0x1234' }] as const) {
      const [outcome] = await publishOrders(onChain(chain(), book), {
        kind: 'apporder',
        orders: [wrong],
        signedInAs: person(APP_OWNER),
      })

      expect(outcome).toEqual(refused('invalid sign'))
    }
    expect(await statuses(book.database)).toEqual(new Map())
  })

  test('asks a contract that owns an asset whether it signed (ERC-1271)', async () => {
    const book = await openTestBook(engine)
    const wallet: Address = '0x00000000000000000000000000000000000012a1'
    await seedAsset(book.database, { kind: 'app', address: APP, owner: wallet })
    const [signed, foreign] = [appOrder(APP), appOrder(APP)].map((order) => ({ ...order, sign: '0xabcd' }) as const)
    if (signed === undefined || foreign === undefined) throw new Error('There are two.')
    await chain().owner.setCode({ address: wallet, bytecode: walletThatSigned(hashOf('apporder', signed)) })

    const outcomes = await publishOrders(onChain(chain(), book), {
      kind: 'apporder',
      orders: [foreign, signed],
      signedInAs: wallet,
    })

    expect(outcomes.map((outcome) => (outcome.ok ? outcome.published.signer : outcome.error))).toEqual([
      'invalid sign',
      getAddress(wallet),
    ])
  })

  test('takes a contract that never comes to an end for one that did not sign', async () => {
    const book = await openTestBook(engine)
    const wallet: Address = '0x00000000000000000000000000000000000012a3'
    await seedAsset(book.database, { kind: 'app', address: APP, owner: wallet })
    await chain().owner.setCode({ address: wallet, bytecode: '0x5b600056' })

    const outcomes = await publishOrders(onChain(chain(), book), {
      kind: 'apporder',
      orders: [{ ...appOrder(APP), sign: '0xabcd' }],
      signedInAs: wallet,
    })

    expect(outcomes).toEqual([refused('invalid sign')])
  })

  test('of another order of the batch with the same hash does not count', async () => {
    const book = await openShop(engine)
    const good = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const bad = { ...good, sign: (await sign('apporder', good, { by: STRANGER })).sign }

    const outcomes = await publishOrders(onChain(chain(), book), {
      kind: 'apporder',
      orders: [bad, good],
      signedInAs: person(APP_OWNER),
    })

    expect(outcomes).toMatchObject([{ ok: false }, { ok: true, published: { order: good } }])
    const { body } = await book.database.read.selectFrom('book_order').select('body').executeTakeFirstOrThrow()
    expect(JSON.parse(body)).toMatchObject({ sign: good.sign })
  })

  test('in advance may be in a block that the index has not seen yet', async () => {
    const book = await openShop(engine)
    const order = { ...appOrder(APP), sign: '0x' } as const
    const hash = hashOf('apporder', order)
    book.onCaughtUp.push(async () => seedApproval(book.database, { hash }))

    const [outcome] = await publishOrders(onChain(chain(), book), {
      kind: 'apporder',
      orders: [order],
      signedInAs: person(APP_OWNER),
    })

    expect(outcome?.ok).toBe(true)
  })

  test('costs one question for all orders of an account without code', async () => {
    const book = await openShop(engine)
    const node = listen()

    const outcomes = await publishOrders(node.at(book), {
      kind: 'apporder',
      orders: unsigned(60),
      signedInAs: person(APP_OWNER),
    })

    expect(new Set(outcomes.map(toWord))).toEqual(new Set(['invalid sign']))
    expect(node.asked).toEqual(['eth_getCode'])
  })

  test('costs a few questions at a time for a contract, and 25 in all', async () => {
    const { book, wallet } = await openWalletsShop('0x00000000000000000000000000000000000012a4')
    const node = listen()

    const outcomes = await publishOrders(node.at(book), { kind: 'apporder', orders: unsigned(40), signedInAs: wallet })

    expect(outcomes.slice(0, 25).map(toWord)).toEqual(Array.from({ length: 25 }, () => 'published'))
    expect(new Set(outcomes.slice(25).map(toWord))).toEqual(
      new Set([
        'The contract of the signer is asked about at most 25 orders of a request. Publish this one with another request.',
      ]),
    )
    expect(node.asked.filter((method) => method === 'eth_call')).toHaveLength(25)
    expect(node.most()).toBe(4)
  })

  test('that only the chain knows fails alone when the chain does not answer', async () => {
    const book = await openShop(engine)
    const good = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const [bad] = unsigned(1)

    // Nobody listens at the node of this market.
    const outcomes = await publishOrders(book.market, {
      kind: 'apporder',
      orders: [bad, good, bad] as never,
      signedInAs: person(APP_OWNER),
    })

    expect(outcomes).toMatchObject([NO_ANSWER, { ok: true }, NO_ANSWER])
    expect([...(await statuses(book.database)).keys()]).toEqual([hashOf('apporder', good)])
  })

  test('that the chain cannot judge spoils no other', async () => {
    const { book, wallet } = await openWalletsShop('0x00000000000000000000000000000000000012a5')
    const orders = unsigned(10)
    const node = listen({ fails: (_, call) => call === 3 })

    const outcomes = await publishOrders(node.at(book), { kind: 'apporder', orders, signedInAs: wallet })

    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(9)
    expect(outcomes.filter(({ ok }) => !ok)).toMatchObject([NO_ANSWER])
  })

  test('is not asked for again and again at a node that is gone', async () => {
    const { book, wallet } = await openWalletsShop('0x00000000000000000000000000000000000012a6')
    const node = listen({ fails: (method) => method === 'eth_call' })

    const outcomes = await publishOrders(node.at(book), { kind: 'apporder', orders: unsigned(20), signedInAs: wallet })

    expect(outcomes).toMatchObject(Array.from({ length: 20 }, () => NO_ANSWER))
    expect(node.asked.filter((method) => method === 'eth_call')).toHaveLength(4)
  })

  test('does not matter while the newest block cannot be known', async () => {
    const book = await openShop(engine)
    const good = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const early = await sign('apporder', appOrder(STRANGER_ASSET), { by: APP_OWNER })
    book.onCaughtUp.push(async () => Promise.reject(new Error('The node is gone.')))

    const outcomes = await publishOrders(book.market, {
      kind: 'apporder',
      orders: [early, good],
      signedInAs: person(APP_OWNER),
    })

    expect(outcomes.map(toWord)).toEqual([
      'The chain could not be asked for its newest block, which may matter here. Trying again later may help.',
      'published',
    ])
  })

  /** A book whose app belongs to a contract that says that it signed everything. */
  async function openWalletsShop(wallet: Address): Promise<{ readonly book: TestBook; readonly wallet: Address }> {
    const book = await openTestBook(engine)
    await seedAsset(book.database, { kind: 'app', address: APP, owner: wallet })
    await chain().owner.setCode({ address: wallet, bytecode: '0x631626ba7e60e01b60005260206000f3' })
    return { book, wallet }
  }
})

function unsigned(count: number): readonly (ReturnType<typeof appOrder> & { readonly sign: Hex })[] {
  return Array.from({ length: count }, () => ({ ...appOrder(APP), sign: '0xabcd' }))
}

function toWord(outcome: PublishOutcome): string {
  return outcome.ok ? 'published' : outcome.error
}

type Node = {
  /** The market, where this node is asked. */
  readonly at: (book: TestBook) => Market
  readonly asked: string[]
  /** How many questions were open at the same time. */
  readonly most: () => number
}

/** The real node, and what it is asked; it fails where it is told to. */
function listen({ fails = () => false }: { readonly fails?: (method: string, nth: number) => boolean } = {}): Node {
  const asked: string[] = []
  let [open, most] = [0, 0]
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    asked.push(method)
    open += 1
    most = Math.max(most, open)
    try {
      if (fails(method, asked.length)) throw new Error('The node is gone.')
      return await chain().owner.request({ method, params } as never)
    } finally {
      open -= 1
    }
  }
  const client: Client = createClient({ transport: custom({ request }, { retryCount: 0 }) })
  return { at: (book) => ({ ...onChain(chain(), book), client }), asked, most: () => most }
}

/** Code of a contract whose `isValidSignature` says yes to one hash only. */
function walletThatSigned(hash: Hex): Hex {
  // hash == calldata[4..36] ? 0x1626ba7e in the first four bytes : 0
  return `0x7f${hash.slice(2)}60043514631626ba7e0260e01b60005260206000f3`
}
