// A market on which things happen: an app, a workerpool, deals, and workers who answer, all by real transactions.
import { NO_ADDRESS, authorizationHash, sealVote, taskId, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, sha256, stringToHex, type Abi, type Address, type Hex } from 'viem'
import {
  createAppOrder,
  createRequestOrder,
  createWorkerpoolOrder,
  type NewRequestOrder,
} from '../src/order/createOrder.ts'
import { matchOrders } from '../src/order/matchOrders.ts'
import { signOrder } from '../src/order/signOrder.ts'
import type { ChainSettings } from '../src/chain/chainSettings.ts'
import type { Iexec } from '../src/createIexec.ts'
import { requireSigner } from '../src/signer/signer.ts'
import { startSdkMarket, type SdkMarket } from './market.ts'
import { finishTask } from './worker.ts'

/** Without its names: tests call functions by their own. */
const HUB: Abi = hubAbi

/** Accounts of anvil. */
export const PEOPLE = {
  requester: 1,
  scheduler: 3,
  appOwner: 4,
  stranger: 5,
  worker1: 6,
  worker2: 7,
  worker3: 8,
} as const
/** Who somebody is. */
export type Person = keyof typeof PEOPLE

/** A market with something for sale. */
export type Scene = {
  readonly market: SdkMarket
  readonly app: Address
  readonly workerpool: Address
  readonly user: (person: Person, services?: Partial<ChainSettings>) => Promise<Iexec>
  /** Makes a deal; the workerpool's price is nRLC for one task. */
  readonly makeDeal: (wish?: Partial<NewRequestOrder> & { readonly price?: bigint }) => Promise<DealId>
  readonly initialize: (deal: DealId, index?: bigint) => Promise<TaskId>
  readonly contribute: (task: TaskId, worker: Person, digest: Hex) => Promise<void>
  readonly reveal: (task: TaskId, worker: Person, digest: Hex) => Promise<void>
  readonly finalize: (task: TaskId, results: string, callback?: Hex) => Promise<void>
  /** All of it by one worker, for a deal with a trust of 1. */
  readonly complete: (deal: DealId, index: bigint, result: TestResult) => Promise<TaskId>
  /** Lets time pass on the chain, and mines a block. */
  readonly warp: (seconds: bigint) => Promise<void>
  readonly stop: () => Promise<void>
}

/** What a worker answers. */
export type TestResult = { readonly digest: Hex; readonly link: string; readonly callback?: Hex }

/** A digest for tests that do not care which. */
export function digestOf(text: string): Hex {
  return sha256(stringToHex(text))
}

/**
 * Starts a market, and puts a free app and a workerpool on it.
 *
 * @example
 * const scene = await startScene()
 * const deal = await scene.makeDeal({ volume: 3n })
 * await scene.stop()
 */
export async function startScene(): Promise<Scene> {
  const market = await startSdkMarket()
  const clients = new Map<string, Promise<Iexec>>()
  const user = async (person: Person, services?: Partial<ChainSettings>): Promise<Iexec> => {
    if (services !== undefined) return market.user(PEOPLE[person], services)
    const known = clients.get(person) ?? market.user(PEOPLE[person])
    clients.set(person, known)
    return known
  }
  const [appOwner, scheduler] = await Promise.all([user('appOwner'), user('scheduler')])
  const checksum = digestOf('image')
  const { address: app } = await appOwner.apps.deploy({ name: 'app', multiaddr: 'docker.io/me/app:1', checksum })
  const { address: workerpool } = await scheduler.workerpools.deploy({ description: 'pool' })
  const send = async (person: Person, functionName: string, args: readonly unknown[]): Promise<void> => {
    const { context } = await user(person)
    const data = encodeFunctionData({ abi: HUB, functionName, args })
    await requireSigner(context).send({ to: context.contracts.hub, data, label: functionName })
  }
  const addressOf = async (person: Person): Promise<Address> => requireSigner((await user(person)).context).address
  const authorize = async (worker: Person, task: TaskId): Promise<Hex> =>
    requireSigner(scheduler.context).signMessage(authorizationHash(await addressOf(worker), task, NO_ADDRESS))
  return {
    market,
    app,
    workerpool,
    user,
    makeDeal: async ({ price = 0n, ...wish } = {}) => {
      const requester = await user('requester')
      const { volume = 1n, trust = 0n, category = 0n, tag = '' } = wish
      const request = { ...wish, app, workerpoolmaxprice: price }
      const { dealId } = await matchOrders(requester.context, {
        app: await signOrder(appOwner.context, createAppOrder(appOwner.context, { app, tag })),
        workerpool: await signOrder(
          scheduler.context,
          createWorkerpoolOrder(scheduler.context, {
            workerpool,
            workerpoolprice: price,
            volume,
            trust,
            category,
            tag,
          }),
        ),
        request: await signOrder(requester.context, createRequestOrder(requester.context, request)),
      })
      return dealId
    },
    initialize: async (deal, index = 0n) => {
      await send('stranger', 'initialize', [deal, index])
      return taskId(deal, index)
    },
    contribute: async (task, worker, digest) => {
      const { resultHash, resultSeal } = sealVote(await addressOf(worker), task, digest)
      await send(worker, 'contribute', [task, resultHash, resultSeal, NO_ADDRESS, '0x', await authorize(worker, task)])
    },
    reveal: async (task, worker, digest) => send(worker, 'reveal', [task, digest]),
    finalize: async (task, results, callback = '0x') =>
      send('scheduler', 'finalize', [task, stringToHex(results), callback]),
    complete: async (deal, index, result) =>
      finishTask({ worker: await user('worker1'), scheduler }, { deal, index, ...result }),
    warp: async (seconds) => {
      await market.owner.increaseTime({ seconds: Number(seconds) })
      await market.owner.mine({ blocks: 1 })
    },
    stop: market.stop,
  }
}
