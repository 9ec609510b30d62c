// A market with many owners, and as many signed orders of them as anybody wants: the same in every run.
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import {
  NO_ADDRESS,
  NO_TAG,
  encodeTag,
  hashOrder,
  orderDomain,
  type Order,
  type OrderDomain,
  type OrderKind,
} from '@iexec/protocol'
import { appRegistryAbi, datasetRegistryAbi, hubAbi, rlcAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import { toWireOrder, type WireKind, type WireOrder } from '@iexec/wire'
import { encodeFunctionData, getAddress, toHex, type Address, type Hex } from 'viem'
import { fastWallet, type FastWallet } from './wallet.ts'

/** One owner with an asset of each kind. */
export type Owner = {
  readonly wallet: FastWallet
  readonly app: Address
  readonly dataset: Address
  readonly workerpool: Address
}

/** A market on an anvil, with owners. */
export type BookMarket = {
  readonly market: TestMarket
  readonly domain: OrderDomain
  readonly owners: readonly Owner[]
}

/** A signed order, ready to be published by its owner. */
export type Offer = { readonly kind: WireKind; readonly owner: Owner; readonly order: WireOrder }

const STAKE = 1_000_000_000_000n

/** Starts a market, registers an app, a dataset and a pool for each owner, and gives each a stake. */
export async function startBookMarket(count: number): Promise<BookMarket> {
  const market = await startMarket()
  const { addresses, owner: payer } = market
  const wallets = Array.from({ length: count }, (_, n) => fastWallet(n))
  const write = async (to: Address, data: Hex): Promise<void> => {
    const hash = await payer.sendTransaction({ to, data, gas: 25_000_000n })
    await payer.waitForTransactionReceipt({ hash })
  }
  const owners: Owner[] = []
  for (const [n, wallet] of wallets.entries()) owners.push(await registerAssets(market, wallet, n))
  await write(
    addresses.token,
    encodeFunctionData({ abi: rlcAbi, functionName: 'approve', args: [addresses.hub, 2n ** 90n] }),
  )
  await write(
    addresses.hub,
    encodeFunctionData({
      abi: hubAbi,
      functionName: 'depositForArray',
      args: [wallets.map(() => STAKE), wallets.map(({ address }) => address)],
    }),
  )
  return { market, domain: orderDomain(addresses.chainId, addresses.hub), owners }
}

async function registerAssets({ addresses, owner: payer }: TestMarket, wallet: FastWallet, n: number): Promise<Owner> {
  const [owner, name, checksum] = [wallet.address, `asset ${n}`, toHex(n, { size: 32 })]
  /** Creates an entry, and returns where it is: its token, in the first log, is its address as a number. */
  const create = async (to: Address, data: Hex): Promise<Address> => {
    const hash = await payer.sendTransaction({ to, data })
    const { logs } = await payer.waitForTransactionReceipt({ hash })
    return getAddress(`0x${logs[0]?.topics[3]?.slice(-40) ?? ''}`)
  }
  const appArgs = [owner, name, 'DOCKER', '0x', checksum, '0x'] as const
  const datasetArgs = [owner, name, '0x', checksum] as const
  return {
    wallet,
    app: await create(
      addresses.appregistry,
      encodeFunctionData({ abi: appRegistryAbi, functionName: 'createApp', args: appArgs }),
    ),
    dataset: await create(
      addresses.datasetregistry,
      encodeFunctionData({ abi: datasetRegistryAbi, functionName: 'createDataset', args: datasetArgs }),
    ),
    workerpool: await create(
      addresses.workerpoolregistry,
      encodeFunctionData({ abi: workerpoolRegistryAbi, functionName: 'createWorkerpool', args: [owner, name] }),
    ),
  }
}

/** What the nth order of a book is: four pool orders to four app orders to one dataset order to one request order. */
const KINDS: readonly OrderKind[] = [
  'workerpool',
  'app',
  'workerpool',
  'app',
  'dataset',
  'workerpool',
  'app',
  'workerpool',
  'app',
  'request',
]

/**
 * The nth order of the book. The first are an app order per owner, open to everybody, without which no request would be let in. Then prices, tags, trusts and restrictions vary, so that the cheap ones often do not fit.
 *
 * @example
 * makeOffer(bookMarket, 7).order // signed by its owner
 */
export function makeOffer({ owners, domain }: BookMarket, n: number): Offer {
  const first = owners[n]
  const kind = first === undefined ? (KINDS[n % KINDS.length] ?? 'app') : 'app'
  const owner = first ?? pick(owners, n, 7)
  const order = {
    ...fieldsOf({ kind, owner, owners, n }),
    ...(first === undefined ? {} : { requesterrestrict: NO_ADDRESS }),
  }
  const sign = owner.wallet.sign(hashOrder(order, domain))
  const wire = toWireOrder({ ...order, sign })
  if (wire === undefined) throw new Error(`Order ${n} has a number beyond 2^53 - 1.`)
  return { kind: `${kind}order`, owner, order: wire }
}

type Recipe = { readonly kind: OrderKind; readonly owner: Owner; readonly owners: readonly Owner[]; readonly n: number }

function fieldsOf({ kind, owner, owners, n }: Recipe): Order {
  const salt = toHex(n, { size: 32 })
  const price = BigInt(mix(n, 1) % 1000)
  // Every fourth order is restricted to somebody.
  const requesterrestrict = mix(n, 2) % 4 === 0 ? pick(owners, n, 3).wallet.address : NO_ADDRESS
  const tag = mix(n, 3) % 8 === 0 ? encodeTag('gpu') : NO_TAG
  const volume = BigInt(1 + (mix(n, 4) % 1000))
  const open = { datasetrestrict: NO_ADDRESS, workerpoolrestrict: NO_ADDRESS, apprestrict: NO_ADDRESS }
  switch (kind) {
    case 'app':
      return {
        kind,
        app: owner.app,
        appprice: price,
        volume,
        tag: NO_TAG,
        ...without(open, 'apprestrict'),
        requesterrestrict,
        salt,
      }
    case 'dataset':
      return {
        kind,
        dataset: owner.dataset,
        datasetprice: price,
        volume,
        tag: NO_TAG,
        ...without(open, 'datasetrestrict'),
        requesterrestrict,
        salt,
      }
    case 'workerpool':
      return {
        kind,
        workerpool: owner.workerpool,
        workerpoolprice: price,
        volume,
        tag,
        category: BigInt(mix(n, 5) % 5),
        trust: BigInt(mix(n, 6) % 20),
        apprestrict: NO_ADDRESS,
        datasetrestrict: NO_ADDRESS,
        requesterrestrict,
        salt,
      }
    case 'request':
      return {
        kind,
        app: owner.app,
        appmaxprice: 1000n,
        dataset: NO_ADDRESS,
        datasetmaxprice: 0n,
        workerpool: NO_ADDRESS,
        workerpoolmaxprice: price,
        requester: owner.wallet.address,
        volume: 1n,
        tag: NO_TAG,
        category: BigInt(mix(n, 5) % 5),
        trust: 1n,
        beneficiary: owner.wallet.address,
        callback: NO_ADDRESS,
        params: '{}',
        salt,
      }
  }
}

function without<Fields extends object, Name extends keyof Fields>(fields: Fields, name: Name): Omit<Fields, Name> {
  const { [name]: _, ...rest } = fields
  return rest
}

/** A number that looks random and is the same in every run (the finaliser of MurmurHash3). */
export function mix(n: number, stream: number): number {
  let h = Math.imul(n + 1, 0x9e37_79b1) ^ Math.imul(stream, 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function pick(owners: readonly Owner[], n: number, stream: number): Owner {
  const owner = owners[mix(n, stream) % owners.length]
  if (owner === undefined) throw new Error('A market needs an owner.')
  return owner
}
