// What a match promises: the hub accepts the orders that it found.
import { encodeTag, type Order } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { toSignedOrder, toWireOrder, wireOfKind } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import {
  appOrder,
  createApp,
  createDataset,
  createWorkerpool,
  datasetOrder,
  deposit,
  hashOf,
  match,
  type Person,
  requestOrder,
  sign,
  startChainWithMarket,
  type TestChain,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, replay } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import { START } from '../../test/rows.ts'
import { lowerCase, termsOf, type WireEntry } from '../book/row.ts'
import type { Database } from '../db/database.ts'
import { findMatch } from './findMatch.ts'
import { groupCode } from './testBook.ts'

const TAG = encodeTag('tee,gpu')
const CLUB: Address = '0x000000000000000000000000000000000000c1bb'

let chain: TestChain

beforeAll(async () => {
  chain = await startChainWithMarket()
  await chain.market.owner.setCode({ address: CLUB, bytecode: groupCode([chain.address('requester')]) })
  await deposit(chain, 'scheduler', 300n)
})
afterAll(async () => chain.stop())

const SELLERS = { app: 'appOwner', dataset: 'datasetOwner', workerpool: 'scheduler' } as const satisfies Record<
  string,
  Person
>

async function publish(database: Database, orders: readonly Order<'app' | 'dataset' | 'workerpool'>[]): Promise<void> {
  for (const order of orders) {
    const seller = SELLERS[order.kind]
    const signed = { ...order, sign: (await sign<typeof order.kind>(chain, order, seller)).sign }
    const terms = termsOf({ kind: wireOfKind(order.kind), order: toWireOrder(signed) } as WireEntry)
    const row = {
      ...terms,
      hash: lowerCase(hashOf(chain, order)),
      signer: lowerCase(chain.address(seller)),
      remaining: terms.volume,
      status: 'open',
      status_block: null,
      published_at: START * 1000,
      broadcast_block: null,
    } as const
    await database.write(async (writer) => writer.insertInto('book_order').values(row).execute())
  }
}

/** It stands: on a busy machine the time for a match would be over before the last set is found. */
const now = (): number => START * 1000

onBothEngines('orders that a match finds', (engine) => {
  test('are accepted by the hub, all sets of them, and it has taken what was told', async () => {
    const database = await openTestDatabase(engine)
    const [app, dataset, workerpool] = [
      await createApp(chain),
      await createDataset(chain),
      await createWorkerpool(chain),
    ]
    await replay(chain, database)
    await publish(database, [
      appOrder({ app, appprice: 2n, volume: 3n, tag: TAG, requesterrestrict: CLUB }),
      appOrder({ app, appprice: 4n, volume: 50n, tag: TAG, workerpoolrestrict: workerpool }),
      appOrder({ app, volume: 50n }),
      datasetOrder({ dataset, datasetprice: 3n, volume: 50n, tag: encodeTag('tee,scone'), apprestrict: app }),
      workerpoolOrder({ workerpool, workerpoolprice: 50n, volume: 4n, tag: TAG, trust: 7n, datasetrestrict: dataset }),
      workerpoolOrder({ workerpool, workerpoolprice: 60n, volume: 5n, tag: TAG, trust: 5n }),
      workerpoolOrder({ workerpool, workerpoolprice: 1n, volume: 9n, trust: 5n }),
    ])
    const requester = lowerCase(chain.address('requester'))
    const wish = { app, dataset, requester, category: 0, tag: encodeTag('tee'), trust: 5, volume: 8 }
    const market = { chainId: chain.chainId, read: database.read, client: clientOf(chain), now }

    const answer = await findMatch(market, { ...wish, app: lowerCase(app), dataset: lowerCase(dataset) })

    if (!answer.found) throw new Error(JSON.stringify(answer.missing))
    expect(answer.matches.map(({ volume, taskPrice }) => [volume, taskPrice])).toEqual([
      [3, 55],
      [1, 57],
      [4, 67],
    ])
    await deposit(chain, 'requester', BigInt(answer.requesterStake?.missing ?? 0))
    for (const set of answer.matches) {
      const deal = await match(chain, {
        app: toSignedOrder('apporder', set.apporder.order),
        ...(set.datasetorder === null ? {} : { dataset: toSignedOrder('datasetorder', set.datasetorder.order) }),
        workerpool: toSignedOrder('workerpoolorder', set.workerpoolorder.order),
        request: requestOrder({
          app,
          dataset,
          requester,
          appmaxprice: 4n,
          datasetmaxprice: 3n,
          workerpoolmaxprice: 60n,
          volume: BigInt(set.volume),
          tag: wish.tag,
          trust: 5n,
        }),
      })
      const { botSize } = await chain.market.owner.readContract({
        address: chain.contracts.hub,
        abi: hubAbi,
        functionName: 'viewDeal',
        args: [deal],
      })
      expect(Number(botSize)).toBe(set.volume)
    }
    const account = await chain.market.owner.readContract({
      address: chain.contracts.hub,
      abi: hubAbi,
      functionName: 'viewAccount',
      args: [requester],
    })
    expect(account.stake).toBe(0n)
  })
})
