// Keeps the pool's orders on the market as the price list says, and tells there where the pool's API is.
import { randomBytes } from 'node:crypto'
import { NO_ADDRESS, decodeTag, hashOrder, orderDomain, type Order, type Signed } from '@iexec/protocol'
import { hubAbi, poolOperatorAbi } from '@iexec/protocol/abi'
import type { Sender } from '@iexec/chain'
import { whenAborted, type Database } from '@iexec/service'
import { encodeFunctionData, type Address, type Client, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import type { Authority } from '../authority.ts'
import type { Schema } from '../book/schema.ts'
import { upsert } from '../book/store.ts'
import type { Hub, LimitsOf } from '../chain/hub.ts'
import type { WorkerSnapshot } from '../decide/snapshot.ts'
import type { Storages } from '../result/watchStorages.ts'
import type { MarketClient } from './marketClient.ts'
import { readTimeref, requireCategories } from './categories.ts'
import { canReach, planOrders, type KnownOrder } from './plan.ts'
import { nameOf, readPrices, type Price } from './prices.ts'

/** What selling takes. */
export type SaleParts = {
  readonly market: MarketClient
  readonly database: Database<Schema>
  readonly client: Client
  readonly hub: Hub
  readonly chainId: number
  readonly authority: Authority
  readonly sender: Pick<Sender, 'send'>
  readonly workerpool: Address
  readonly limits: LimitsOf
  /** File with the price list; undefined: nothing is sold. */
  readonly prices: string | undefined
  readonly publicUrl: string | undefined
  readonly workers: () => readonly WorkerSnapshot[]
  /** Nothing is offered while none of them takes results. */
  readonly storages: Pick<Storages, 'trouble' | 'seen' | 'onTurn'>
  readonly onNews: (news: SaleNews) => void
}

/** What an operator hears of selling. */
export type SaleNews =
  | { readonly type: 'sold as listed' }
  | { readonly type: 'not sold'; readonly what: string; readonly reason: string }

/** Selling that goes on. */
export type Sale = {
  /** Workers or storages came or went, or something was bought. */
  readonly look: () => void
  readonly run: (signal: AbortSignal) => Promise<void>
}

const PAUSE_MS = 30_000
/** What comes and goes in a moment is looked at once. */
const SETTLE_MS = 1_000

/** Prepares selling. */
export function openSale(parts: SaleParts): Sale {
  let wake: (() => void) | undefined
  let isDue = true
  const look = (): void => {
    isDue = true
    wake?.()
  }
  return {
    look,
    run: async (signal) => {
      await Promise.race([parts.storages.seen, whenAborted(signal)])
      signal.addEventListener('abort', parts.storages.onTurn(look), { once: true })
      while (!signal.aborted) {
        isDue = false
        await sellOnce(parts)
        await pause(SETTLE_MS, signal)
        if (isDue) continue
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, PAUSE_MS)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          signal.addEventListener('abort', wake, { once: true })
        })
      }
    },
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}

/** Looks once, and does what is missing. What a market refuses is told, and tried again later. */
async function sellOnce(parts: SaleParts): Promise<void> {
  const { onNews } = parts
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      onNews({ type: 'not sold', what, reason: error instanceof Error ? error.message : String(error) })
      return false
    }
  }
  const isTold = await attempt('the address of the API', async () => tellEndpoint(parts))
  const isSold = parts.prices === undefined || (await attempt('the price list', async () => keepOrders(parts, attempt)))
  if (isTold && isSold) onNews({ type: 'sold as listed' })
}

const DAY_S = 86_400
/** An operator may sign for 30 days; the clock of the chain may be behind. */
const ENDPOINT_S = 29 * DAY_S

async function tellEndpoint({ market, workerpool, publicUrl }: SaleParts): Promise<void> {
  if (publicUrl === undefined) return
  const now = Math.floor(Date.now() / 1_000)
  const known = await market.readEndpoint(workerpool)
  if (known?.apiUrl === publicUrl && known.validUntil > now + ENDPOINT_S / 2) return
  // Of two the later one holds.
  const validUntil = Math.max(now + ENDPOINT_S, (known?.validUntil ?? 0) + 1)
  await market.tellEndpoint({ workerpool, apiUrl: publicUrl, validUntil })
}

type Stored = { readonly order: Signed<'workerpool'>; readonly known: KnownOrder }

async function keepOrders(
  parts: SaleParts,
  attempt: (what: string, work: () => Promise<void>) => Promise<boolean>,
): Promise<void> {
  const { prices: file = '', market } = parts
  const prices = await readPrices(file)
  const stored = await readStored(parts)
  const workers = parts.workers()
  const able = new Map<Price, boolean>()
  for (const price of prices) able.set(price, await isAble(parts, workers, price))
  await attempt('the price list', async () => requireCategories(parts.hub, file, prices))
  const plan = planOrders({
    prices,
    known: stored.map(({ known }) => known),
    isAble: (price) => able.get(price) === true,
  })
  const orderOf = (hash: Hex): Signed<'workerpool'> | undefined =>
    stored.find(({ known }) => known.hash === hash)?.order
  for (const hash of [...plan.withdraw, ...plan.close]) {
    await attempt(`order ${hash}`, async () => {
      if (stored.find(({ known }) => known.hash === hash)?.known.isOnMarket === true) await market.unpublish(hash)
    })
  }
  for (const hash of plan.close) {
    const order = orderOf(hash)
    if (order !== undefined) await attempt(`order ${hash}`, async () => closeOrder(parts, hash, order))
  }
  for (const hash of plan.publishAgain) {
    const order = orderOf(hash)
    if (order !== undefined) await attempt(`order ${hash}`, async () => market.publish(order))
  }
  for (const { price, volume } of plan.publish) {
    await attempt(nameOf(price), async () => publishNew(parts, price, volume))
  }
}

async function isAble(
  { hub, limits, storages }: SaleParts,
  workers: readonly WorkerSnapshot[],
  price: Price,
): Promise<boolean> {
  if (storages.trouble() !== undefined) return false
  const { names } = decodeTag(price.tag)
  const timeref = await readTimeref(hub, price.category)
  // It is told apart: other entries are sold.
  if (timeref === undefined) return false
  const { cpus, memoryBytes } = limits(timeref)
  const requirement = { cpus, memoryBytes, gpu: names.includes('gpu'), network: names.includes('network') }
  return canReach(workers, requirement, price.trust)
}

/** The orders that were signed before, with what is left of them, as chain and market say. */
async function readStored({ database, client, hub, market }: SaleParts): Promise<readonly Stored[]> {
  const rows = await database.read.selectFrom('pool_order').selectAll().where('state', '=', 'open').execute()
  return Promise.all(
    rows.map(async ({ hash, name, body }) => {
      const order = fromJson(body)
      const asked = { address: hub.address, abi: hubAbi, functionName: 'viewConsumed', args: [hash] } as const
      const [consumed, isOnMarket] = await Promise.all([readContract(client, asked), market.isOpen(hash)])
      const left = order.volume - consumed
      const remaining = left > 0n ? Number(left) : 0
      if (remaining === 0) await note({ database }, { hash: hash, name, order, state: 'ended' })
      const { workerpoolprice, volume } = order
      return {
        order,
        known: { hash: hash, name, price: workerpoolprice, volume: Number(volume), remaining, isOnMarket },
      }
    }),
  )
}

async function publishNew(parts: SaleParts, price: Price, volume: number): Promise<void> {
  const { authority, chainId, hub, workerpool, market } = parts
  const order: Order<'workerpool'> = {
    kind: 'workerpool',
    workerpool,
    workerpoolprice: price.price,
    volume: BigInt(volume),
    tag: price.tag,
    category: BigInt(price.category),
    trust: BigInt(price.trust),
    apprestrict: NO_ADDRESS,
    datasetrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: `0x${randomBytes(32).toString('hex')}`,
  }
  const signed = await authority.signOrder(order)
  const hash = hashOrder(order, orderDomain(chainId, hub.address))
  // Before it is anywhere: what is signed must be known when it has to be taken back.
  await note(parts, { hash, name: nameOf(price), order: signed, state: 'open' })
  try {
    await market.publish(signed)
  } catch (error) {
    if (isRefusal(error)) await note(parts, { hash, name: nameOf(price), order: signed, state: 'refused' })
    throw error
  }
}

/** Refused for good: nobody else has seen it. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error && Number(error.status) >= 400 && Number(error.status) < 500
}

/** Somebody may have a copy: only the chain ends an order. */
async function closeOrder(parts: SaleParts, hash: Hex, order: Signed<'workerpool'>): Promise<void> {
  const { authority, sender, hub } = parts
  const { kind: _, ...fields } = order
  const data =
    authority.kind === 'owner'
      ? encodeFunctionData({
          abi: hubAbi,
          functionName: 'manageWorkerpoolOrder',
          args: [{ order: fields, operation: 1, sign: '0x' }],
        })
      : encodeFunctionData({ abi: poolOperatorAbi, functionName: 'closeOrder', args: [fields] })
  const to = authority.kind === 'owner' ? hub.address : authority.door
  const outcome = await sender.send({ to, data, label: `close ${hash}` })
  if (outcome.kind === 'refused') throw new Error(outcome.refusal.sentence)
  if (outcome.kind === 'mined') await note(parts, { hash, name: '', order, state: 'closed' })
}

async function note(
  { database }: Pick<SaleParts, 'database'>,
  {
    hash,
    name,
    order,
    state,
  }: { readonly hash: Hex; readonly name: string; readonly order: Signed<'workerpool'>; readonly state: string },
): Promise<void> {
  const body = JSON.stringify(order, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  const row = { hash, name, state, body, changed_at: Date.now() }
  await database.write(async (writer) => upsert(writer, 'pool_order', { keys: ['hash'], rows: [row] }))
}

function fromJson(body: string): Signed<'workerpool'> {
  return JSON.parse(body, (_, value: unknown) =>
    typeof value === 'string' && /^\d+n$/u.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as Signed<'workerpool'>
}
