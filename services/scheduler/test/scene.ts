// A pool on a real market: an app that is free, deals at any trust, and the workers of the test.
import { keyOf } from '@iexec/chain/test/anvil'
import { asTaskId, decodeTask, taskId, type DealId, type TaskId, type TaskRecord } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import {
  PEOPLE,
  RLC,
  buyTasks,
  createApp,
  createWorkerpool,
  deposit,
  startChainWithMarket,
  type Person,
  type TestChain,
} from '@iexec/service/test/chain'
import type { Address, Hex } from 'viem'
import { privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { startSchedulerProcess, type SchedulerOptions, type SchedulerProcess } from './process.ts'
import { startSimulatedWorker, type SimulatedBehaviour, type SimulatedWorker } from './simulatedWorker.ts'

/** A pool of a test. */
export type Scene = {
  readonly chain: TestChain
  readonly pool: Address
  readonly app: Address
  readonly keyOf: (person: Person) => Hex
  readonly accountOf: (person: Person) => PrivateKeyAccount
  /** Makes a deal of the pool. */
  readonly deal: (terms?: DealTerms) => Promise<DealId>
  readonly readTask: (task: Hex) => Promise<TaskRecord>
  readonly taskOf: (deal: DealId, index?: number) => TaskId
  readonly startScheduler: (options?: Partial<SchedulerOptions>) => Promise<SchedulerProcess>
  readonly startWorker: (person: Person, url: string, behaviour?: SimulatedBehaviour) => SimulatedWorker
  readonly stop: () => Promise<void>
}

/** Terms that matter to a test. */
export type DealTerms = {
  readonly trust?: bigint
  readonly volume?: bigint
  readonly price?: bigint
  readonly category?: bigint
  readonly callback?: Address
  /** Instead of the scene's own. */
  readonly app?: Address
}

/** The workers of every scene. */
export const WORKERS = ['worker1', 'worker2', 'worker3', 'worker4'] as const

/** Starts a chain with a market and a pool; all have staked. */
export async function startScene(): Promise<Scene> {
  const chain = await startChainWithMarket()
  const pool = await createWorkerpool(chain)
  const app = await createApp(chain, { type: 'WASM' })
  for (const person of ['requester', 'scheduler', ...WORKERS] as const) await deposit(chain, person, 100_000n * RLC)
  return {
    chain,
    pool,
    app,
    keyOf: keyOfPerson,
    accountOf: (person) => privateKeyToAccount(keyOfPerson(person)),
    deal: async ({ price = 0n, ...terms } = {}) =>
      buyTasks(chain, { app, workerpool: pool, workerpoolprice: price, ...terms }),
    readTask: async (task) => {
      const { owner } = chain.market
      const asked = { address: chain.contracts.hub, abi: hubAbi } as const
      return decodeTask(asTaskId(task), await owner.readContract({ ...asked, functionName: 'viewTask', args: [task] }))
    },
    taskOf: (deal, index = 0) => taskId(deal, BigInt(index)),
    startScheduler: async (options = {}) =>
      startSchedulerProcess({
        rpc: chain.url,
        hub: chain.contracts.hub,
        pool,
        key: keyOfPerson('scheduler'),
        ...options,
      }),
    startWorker: (person, url, behaviour = {}) =>
      startSimulatedWorker({ url, rpc: chain.url, account: privateKeyToAccount(keyOfPerson(person)), ...behaviour }),
    stop: chain.stop,
  }
}

function keyOfPerson(person: Person): Hex {
  return keyOf(PEOPLE[person])
}

/** Waits until the chain says so; the test's own timeout bounds it. */
export async function untilTask(
  scene: Scene,
  task: Hex,
  isThere: (record: TaskRecord) => boolean,
): Promise<TaskRecord> {
  for (;;) {
    const record = await scene.readTask(task)
    if (isThere(record)) return record
    await new Promise((resolve) => {
      setTimeout(resolve, 30)
    })
  }
}
