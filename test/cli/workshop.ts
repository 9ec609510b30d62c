// A shop in which runs are bought and done: an app and computing for sale, a storage for results, and a worker who answers.
import { createHash } from 'node:crypto'
import { accountOf } from '@iexec/chain/test/anvil'
import { encodeResultLink, ipfsLink, type DealId, type TaskId } from '@iexec/protocol'
import { createIexec, type ChainSettings } from '@iexec/sdk'
import { finishTask, startStorage, zipOf, type TestStorage } from '@iexec/sdk/test/market'
import { hexToString, type Hex } from 'viem'
import { deskOf, type OwnDesk } from '../desk.ts'
import { addressOf, openShop, type Shop } from '../sdk/shop.ts'

/** nRLC for one task, to the owner of the app. */
export const APP_PRICE = 3n
/** nRLC for one task, to the owner of the workerpool and the worker. */
export const POOL_PRICE = 10n

/** An account of anvil that works. */
const WORKER = 9

/** A shop, and who works in it. */
export type Workshop = {
  readonly shop: Shop
  readonly storage: TestStorage
  /** A desk of an account of anvil, on a chain with a storage; more keys of the chain in chain.json may be given. */
  readonly sit: (account: number, keys?: Readonly<Record<string, string>>) => OwnDesk
  /** Free nRLC of an account on the market. */
  readonly stakeOf: (account: number) => Promise<bigint>
  /** Does the work of a task: its result is an archive with result.txt. */
  readonly work: (deal: Hex, text: string, index?: bigint) => Promise<TaskId>
  /** Lets time pass on the chain until tasks of category 0 can be claimed. */
  readonly passDeadline: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Opens a workshop on a market of its own.
 *
 * @example
 * const { sit, shop } = await openWorkshop()
 * await sit(REQUESTER).iexec(['app', 'run', shop.app, '--force'])
 */
export async function openWorkshop(): Promise<Workshop> {
  const shop = await openShop()
  const storage = await startStorage()
  const { house, appOwner, poolOwner, app, workerpool } = shop
  const worker = await createIexec({ chain: house.chain, account: accountOf(WORKER), pollingMs: 20 })
  await house.give(WORKER, 1_000n)
  await worker.account.deposit(1_000n)
  await appOwner.orders.publish(await appOwner.orders.sign(appOwner.orders.createApp({ app, appprice: APP_PRICE })))
  const pool = poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: POOL_PRICE, volume: 50n, trust: 1n })
  await poolOwner.orders.publish(await poolOwner.orders.sign(pool))
  return {
    shop,
    storage,
    sit: (account, keys = {}) => sitDown(account, house.chain, { ipfsGateway: storage.url, ...keys }),
    stakeOf: async (account) => (await shop.requester.account.show(addressOf(account))).stake,
    work: async (deal, text, index = 0n) => {
      const link = hexToString(encodeResultLink(ipfsLink(await storage.add(zipOf({ 'result.txt': text })))))
      const task = { deal: deal as DealId, index, digest: digestOf(text), link }
      return finishTask({ worker, scheduler: poolOwner }, task)
    },
    passDeadline: async () => {
      await house.owner.increaseTime({ seconds: 3_000 })
      await house.owner.mine({ blocks: 1 })
    },
    stop: async () => {
      await storage.stop()
      await house.stop()
    },
  }
}

function sitDown(account: number, chain: ChainSettings, keys: Readonly<Record<string, string>>): OwnDesk {
  const desk = deskOf(account, chain)
  const { chains, ...rest } = desk.read('chain.json') as { readonly chains: Readonly<Record<string, object>> }
  desk.write('chain.json', { ...rest, chains: { [chain.name]: { ...chains[chain.name], ...keys } } })
  return desk
}

/** Of an archive with result.txt alone: the sha256 of the list of its files. */
function digestOf(text: string): Hex {
  return `0x${sha256(`result.txt\0${text.length}\0${sha256(text)}\n`)}`
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
