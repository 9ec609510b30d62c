// Four orders that make a deal, and the state in which they do: what tests bend in one place at a time.
import type { Address, Hex } from 'viem'
import { asInstant, asOrderHash } from '../src/ids.ts'
import type { MatchOrders } from '../src/deal/volume.ts'
import type { MatchState } from '../src/deal/matchState.ts'
import { NO_ADDRESS } from '../src/order/terms.ts'
import { NO_TAG } from '../src/tag.ts'

/** Parties and assets, one address each. */
export const APP: Address = '0x00000000000000000000000000000000000000a1'
export const DATASET: Address = '0x00000000000000000000000000000000000000d1'
export const POOL: Address = '0x00000000000000000000000000000000000000b1'
export const APP_OWNER: Address = '0x00000000000000000000000000000000000000a0'
export const DATASET_OWNER: Address = '0x00000000000000000000000000000000000000d0'
export const POOL_OWNER: Address = '0x00000000000000000000000000000000000000b0'
export const REQUESTER: Address = '0x00000000000000000000000000000000000000c0'
export const STRANGER: Address = '0x00000000000000000000000000000000000000ee'

/** A tag from its bits. */
export function tagOf(bits: bigint): Hex {
  return `0x${bits.toString(16).padStart(64, '0')}`
}

/** App for 3, dataset for 5, workerpool for 100 nRLC; volumes 10, 9, 8 and 7; trust 4; category 1. */
export const ORDERS: MatchOrders = {
  app: {
    kind: 'app',
    app: APP,
    appprice: 3n,
    volume: 10n,
    tag: NO_TAG,
    datasetrestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: tagOf(1n),
  },
  dataset: {
    kind: 'dataset',
    dataset: DATASET,
    datasetprice: 5n,
    volume: 9n,
    tag: NO_TAG,
    apprestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: tagOf(2n),
  },
  workerpool: {
    kind: 'workerpool',
    workerpool: POOL,
    workerpoolprice: 100n,
    volume: 8n,
    tag: NO_TAG,
    category: 1n,
    trust: 4n,
    apprestrict: NO_ADDRESS,
    datasetrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: tagOf(3n),
  },
  request: {
    kind: 'request',
    app: APP,
    appmaxprice: 3n,
    dataset: DATASET,
    datasetmaxprice: 5n,
    workerpool: NO_ADDRESS,
    workerpoolmaxprice: 100n,
    requester: REQUESTER,
    volume: 7n,
    tag: NO_TAG,
    category: 1n,
    trust: 4n,
    beneficiary: REQUESTER,
    callback: NO_ADDRESS,
    params: '{}',
    salt: tagOf(4n),
  },
}

/** Everything signed and registered, five categories, exactly the stakes that seven tasks need. */
export const STATE: MatchState = {
  now: asInstant(1000n),
  orders: {
    app: { hash: asOrderHash(tagOf(11n)), consumed: 0n, signedBy: APP_OWNER, presignedBy: undefined },
    dataset: { hash: asOrderHash(tagOf(12n)), consumed: 0n, signedBy: DATASET_OWNER, presignedBy: undefined },
    workerpool: { hash: asOrderHash(tagOf(13n)), consumed: 0n, signedBy: POOL_OWNER, presignedBy: undefined },
    request: { hash: asOrderHash(tagOf(14n)), consumed: 0n, signedBy: REQUESTER, presignedBy: undefined },
  },
  owners: { app: APP_OWNER, dataset: DATASET_OWNER, workerpool: POOL_OWNER },
  memberships: [],
  categories: [300n, 1200n, 3600n, 10_800n, 36_000n],
  policy: { workerStakeRatio: 30n, schedulerRewardRatio: 1n },
  sponsor: REQUESTER,
  freeStakes: new Map([
    [REQUESTER, 756n],
    [POOL_OWNER, 210n],
  ]),
  teeBroker: NO_ADDRESS,
}

/** The orders with some fields of some of them changed. */
export function bend(change: { readonly [Kind in keyof MatchOrders]?: Partial<MatchOrders[Kind]> }): MatchOrders {
  return {
    app: { ...ORDERS.app, ...change.app },
    dataset: { ...ORDERS.dataset, ...change.dataset },
    workerpool: { ...ORDERS.workerpool, ...change.workerpool },
    request: { ...ORDERS.request, ...change.request },
  }
}
