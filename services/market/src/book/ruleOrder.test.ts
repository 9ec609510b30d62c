// The order of the rules of publishing: whoever breaks two is told the earlier one.
import type { WireOrder } from '@iexec/wire'
import type { Engine } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { publishOrders, type PublishOutcome } from './publish.ts'
import {
  appOrder,
  datasetOrder,
  hashOf,
  openTestBook,
  person,
  rowOf,
  seedAsset,
  seedBook,
  seedChainOrder,
  seedStake,
  sign,
  workerpoolOrder,
  type TestBook,
} from './testMarket.ts'
import { SHOP, ask, onChain, useChain } from './testShop.ts'

const { APP, APP_OWNER, DATASET, DATASET_OWNER, POOL, POOL_OWNER, REQUESTER, STRANGER } = SHOP
const chain = useChain()

onBothEngines('publishing', (engine) => {
  test('tells the earlier rule when a workerpool order breaks two', async () => {
    const told = await breakPairs(engine, 'workerpoolorder', [
      'published',
      'unregistered',
      'foreign',
      'unsigned',
      'too many',
      'consumed',
      'unstaked',
    ])

    expect(told.filter(({ pair, error }) => TEXTS[pair[0]]?.test(error) !== true)).toEqual([])
  }, 120_000)

  test('tells the earlier rule when a request breaks two', async () => {
    const told = await breakPairs(engine, 'requestorder', [
      'published',
      'foreign',
      'unsigned',
      'too many',
      'consumed',
      'unstaked',
      'no app order',
      'no dataset order',
    ])

    expect(told.filter(({ pair, error }) => TEXTS[pair[0]]?.test(error) !== true)).toEqual([])
  }, 120_000)
})

const TEXTS: Readonly<Record<string, RegExp>> = {
  published: /^order already published$/u,
  unregistered: /^Resource not deployed$/u,
  foreign: /^only order signer 0x[\da-fA-F]{40} can publish an order$/u,
  unsigned: /^invalid sign$/u,
  'too many': /^maximum of 1 published open \w+ has been reached for wallet 0x[\da-fA-F]{40}$/u,
  consumed: /^order already consumed$/u,
  unstaked: /stake is too low to cover/u,
  'no app order': /^No apporder published for app/u,
  'no dataset order': /^No datasetorder published for dataset/u,
}

type Told = { readonly pair: readonly [string, string]; readonly error: string }

/** What is told of an order that breaks two rules, for each pair of them; the earlier rule comes first. */
async function breakPairs(
  engine: Engine,
  kind: 'workerpoolorder' | 'requestorder',
  rules: readonly string[],
): Promise<readonly Told[]> {
  const told: Told[] = []
  // One for all pairs, empty for each: on PostgreSQL new tables take longer than everything that is told of an order.
  const book = await openTestBook(engine, { settings: { maxOpenOrdersPerWallet: 1, challengeLifetimeMs: 1 } })
  for (const [index, earlier] of rules.entries()) {
    for (const later of rules.slice(index)) {
      await empty(book.database)
      const outcome = await publishBroken(book, kind, new Set([earlier, later]))
      told.push({ pair: [earlier, later], error: outcome?.ok === false ? outcome.error : 'nothing' })
    }
  }
  return told
}

async function empty(database: TestBook['database']): Promise<void> {
  await database.write(async (writer) => {
    for (const table of ['asset', 'account', 'book_order', 'chain_order'] as const)
      await writer.deleteFrom(table).execute()
  })
}

async function publishBroken(
  book: TestBook,
  kind: 'workerpoolorder' | 'requestorder',
  breaks: ReadonlySet<string>,
): Promise<PublishOutcome | undefined> {
  const signer = kind === 'requestorder' ? REQUESTER : POOL_OWNER
  const { database } = book
  const signedInAs = breaks.has('foreign') ? STRANGER : signer
  const order: Omit<WireOrder<typeof kind>, 'sign'> = kind === 'requestorder'
    ? ask({ dataset: DATASET, datasetmaxprice: 3 })
    : workerpoolOrder(POOL)
  const hash: Hex = hashOf(kind, order as never)
  if (!breaks.has('unregistered'))
    await seedAsset(database, { kind: 'workerpool', address: POOL, owner: person(signer) })
  if (!breaks.has('unstaked')) await seedStake(database, person(signedInAs), 10n ** 12n)
  if (!breaks.has('no app order')) {
    await seedBook(database, [rowOf('apporder', appOrder(APP), { signer: person(APP_OWNER) })])
  }
  if (!breaks.has('no dataset order')) {
    await seedBook(database, [rowOf('datasetorder', datasetOrder(DATASET), { signer: person(DATASET_OWNER) })])
  }
  if (breaks.has('published'))
    await seedBook(database, [rowOf(kind, order as never, { signer: person(signer), status: 'filled' })])
  if (breaks.has('consumed')) await seedChainOrder(database, { hash, closed: true })
  if (breaks.has('too many')) {
    const another = kind === 'requestorder' ? ask() : workerpoolOrder(POOL)
    await seedBook(database, [rowOf(kind, another as never, { signer: person(signedInAs) })])
  }
  const signed = await sign(kind, order as never, { by: breaks.has('unsigned') ? 9 : signedInAs })
  const [outcome] = await publishOrders(onChain(chain(), book), {
    kind,
    orders: [signed] as never,
    signedInAs: person(signedInAs),
  })
  return outcome
}
