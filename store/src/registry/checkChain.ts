// Checks a listing against the chain: that what it lists is there, is what it says, belongs to whom it says, and is for sale.
import { formatRlc } from '@iexec/protocol'
import { createIexec, IexecError, type ChainSettings, type Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import { shownFile, type CheckedListing } from './checkFiles.ts'
import type { FileFault } from './jsonFile.ts'

/** What came of asking the chains. */
export type CheckedChain = {
  readonly faults: readonly FileFault[]
  /** What could not be looked at, and is no fault of the listing. */
  readonly notes: readonly string[]
}

/** Opens chains, each once. */
export type Chains = (chainId: number) => Promise<Iexec> | undefined

/** The chains that can be asked. */
export function openChains(settings: readonly ChainSettings[]): Chains {
  const opened = new Map<number, Promise<Iexec>>()
  return (chainId) => {
    const chain = settings.find((one) => one.chainId === chainId)
    if (chain === undefined) return undefined
    const known = opened.get(chainId) ?? createIexec({ chain })
    opened.set(chainId, known)
    return known
  }
}

/** A sentence about a value of iexec.json. */
type Wrong = { readonly path: readonly string[]; readonly sentence: string }
type Registered = Readonly<Partial<Record<'name' | 'type' | 'multiaddr' | 'checksum' | 'description', string>>> & {
  readonly owner: Address
}

/**
 * Asks every chain on which a listing says to be.
 *
 * @example
 * await checkChain(listing, openChains(KNOWN_CHAINS))
 */
export async function checkChain(listing: CheckedListing, chains: Chains): Promise<CheckedChain> {
  const { folder, kind, deployed } = listing
  const places = Object.entries(deployed[kind] ?? {}).map(([chainId, address]) => [Number(chainId), address] as const)
  if (places.length === 0) return { faults: [], notes: [`${folder.org}/${folder.name} is deployed nowhere yet.`] }
  const checked = await Promise.all(
    places.map(async ([chainId, address]) => checkPlace(listing, { chainId, address, chains })),
  )
  return { faults: checked.flatMap(({ faults }) => faults), notes: checked.flatMap(({ notes }) => notes) }
}

type Place = { readonly chainId: number; readonly address: Address; readonly chains: Chains }

async function checkPlace(listing: CheckedListing, { chainId, address, chains }: Place): Promise<CheckedChain> {
  const { folder, kind, lineOf } = listing
  const opening = chains(chainId)
  const what = `${folder.org}/${folder.name} on chain ${chainId}`
  if (opening === undefined) {
    return {
      faults: [],
      notes: [`${what} was not looked at: this chain is not known here. --network names one of this machine.`],
    }
  }
  const placed = (sentence: string): FileFault => ({
    file: shownFile(folder, 'deployed.json'),
    line: lineOf('deployed.json', [kind, String(chainId)]),
    sentence,
  })
  try {
    const iexec = await opening
    const registered: Registered = await showListed(iexec, kind, address)
    const wrong = [
      ...compare(listing, registered, chainId),
      ...(await compareOrders(listing, { iexec, address, chainId })),
    ]
    const faults = wrong.map(({ path, sentence }) => ({
      file: shownFile(folder, 'iexec.json'),
      line: lineOf('iexec.json', path),
      sentence,
    }))
    return { faults, notes: [] }
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    if (error.code === 'NotFound')
      return { faults: [placed(`There is no ${kind} at ${address} on chain ${chainId}.`)], notes: [] }
    if (error.code === 'NotConfigured') {
      return { faults: [], notes: [`Whether ${what} is for sale was not looked at: its market is not known here.`] }
    }
    return { faults: [placed(`Chain ${chainId} could not be asked: ${error.message}`)], notes: [] }
  }
}

async function showListed(iexec: Iexec, kind: CheckedListing['kind'], address: Address): Promise<Registered> {
  if (kind === 'app') return iexec.apps.show(address)
  if (kind === 'dataset') return iexec.datasets.show(address)
  return iexec.workerpools.show(address)
}

function compare({ kind, iexec }: CheckedListing, registered: Registered, chainId: number): readonly Wrong[] {
  const listed: Readonly<Record<string, unknown>> = iexec[kind] ?? {}
  const found: Readonly<Record<string, unknown>> = registered
  return ['owner', 'name', 'type', 'multiaddr', 'checksum', 'description'].flatMap((key) => {
    const [says, is] = [listed[key], found[key]]
    if (typeof says !== 'string' || typeof is !== 'string' || isSame(says, is)) return []
    return [{ path: [kind, key], sentence: `"${kind}.${key}" is ${says}, and on chain ${chainId} it is ${is}.` }]
  })
}

/** Letters of hex are written in both sizes. */
function isSame(one: string, other: string): boolean {
  return isHex(one) && isHex(other) ? one.toLowerCase() === other.toLowerCase() : one === other
}

type Book = { readonly iexec: Iexec; readonly address: Address; readonly chainId: number }

function isHex(text: string): boolean {
  return /^0x[\da-f]*$/iu.test(text)
}

/** Somebody must be able to buy it, for no more than the listing says. */
async function compareOrders(
  { kind, price }: CheckedListing,
  { iexec, address, chainId }: Book,
): Promise<readonly Wrong[]> {
  const cheapest = await cheapestPrice(iexec, kind, address)
  if (cheapest === undefined) {
    const sentence = `This ${kind} is not for sale on chain ${chainId}: it has no open order. iexec ${kind} publish ${address} makes one.`
    return [{ path: [kind], sentence }]
  }
  if (price === undefined || cheapest <= price) return []
  const sentence = `"${kind}.price" is ${formatRlc(price)}, and its cheapest open order on chain ${chainId} asks ${formatRlc(cheapest)}.`
  return [{ path: [kind, 'price'], sentence }]
}

async function cheapestPrice(
  iexec: Iexec,
  kind: CheckedListing['kind'],
  address: Address,
): Promise<bigint | undefined> {
  if (kind === 'app') return (await iexec.orderbooks.fetch('app', { app: address })).items[0]?.order.appprice
  if (kind === 'dataset')
    return (await iexec.orderbooks.fetch('dataset', { dataset: address })).items[0]?.order.datasetprice
  return (await iexec.orderbooks.fetch('workerpool', { workerpool: address })).items[0]?.order.workerpoolprice
}
