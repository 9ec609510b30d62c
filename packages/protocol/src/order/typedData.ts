// What people sign: the EIP-712 types of the four orders and of the operations on them, and the data a wallet shows.
import type { Address } from 'viem'
import { InputError } from '../inputError.ts'
import { addressDigits, asText, wordOf } from '../words.ts'
import { written } from '../written.ts'
import type { Order, OrderFields, OrderKind } from './order.ts'

/** Name and version that every hub signs under. They never change: a change would void every signature people already have. */
export const DOMAIN_NAME = 'iExecODB'
export const DOMAIN_VERSION = '5.0.0'

/** The EIP-712 domain of one hub on one chain: an order signed under it is worth nothing anywhere else. */
export type OrderDomain = {
  readonly name: typeof DOMAIN_NAME
  readonly version: typeof DOMAIN_VERSION
  readonly chainId: number
  readonly verifyingContract: Address
}

/**
 * The domain of the hub at an address.
 *
 * @throws InputError `InvalidChainId` or `InvalidAddress`
 * @example
 * orderDomain(42161, '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0')
 */
export function orderDomain(chainId: number, hub: Address): OrderDomain {
  return checkDomain({ name: DOMAIN_NAME, version: DOMAIN_VERSION, chainId, verifyingContract: hub })
}

/**
 * The same domain, when there can be one like it.
 *
 * @throws InputError `InvalidChainId` or `InvalidAddress`
 */
export function checkDomain(domain: OrderDomain): OrderDomain {
  const { chainId, verifyingContract } = domain
  addressDigits(verifyingContract)
  if (Number.isSafeInteger(chainId) && chainId >= 0) return domain
  throw new InputError({
    code: 'InvalidChainId',
    given: written(chainId),
    problem: 'it is not the id of a chain',
    hint: 'Give a whole number, such as 42161 for Arbitrum.',
  })
}

/** Name of each kind of order in EIP-712 and in Solidity. */
export const ORDER_TYPE_NAMES = {
  app: 'AppOrder',
  dataset: 'DatasetOrder',
  workerpool: 'WorkerpoolOrder',
  request: 'RequestOrder',
} as const

/** One field of an EIP-712 struct. */
export type TypedField = { readonly name: string; readonly type: string }

/** Solidity types that occur in orders. */
export type OrderFieldType = 'address' | 'uint256' | 'bytes32' | 'string'

/** One field of an order, in the place where it is hashed. */
export type OrderField<Kind extends OrderKind = OrderKind> = {
  readonly [K in Kind]: { readonly name: keyof OrderFields[K] & string; readonly type: OrderFieldType }
}[Kind]

/** The fields of each kind of order, in the order in which they are hashed and passed to the hub. */
export const ORDER_FIELDS: { readonly [Kind in OrderKind]: readonly OrderField<Kind>[] } = {
  app: [
    { name: 'app', type: 'address' },
    { name: 'appprice', type: 'uint256' },
    { name: 'volume', type: 'uint256' },
    { name: 'tag', type: 'bytes32' },
    { name: 'datasetrestrict', type: 'address' },
    { name: 'workerpoolrestrict', type: 'address' },
    { name: 'requesterrestrict', type: 'address' },
    { name: 'salt', type: 'bytes32' },
  ],
  dataset: [
    { name: 'dataset', type: 'address' },
    { name: 'datasetprice', type: 'uint256' },
    { name: 'volume', type: 'uint256' },
    { name: 'tag', type: 'bytes32' },
    { name: 'apprestrict', type: 'address' },
    { name: 'workerpoolrestrict', type: 'address' },
    { name: 'requesterrestrict', type: 'address' },
    { name: 'salt', type: 'bytes32' },
  ],
  workerpool: [
    { name: 'workerpool', type: 'address' },
    { name: 'workerpoolprice', type: 'uint256' },
    { name: 'volume', type: 'uint256' },
    { name: 'tag', type: 'bytes32' },
    { name: 'category', type: 'uint256' },
    { name: 'trust', type: 'uint256' },
    { name: 'apprestrict', type: 'address' },
    { name: 'datasetrestrict', type: 'address' },
    { name: 'requesterrestrict', type: 'address' },
    { name: 'salt', type: 'bytes32' },
  ],
  request: [
    { name: 'app', type: 'address' },
    { name: 'appmaxprice', type: 'uint256' },
    { name: 'dataset', type: 'address' },
    { name: 'datasetmaxprice', type: 'uint256' },
    { name: 'workerpool', type: 'address' },
    { name: 'workerpoolmaxprice', type: 'uint256' },
    { name: 'requester', type: 'address' },
    { name: 'volume', type: 'uint256' },
    { name: 'tag', type: 'bytes32' },
    { name: 'category', type: 'uint256' },
    { name: 'trust', type: 'uint256' },
    { name: 'beneficiary', type: 'address' },
    { name: 'callback', type: 'address' },
    { name: 'params', type: 'string' },
    { name: 'salt', type: 'bytes32' },
  ],
}

const DOMAIN_FIELDS: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]

/**
 * The fields of an order.
 *
 * @throws InputError `InvalidOrder` when it is no object, `InvalidOrderKind` when its kind is none of the four
 */
export function fieldsOf(order: Order): readonly OrderField[] {
  // Orders come from strangers, too.
  const given: unknown = order
  if (typeof given !== 'object' || given === null) {
    throw new InputError({
      code: 'InvalidOrder',
      given: written(given),
      problem: 'it is not an order',
      hint: 'Give an object with the kind and the fields of the order.',
    })
  }
  if (Object.hasOwn(ORDER_FIELDS, order.kind)) return ORDER_FIELDS[order.kind]
  throw new InputError({
    code: 'InvalidOrderKind',
    given: written(order.kind),
    problem: 'no order has this kind',
    hint: `Use ${Object.keys(ORDER_FIELDS).join(', ')}.`,
  })
}

/** What can be done to an order on chain: sign it (approve without a signature), or close it for good. */
export type OrderOperation = 'sign' | 'close'

/** Number of each operation in the ABI and in EIP-712. */
export const OPERATION_CODES: { readonly [Operation in OrderOperation]: bigint } = { sign: 0n, close: 1n }

/**
 * The number of an operation.
 *
 * @throws InputError `InvalidOperation` when there is none of this name
 */
export function operationCode(operation: OrderOperation): bigint {
  if (Object.hasOwn(OPERATION_CODES, operation)) return OPERATION_CODES[operation]
  throw new InputError({
    code: 'InvalidOperation',
    given: written(operation),
    problem: 'nothing of this name can be done to an order',
    hint: `Use ${Object.keys(OPERATION_CODES).join(' or ')}.`,
  })
}

/** Values of an order or operation as a wallet shows them, by field name. */
export type TypedMessage = { readonly [field: string]: bigint | string | TypedMessage }

/** Everything that viem's `signTypedData` and `hashTypedData` need; `writeTypedData` makes of it what a wallet takes. */
export type OrderTypedData = {
  readonly domain: OrderDomain
  readonly types: { readonly [name: string]: readonly TypedField[] }
  readonly primaryType: string
  readonly message: TypedMessage
}

/**
 * What the owner of an order signs to offer it.
 *
 * @throws InputError when a field does not fit its Solidity type, as `hashOrder` does
 * @example
 * const sign = await wallet.signTypedData(orderTypedData(order, domain))
 */
export function orderTypedData(order: Order, domain: OrderDomain): OrderTypedData {
  const message = orderMessage(order)
  return {
    domain: checkDomain(domain),
    types: { EIP712Domain: DOMAIN_FIELDS, [ORDER_TYPE_NAMES[order.kind]]: ORDER_FIELDS[order.kind] },
    primaryType: ORDER_TYPE_NAMES[order.kind],
    message,
  }
}

/**
 * What the owner of an order signs so that somebody else may close it, or presign it, in his name.
 *
 * @throws InputError when a field does not fit its Solidity type, as `hashOperation` does
 * @example
 * const sign = await wallet.signTypedData(operationTypedData(order, 'close', domain))
 */
export function operationTypedData(order: Order, operation: OrderOperation, domain: OrderDomain): OrderTypedData {
  const message = { order: orderMessage(order), operation: operationCode(operation) }
  const orderType = ORDER_TYPE_NAMES[order.kind]
  return {
    domain: checkDomain(domain),
    types: {
      EIP712Domain: DOMAIN_FIELDS,
      [`${orderType}Operation`]: [
        { name: 'order', type: orderType },
        { name: 'operation', type: 'uint256' },
      ],
      [orderType]: ORDER_FIELDS[order.kind],
    },
    primaryType: `${orderType}Operation`,
    message,
  }
}

/**
 * Typed data as the JSON text that a wallet takes (EIP-1193, `eth_signTypedData_v4`): JSON knows no bigint, so whole numbers
 * are decimal texts. Both forms have the same hash.
 *
 * @example
 * const data = writeTypedData(orderTypedData(order, domain))
 * const sign = await provider.request({ method: 'eth_signTypedData_v4', params: [owner, data] })
 */
export function writeTypedData(data: OrderTypedData): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
}

/**
 * The value of one field of an order: a bigint for a uint256, else a string.
 *
 * @throws InputError `MissingField` when the order comes from outside the types and lacks the field
 * @example
 * orderValue(order, { name: 'volume', type: 'uint256' }) // 1n
 */
export function orderValue(order: Order, field: OrderField): bigint | string {
  const values: { readonly [name: string]: bigint | string } = order
  const value = values[field.name]
  if (value !== undefined) return value
  throw new InputError({
    code: 'MissingField',
    given: field.name,
    problem: `this ${order.kind} order has no such field`,
    hint: `Give all of ${ORDER_FIELDS[order.kind].map(({ name }) => name).join(', ')}.`,
  })
}

function orderMessage(order: Order): TypedMessage {
  return Object.fromEntries(fieldsOf(order).map((field) => [field.name, checkedValue(order, field)]))
}

function checkedValue(order: Order, field: OrderField): bigint | string {
  const value = orderValue(order, field)
  if (field.type === 'string') asText(value)
  else wordOf(field.type, value)
  return value
}
