// A story in which everything happens that the hub can tell of: the same for every test that needs a busy chain.
import type { DealId, Order, TaskId } from '@iexec/protocol'
import {
  appOrder,
  broadcast,
  changePolicy,
  claim,
  closeFor,
  contribute,
  contributeAndFinalize,
  createApp,
  createDataset,
  createWorkerpool,
  datasetOrder,
  deposit,
  finalize,
  hubCall,
  initialize,
  manageOrder,
  match,
  type MatchWish,
  reopen,
  requestOrder,
  reveal,
  RLC,
  send,
  sign,
  type TestChain,
  transferAsset,
  warp,
  withdraw,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import type { Address } from 'viem'

/** The assets of the story. */
export type Furniture = { readonly app: Address; readonly dataset: Address; readonly workerpool: Address }

/** Seconds of category 0, by which all deadlines count. */
const T = 300

/** Registers one asset of each kind, and gives everybody a stake. */
export async function furnish(chain: TestChain): Promise<Furniture> {
  const furniture = {
    app: await createApp(chain, { mrenclave: '0x1234' }),
    dataset: await createDataset(chain),
    workerpool: await createWorkerpool(chain),
  }
  const people = ['requester', 'sponsor', 'scheduler', 'worker1', 'worker2', 'worker3', 'worker4'] as const
  for (const person of people) await deposit(chain, person, 10_000n * RLC)
  return furniture
}

/** What a deal of the story costs, and how many tasks it has. */
export type DealWish = {
  readonly trust?: bigint
  readonly volume?: bigint
  readonly withDataset?: boolean
  readonly sponsored?: boolean
}

/** Orders of the story that fit together. */
export function ordersFor(
  chain: TestChain,
  { app, dataset, workerpool }: Furniture,
  { trust = 1n, volume = 1n, withDataset = false, sponsored = false }: DealWish = {},
): MatchWish {
  const data = { dataset, datasetmaxprice: 3n * RLC }
  return {
    app: appOrder({ app, appprice: 2n * RLC, volume }),
    ...(withDataset ? { dataset: datasetOrder({ dataset, datasetprice: 3n * RLC, volume }) } : {}),
    workerpool: workerpoolOrder({ workerpool, workerpoolprice: 10n * RLC, volume, trust }),
    request: requestOrder({
      app,
      requester: chain.address('requester'),
      appmaxprice: 2n * RLC,
      workerpoolmaxprice: 10n * RLC,
      volume,
      trust,
      ...(withDataset ? data : {}),
    }),
    ...(sponsored ? { sponsor: 'sponsor' as const } : {}),
  }
}

/** Everything that can happen, one after the other; each step is a few blocks. */
export async function tellStory(chain: TestChain): Promise<Furniture> {
  const furniture = await furnish(chain)
  await consensusWithLiar(chain, furniture)
  await reopened(chain, furniture)
  await claimed(chain, furniture)
  await bagOfTasks(chain, furniture)
  await ordersOnChain(chain, furniture)
  await handOvers(chain, furniture)
  return furniture
}

const dealOf = async (chain: TestChain, furniture: Furniture, wish: DealWish): Promise<DealId> =>
  match(chain, ordersFor(chain, furniture, wish))

/** Three workers: two agree and prove it, one lies and is punished. */
async function consensusWithLiar(chain: TestChain, furniture: Furniture): Promise<TaskId> {
  const task = await initialize(chain, await dealOf(chain, furniture, { trust: 3n, withDataset: true }))
  await contribute(chain, task, { worker: 'worker1', result: 'wrong' })
  await contribute(chain, task, { worker: 'worker2' })
  await contribute(chain, task, { worker: 'worker3' })
  await contribute(chain, task, { worker: 'worker4' }).catch(() => undefined)
  for (const worker of ['worker2', 'worker3', 'worker4'] as const) {
    await reveal(chain, task, { worker }).catch(() => undefined)
  }
  await finalize(chain, task)
  return task
}

/** Nobody reveals, the task is reopened, and somebody else finishes it. */
async function reopened(chain: TestChain, furniture: Furniture): Promise<TaskId> {
  const task = await initialize(chain, await dealOf(chain, furniture, { sponsored: true }))
  await contribute(chain, task, { worker: 'worker1', result: 'forgotten' })
  await warp(chain, 2 * T)
  await reopen(chain, task)
  await contribute(chain, task, { worker: 'worker2' })
  await reveal(chain, task, { worker: 'worker2' })
  await finalize(chain, task)
  return task
}

/** A deal of three tasks: one is active, one revealing, one never begun when time is over. */
async function claimed(chain: TestChain, furniture: Furniture): Promise<void> {
  const deal = await dealOf(chain, furniture, { volume: 3n, trust: 2n })
  const [active, revealing] = [await initialize(chain, deal, 0n), await initialize(chain, deal, 1n)]
  await contribute(chain, active, { worker: 'worker1' })
  for (const worker of ['worker1', 'worker2', 'worker3'] as const) {
    await contribute(chain, revealing, { worker }).catch(() => undefined)
  }
  await reveal(chain, revealing, { worker: 'worker1' })
  await warp(chain, 10 * T)
  await claim(chain, active)
  await claim(chain, revealing)
}

/** Two deals of the same orders; tasks that are done in one transaction, one of them without a result; the kitty pays a bonus. */
export async function bagOfTasks(chain: TestChain, furniture: Furniture): Promise<void> {
  const orders = ordersFor(chain, furniture, { volume: 4n })
  const half = { ...orders, app: { ...orders.app, volume: 2n } }
  const first = await match(chain, half)
  const second = await match(chain, { ...orders, app: { ...orders.app, appprice: 1n * RLC } })
  await contributeAndFinalize(chain, await initialize(chain, first, 0n), { worker: 'worker1', result: 'APP_EXITED' })
  await contributeAndFinalize(chain, await initialize(chain, second, 2n), { worker: 'worker2', callback: '0x1234' })
}

/** Orders of each kind that are approved, closed and told to everybody on chain, rightly and wrongly. */
async function ordersOnChain(chain: TestChain, { app, dataset, workerpool }: Furniture): Promise<void> {
  const ofEachKind = (): readonly Order[] => [
    appOrder({ app, volume: 7n }),
    datasetOrder({ dataset }),
    workerpoolOrder({ workerpool }),
    requestOrder({ app, requester: chain.address('requester') }),
  ]
  for (const order of ofEachKind()) {
    await manageOrder(chain, 'sign', { order })
    await broadcast(chain, { ...order, sign: '0x' })
  }
  for (const order of ofEachKind()) await closeFor(chain, order)
  for (const order of ofEachKind()) await manageOrder(chain, 'close', { order })
  for (const order of ofEachKind()) await broadcast(chain, await sign(chain, order))
  await broadcast(chain, await sign(chain, appOrder({ app }), 'stranger'))
  await broadcast(chain, await sign(chain, appOrder({ app, volume: 2n ** 60n })))
}

/** Assets change hands and policies, and stakes are taken back. */
async function handOvers(chain: TestChain, { app, workerpool }: Furniture): Promise<void> {
  await changePolicy(chain, workerpool, { stakeRatio: 50n, rewardRatio: 7n })
  await transferAsset(chain, 'app', { asset: app, from: 'appOwner', to: 'stranger' })
  await transferAsset(chain, 'app', { asset: app, from: 'stranger', to: 'appOwner' })
  await withdraw(chain, 'worker4', 10n * RLC)
  const approval = { functionName: 'approve', args: [chain.address('stranger'), RLC] }
  await send(chain, hubCall(chain, 'worker4', approval))
}
