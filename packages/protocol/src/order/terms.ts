// What any order says, whatever its kind: whose asset it sells, at what price, and whom it lets in.
import type { Address } from 'viem'
import { unreachable } from '../unreachable.ts'
import type { Order, Signed } from './order.ts'

/** The address that stands for "nobody in particular": no dataset, no restriction, no callback. */
export const NO_ADDRESS: Address = '0x0000000000000000000000000000000000000000'

/** An order that sells an asset: every kind but the request. */
export type SellOrder = Order<'app' | 'dataset' | 'workerpool'>

/** The sides of a deal that an order can restrict. */
export type RestrictedSide = 'app' | 'dataset' | 'workerpool' | 'requester'

/** Whom an order lets in, for each side that it restricts: that address itself, or the members of that group contract. */
export type Restrictions = { readonly [Side in RestrictedSide]?: Address }

/** What takes the place of the dataset order in a match without a dataset. It needs no signature and is never consumed. */
export const NO_DATASET_ORDER: Signed<'dataset'> = {
  kind: 'dataset',
  dataset: NO_ADDRESS,
  datasetprice: 0n,
  volume: 0n,
  tag: '0x0000000000000000000000000000000000000000000000000000000000000000',
  apprestrict: NO_ADDRESS,
  workerpoolrestrict: NO_ADDRESS,
  requesterrestrict: NO_ADDRESS,
  salt: '0x0000000000000000000000000000000000000000000000000000000000000000',
  sign: '0x',
}

/** The asset that an order sells. Its owner on chain must have signed the order. */
export function orderAsset(order: SellOrder): Address {
  switch (order.kind) {
    case 'app':
      return order.app
    case 'dataset':
      return order.dataset
    case 'workerpool':
      return order.workerpool
    default:
      return unreachable(order)
  }
}

/** What an order asks for one task, in nRLC. */
export function orderPrice(order: SellOrder): bigint {
  switch (order.kind) {
    case 'app':
      return order.appprice
    case 'dataset':
      return order.datasetprice
    case 'workerpool':
      return order.workerpoolprice
    default:
      return unreachable(order)
  }
}

/**
 * The restrictions in force: sides with the zero address are open to everybody and left out.
 *
 * The app and the dataset of a request are what it asks for, not restrictions; its workerpool is one.
 *
 * @example
 * orderRestrictions({ ...appOrder, requesterrestrict: alice }) // { requester: alice }
 */
export function orderRestrictions(order: Order): Restrictions {
  switch (order.kind) {
    case 'app':
      return inForce({
        dataset: order.datasetrestrict,
        workerpool: order.workerpoolrestrict,
        requester: order.requesterrestrict,
      })
    case 'dataset':
      return inForce({
        app: order.apprestrict,
        workerpool: order.workerpoolrestrict,
        requester: order.requesterrestrict,
      })
    case 'workerpool':
      return inForce({ app: order.apprestrict, dataset: order.datasetrestrict, requester: order.requesterrestrict })
    case 'request':
      return inForce({ workerpool: order.workerpool })
    default:
      return unreachable(order)
  }
}

/** Whether two addresses are the same account, whatever their upper and lower case. */
export function isSameAddress(one: Address, other: Address): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function inForce(restrictions: Restrictions): Restrictions {
  return Object.fromEntries(Object.entries(restrictions).filter(([, address]) => !isSameAddress(address, NO_ADDRESS)))
}
