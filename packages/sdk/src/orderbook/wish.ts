// What a requester wishes for, before he knows of any order.
import { NO_ADDRESS, encodeTag, isSameAddress } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import { requireKnownFields } from '../error/knownFields.ts'
import type { TagInput } from '../order/createOrder.ts'

/** What a requester wishes for. Prices in nRLC for one task; one that is left out is without limit. */
export type OrderWish = {
  readonly app: Address
  readonly dataset?: Address | undefined
  /** Only this workerpool, or a member of this group. */
  readonly workerpool?: Address | undefined
  /** Whom the orders must let in; the signer when left out. */
  readonly requester?: Address | undefined
  /** 0 when left out. */
  readonly category?: bigint | undefined
  readonly tag?: TagInput | undefined
  /** 0 when left out. */
  readonly trust?: bigint | undefined
  /** Tasks; 1 when left out. */
  readonly volume?: bigint | undefined
  readonly appmaxprice?: bigint | undefined
  readonly datasetmaxprice?: bigint | undefined
  readonly workerpoolmaxprice?: bigint | undefined
  /** The most for one task, all orders together. */
  readonly maxprice?: bigint | undefined
}

/** A wish with everything said, checked. */
export type CheckedWish = {
  readonly app: Address
  readonly dataset: Address
  readonly workerpool: Address
  /** The zero address: nobody in particular. */
  readonly requester: Address
  readonly category: bigint
  readonly tag: Hex
  readonly trust: bigint
  readonly volume: bigint
  readonly appmaxprice: bigint | undefined
  readonly datasetmaxprice: bigint | undefined
  readonly workerpoolmaxprice: bigint | undefined
  readonly maxprice: bigint | undefined
}

const MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** @throws IexecError `InvalidInput` */
export function checkWish(context: Context, wish: OrderWish): CheckedWish {
  const { appmaxprice, datasetmaxprice, workerpoolmaxprice, maxprice } = wish
  const { category = 0n, trust = 0n, volume = 1n } = wish
  const numbers = { category, trust, volume, appmaxprice, datasetmaxprice, workerpoolmaxprice, maxprice }
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (value >= (name === 'volume' ? 1n : 0n) && value <= MAX)) continue
    throw new IexecError('InvalidInput', `The ${name} of the wish is ${value}, and no market can look for that.`, {
      details: { code: 'InvalidWish', field: name, given: value },
    })
  }
  const checked = {
    category,
    trust,
    volume,
    appmaxprice,
    datasetmaxprice,
    workerpoolmaxprice,
    maxprice,
    app: requireAddress(wish.app),
    dataset: requireAddress(wish.dataset ?? NO_ADDRESS),
    workerpool: requireAddress(wish.workerpool ?? NO_ADDRESS),
    requester: requireAddress(wish.requester ?? context.signer?.address ?? NO_ADDRESS),
    tag: tagOf(wish.tag ?? ''),
  }
  requireKnownFields(wish, Object.keys(checked), 'the wish')
  return checked
}

/** The wish as a market is asked for it: what is nothing in particular is left out. */
export function wishQuery(
  context: Context,
  { app, dataset, workerpool, requester, ...numbers }: CheckedWish,
): Readonly<Record<string, string | number | bigint | undefined>> {
  const { chainId } = context.chain
  return { chainId, app, dataset: said(dataset), workerpool: said(workerpool), requester: said(requester), ...numbers }
}

function tagOf(tag: TagInput): Hex {
  try {
    return encodeTag(tag)
  } catch (error) {
    throw asIexecError(error)
  }
}

function said(address: Address): Address | undefined {
  return isSameAddress(address, NO_ADDRESS) ? undefined : address
}
