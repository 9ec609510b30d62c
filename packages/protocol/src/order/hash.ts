// Hashes of orders: what signatures are made over, and the key by which the hub knows an order.
//
// The words are laid out directly instead of through a general EIP-712 encoder: order books hash every order they see.
// The tests compare each hash with viem's hashTypedData.
import type { Hex } from 'viem'
import { keccak256, stringToHex } from 'viem/utils'
import type { OrderHash } from '../ids.ts'
import { addressWord, asText, bytes32Word, uint256Word, wordOf } from '../words.ts'
import type { Order, OrderKind } from './order.ts'
import {
  DOMAIN_NAME,
  DOMAIN_VERSION,
  ORDER_FIELDS,
  ORDER_TYPE_NAMES,
  checkDomain,
  fieldsOf,
  operationCode,
  orderValue,
} from './typedData.ts'
import type { OrderDomain, OrderField, OrderOperation } from './typedData.ts'

const TYPE_STRINGS: { readonly [Kind in OrderKind]: string } = {
  app: typeString('app'),
  dataset: typeString('dataset'),
  workerpool: typeString('workerpool'),
  request: typeString('request'),
}

/** keccak256 of the EIP-712 type string of the domain. */
export const DOMAIN_TYPEHASH: Hex = keccak256(
  stringToHex('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
)

/** keccak256 of the EIP-712 type string of each kind of order. */
export const ORDER_TYPEHASHES: { readonly [Kind in OrderKind]: Hex } = {
  app: keccak256(stringToHex(TYPE_STRINGS.app)),
  dataset: keccak256(stringToHex(TYPE_STRINGS.dataset)),
  workerpool: keccak256(stringToHex(TYPE_STRINGS.workerpool)),
  request: keccak256(stringToHex(TYPE_STRINGS.request)),
}

/** keccak256 of the EIP-712 type string of the operation on each kind of order. */
export const OPERATION_TYPEHASHES: { readonly [Kind in OrderKind]: Hex } = {
  app: operationTypehash('app'),
  dataset: operationTypehash('dataset'),
  workerpool: operationTypehash('workerpool'),
  request: operationTypehash('request'),
}

const NAME_WORD = stringWord(DOMAIN_NAME)
const VERSION_WORD = stringWord(DOMAIN_VERSION)

/**
 * EIP-712 hash of the domain: the hub's `eip712domain_separator()`.
 *
 * @throws InputError when the chain id or the address is malformed
 */
export function domainSeparator(domain: OrderDomain): Hex {
  const { chainId, verifyingContract } = checkDomain(domain)
  const words = [uint256Word(BigInt(chainId)), addressWord(verifyingContract)]
  return keccak256(`0x${bytes32Word(DOMAIN_TYPEHASH)}${NAME_WORD}${VERSION_WORD}${words.join('')}`)
}

/**
 * EIP-712 struct hash of an order, the same on every chain. The signature is not part of it.
 *
 * @throws InputError when a field does not fit its Solidity type
 */
export function structHash(order: Order): Hex {
  const words = fieldsOf(order).map((field) => fieldWord(order, field))
  return keccak256(`0x${bytes32Word(ORDER_TYPEHASHES[order.kind])}${words.join('')}`)
}

/**
 * The hash by which one hub knows an order: its owner signs it, and the hub counts its consumption under it.
 *
 * @throws InputError when a field does not fit its Solidity type
 * @example
 * hashOrder(order, orderDomain(chainId, hub)) // '0x…'
 */
export function hashOrder(order: Order, domain: OrderDomain): OrderHash {
  return underDomain(structHash(order), domain) as OrderHash
}

/**
 * EIP-712 struct hash of an operation on an order: (typehash, struct hash of the order, number of the operation).
 *
 * @throws InputError when a field of the order does not fit its Solidity type
 */
export function operationStructHash(order: Order, operation: OrderOperation): Hex {
  const struct = bytes32Word(structHash(order))
  const typehash = bytes32Word(OPERATION_TYPEHASHES[order.kind])
  return keccak256(`0x${typehash}${struct}${uint256Word(operationCode(operation))}`)
}

/**
 * What the owner signs so that anybody may carry out the operation for him.
 *
 * @throws InputError when a field of the order does not fit its Solidity type
 * @example
 * hashOperation(order, 'close', domain) // '0x…'
 */
export function hashOperation(order: Order, operation: OrderOperation, domain: OrderDomain): Hex {
  return underDomain(operationStructHash(order, operation), domain)
}

function underDomain(struct: Hex, domain: OrderDomain): Hex {
  return keccak256(`0x1901${bytes32Word(knownSeparator(domain))}${bytes32Word(struct)}`)
}

// A program talks to one hub, as a rule: without this, every order of a book would pay for hashing the same domain again.
function knownSeparator(domain: OrderDomain): Hex {
  const key = `${domain.chainId} ${domain.verifyingContract}`
  if (lastDomain.key !== key) lastDomain = { key, separator: domainSeparator(domain) }
  return lastDomain.separator
}

let lastDomain: { readonly key: string; readonly separator: Hex } = { key: '', separator: '0x' }

function fieldWord(order: Order, field: OrderField): string {
  const value = orderValue(order, field)
  return field.type === 'string' ? stringWord(asText(value)) : wordOf(field.type, value)
}

function stringWord(text: string): string {
  return keccak256(stringToHex(text)).slice(2)
}

function typeString(kind: OrderKind): string {
  return `${ORDER_TYPE_NAMES[kind]}(${ORDER_FIELDS[kind].map(({ type, name }) => `${type} ${name}`).join(',')})`
}

function operationTypehash(kind: OrderKind): Hex {
  const name = ORDER_TYPE_NAMES[kind]
  return keccak256(stringToHex(`${name}Operation(${name} order,uint256 operation)${TYPE_STRINGS[kind]}`))
}
