// The functions of the hub that take one order, for all kinds alike.
import { ORDER_FIELDS, ORDER_TYPE_NAMES, type OrderKind } from '@iexec/protocol'
import type { Abi, AbiFunction, AbiParameter } from 'viem'

/** An order with its signature, as the hub takes it. */
function orderTuple(kind: OrderKind, name: string): AbiParameter {
  return { name, type: 'tuple', components: [...ORDER_FIELDS[kind], { name: 'sign', type: 'bytes' }] }
}

function callable(name: string, inputs: readonly AbiParameter[], outputs: readonly AbiParameter[]): AbiFunction {
  return { type: 'function', name, stateMutability: 'nonpayable', inputs, outputs }
}

/** `broadcast<Kind>Order(order)`: tells everybody of an order. */
export function broadcastAbi(kind: OrderKind): Abi {
  return [callable(`broadcast${ORDER_TYPE_NAMES[kind]}`, [orderTuple(kind, '_order')], [])]
}

/** `manage<Kind>Order((order, operation, sign))`: signs an order on chain, or closes it for good. */
export function manageAbi(kind: OrderKind): Abi {
  const components = [orderTuple(kind, 'order'), { name: 'operation', type: 'uint8' }, { name: 'sign', type: 'bytes' }]
  return [callable(`manage${ORDER_TYPE_NAMES[kind]}`, [{ name: '_operation', type: 'tuple', components }], [])]
}

const FOUR_ORDERS: readonly AbiParameter[] = [
  orderTuple('app', 'appOrder'),
  orderTuple('dataset', 'datasetOrder'),
  orderTuple('workerpool', 'workerpoolOrder'),
  orderTuple('request', 'requestOrder'),
]
const DEAL_ID: readonly AbiParameter[] = [{ name: '', type: 'bytes32' }]

/** `matchOrders` and `sponsorMatchOrders`: make a deal that the requester pays, or the caller. */
export const MATCH_ABI: Abi = [
  callable('matchOrders', FOUR_ORDERS, DEAL_ID),
  callable('sponsorMatchOrders', FOUR_ORDERS, DEAL_ID),
]
