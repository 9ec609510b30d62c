// What operators of a workerpool sign, as the contract that owns the workerpool reads it (ERC-1271): the content first, then the
// key's signature over its hash. The contract sees nothing but a hash, and computes it again from the content.
import type { Address, Hex } from 'viem'
import { stringToHex } from 'viem/utils'
import type { TaskId } from '../ids.ts'
import { InputError } from '../inputError.ts'
import type { Order } from '../order/order.ts'
import { ORDER_FIELDS, orderValue } from '../order/typedData.ts'
import { addressDigits, asText, bytes32Word, uint256Word, wordOf, type WordType } from '../words.ts'
import { written } from '../written.ts'

/** How far ahead the end of an endpoint may lie that an operator signs: 30 days. The contract refuses a later one until then. */
export const OPERATOR_ENDPOINT_SECONDS: number = 30 * 24 * 60 * 60

const KEY_SIGNATURE = /^0x[0-9a-fA-F]{130}$/

/** A worker's permission to contribute, and an operator's signature over `authorizationMessageHash` of it. */
export type OperatorAuthorization = {
  readonly worker: Address
  readonly task: TaskId
  /** `NO_CHALLENGE` without a TEE. */
  readonly enclaveChallenge: Address
  /** 65 bytes, as `signMessage({ message: { raw: authorizationHash(…) } })` gives them. */
  readonly signature: Hex
}

/**
 * The permission as the hub takes it from a workerpool that a `PoolOperator` contract owns.
 *
 * @throws InputError when a value is malformed
 * @example
 * const signature = await operator.signMessage({ message: { raw: authorizationHash(worker, task, NO_CHALLENGE) } })
 * operatorAuthorization({ worker, task, enclaveChallenge: NO_CHALLENGE, signature }) // '0x01…', 138 bytes
 */
export function operatorAuthorization({ worker, task, enclaveChallenge, signature }: OperatorAuthorization): Hex {
  const content = `${addressDigits(worker)}${bytes32Word(task)}${addressDigits(enclaveChallenge)}`
  return `0x01${content}${keySignatureDigits(signature)}`
}

/**
 * The signature of a workerpool order, for its field `sign`, from an operator's signature over `hashOrder`.
 *
 * @param signature 65 bytes
 * @throws InputError when a value is malformed
 * @example
 * const signature = await operator.sign({ hash: hashOrder(order, domain) })
 * operatorOrderSignature(order, signature) // '0x02…', 386 bytes
 */
export function operatorOrderSignature(order: Order<'workerpool'>, signature: Hex): Hex {
  // No field of this kind is a text.
  const words = ORDER_FIELDS.workerpool.map((field) => wordOf(field.type as WordType, orderValue(order, field)))
  return `0x02${words.join('')}${keySignatureDigits(signature)}`
}

/**
 * The signature of a pool's endpoint, from an operator's signature over its EIP-712 hash.
 *
 * @param validUntil seconds since 1970, at most `OPERATOR_ENDPOINT_SECONDS` ahead
 * @param signature 65 bytes
 * @throws InputError when a value is malformed
 * @example
 * const signature = await operator.sign({ hash: hashPoolEndpoint(endpoint, chainId) })
 * operatorEndpointSignature(endpoint, signature) // '0x03…'
 */
export function operatorEndpointSignature(
  { apiUrl, validUntil }: { readonly apiUrl: string; readonly validUntil: number },
  signature: Hex,
): Hex {
  if (!Number.isSafeInteger(validUntil)) {
    throw new InputError({
      code: 'InvalidTime',
      given: written(validUntil),
      problem: 'it is not a whole number of seconds',
      hint: 'Give the seconds since 1970.',
    })
  }
  const content = `${uint256Word(BigInt(validUntil))}${stringToHex(asText(apiUrl)).slice(2)}`
  return `0x03${content}${keySignatureDigits(signature)}`
}

/**
 * The signature of a login to a market, from an operator's signature over the EIP-712 hash of the challenge. The account that
 * logs in is the contract.
 *
 * @param challenge the text of the challenge
 * @param signature 65 bytes
 * @throws InputError when a value is malformed
 * @example
 * const signature = await operator.sign({ hash: hashChallenge(challenge) })
 * operatorLoginSignature(challenge.message.challenge, signature) // '0x04…'
 */
export function operatorLoginSignature(challenge: string, signature: Hex): Hex {
  return `0x04${stringToHex(asText(challenge)).slice(2)}${keySignatureDigits(signature)}`
}

function keySignatureDigits(signature: Hex): string {
  if (typeof signature === 'string' && KEY_SIGNATURE.test(signature)) return signature.slice(2).toLowerCase()
  throw new InputError({
    code: 'InvalidSignature',
    given: written(signature),
    problem: 'it is not the signature of a key',
    hint: 'Give the 65 bytes of an ECDSA signature: r, s and v.',
  })
}
