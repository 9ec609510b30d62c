// A market with something to sell: an app, a dataset and a workerpool, each of its own owner, and a requester with RLC.
import type { Iexec, IexecError, OrderSet } from '@iexec/sdk'
import { orderDomain, orderTypedData, type Order, type OrderKind, type Signed } from '@iexec/protocol'
import type { Address } from 'viem'
import { accountOf } from '@iexec/chain/test/anvil'
import { addressOf, startHouse, type House } from '../house.ts'

/** Who is who, by the numbers of anvil's accounts. */
export const APP_OWNER = 1
export const DATASET_OWNER = 2
export const POOL_OWNER = 3
export const REQUESTER = 4
/** Owns nothing, and has no RLC. */
export const STRANGER = 5

/** The people of the shop, and what they own. */
export type Shop = {
  readonly house: House
  readonly appOwner: Iexec
  readonly datasetOwner: Iexec
  readonly poolOwner: Iexec
  readonly requester: Iexec
  readonly stranger: Iexec
  readonly app: Address
  readonly dataset: Address
  readonly workerpool: Address
  /** Returns when the market knows everything that the chain knows now. */
  readonly synced: () => Promise<void>
}

/** nRLC that the requester and the owner of the workerpool have free. */
const STAKE = 1_000n

const CHECKSUM = `0x${'c5'.repeat(32)}` as const

/** Opens a shop on a market of its own. */
export async function openShop(): Promise<Shop> {
  const house = await startHouse()
  const people = [APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, STRANGER].map(async (n) => house.user(n))
  const [appOwner, datasetOwner, poolOwner, requester, stranger] = (await Promise.all(people)) as [
    Iexec,
    Iexec,
    Iexec,
    Iexec,
    Iexec,
  ]
  const app = await appOwner.apps.deploy({ name: 'app', multiaddr: 'docker.io/me/app:1', checksum: CHECKSUM })
  const dataset = await datasetOwner.datasets.deploy({ name: 'data', multiaddr: 'https://a.b/c', checksum: CHECKSUM })
  const workerpool = await poolOwner.workerpools.deploy({ description: 'pool' })
  for (const [number, iexec] of [
    [POOL_OWNER, poolOwner],
    [REQUESTER, requester],
  ] as const) {
    await house.give(number, STAKE)
    await iexec.account.deposit(STAKE)
  }
  const synced = async (): Promise<void> => whenSynced(house)
  await synced()
  const assets = { app: app.address, dataset: dataset.address, workerpool: workerpool.address }
  return { house, appOwner, datasetOwner, poolOwner, requester, stranger, ...assets, synced }
}

async function whenSynced({ marketUrl, chain, owner }: House): Promise<void> {
  const head = Number(await owner.getBlockNumber())
  for (;;) {
    const answer = await fetch(`${marketUrl}/metrics?chainId=${chain.chainId}`)
    const { lastBlock } = (await answer.json()) as { readonly lastBlock: number }
    if (lastBlock >= head) return
  }
}

/** What a set of orders is made of, by what each of them says beside what is usual. */
export type SetFields = {
  readonly app?: object
  readonly dataset?: object
  readonly workerpool?: object
  readonly request?: object
}

/** Signed orders that make a deal together, unless something is said that prevents it. */
export type SignedSet = Omit<OrderSet, 'volume' | 'taskPrice' | 'dataset'> & {
  readonly dataset: Signed<'dataset'>
  readonly request: Signed<'request'>
}

/** Signs the four orders of a deal: prices 3, 2 and 10 nRLC, and a request that pays them. */
export async function signSet(shop: Shop, fields: SetFields = {}): Promise<SignedSet> {
  const { appOwner, datasetOwner, poolOwner, requester, app, dataset, workerpool } = shop
  return {
    app: await appOwner.orders.sign(appOwner.orders.createApp({ app, appprice: 3n, ...fields.app })),
    dataset: await datasetOwner.orders.sign(
      datasetOwner.orders.createDataset({ dataset, datasetprice: 2n, ...fields.dataset }),
    ),
    workerpool: await signUnasked(
      shop,
      POOL_OWNER,
      poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: 10n, volume: 5n, ...fields.workerpool }),
    ),
    request: await signUnasked(
      shop,
      REQUESTER,
      requester.orders.createRequest({
        app,
        dataset,
        appmaxprice: 3n,
        datasetmaxprice: 2n,
        workerpoolmaxprice: 10n,
        ...fields.request,
      }),
    ),
  }
}

/** Signs also what the SDK refuses to sign: other clients do. */
async function signUnasked<Kind extends OrderKind>(
  { house }: Shop,
  account: number,
  order: Order<Kind> & Order,
): Promise<Signed<Kind>> {
  const { chainId, hub } = house.chain
  return { ...order, sign: await accountOf(account).signTypedData(orderTypedData(order, orderDomain(chainId, hub))) }
}

/** What a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<IexecError> {
  return promise.then(
    () => {
      throw new Error('It was not refused.')
    },
    (error: unknown) => error as IexecError,
  )
}

export { addressOf }
