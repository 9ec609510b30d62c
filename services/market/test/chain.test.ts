import { hubAbi } from '@iexec/protocol/abi'
import {
  appOrder,
  contribute,
  createApp,
  createWorkerpool,
  deposit,
  finalize,
  headOf,
  initialize,
  match,
  requestOrder,
  reveal,
  RLC,
  rollBack,
  startChainWithMarket,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import { expect, test } from 'vitest'

test('The test market carries a request to its result, and can forget its youngest blocks', async ({
  onTestFinished,
}) => {
  const chain = await startChainWithMarket()
  onTestFinished(chain.stop)
  const [app, workerpool] = [await createApp(chain), await createWorkerpool(chain)]
  for (const person of ['requester', 'scheduler', 'worker1'] as const) await deposit(chain, person, 10n * RLC)
  const price = { workerpool, workerpoolprice: RLC }
  const request = requestOrder({ app, requester: chain.address('requester'), workerpoolmaxprice: RLC })

  const deal = await match(chain, { app: appOrder({ app }), workerpool: workerpoolOrder(price), request })
  const task = await initialize(chain, deal)
  await contribute(chain, task, { worker: 'worker1' })
  await reveal(chain, task, { worker: 'worker1' })
  await finalize(chain, task)
  const before = await headOf(chain)

  const view = { address: chain.contracts.hub, abi: hubAbi, functionName: 'viewTask', args: [task] } as const
  expect((await chain.market.owner.readContract(view)).status).toBe(3)
  await rollBack(chain, 1)
  expect(await headOf(chain)).toBe(before - 1)
  expect((await chain.market.owner.readContract(view)).status).toBe(2)
})
