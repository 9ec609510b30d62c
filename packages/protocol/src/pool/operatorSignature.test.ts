import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import { concat, encodePacked, size, slice, toHex } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyAddress } from '../../test/arbitraries.ts'
import json from '../../vectors/operatorSignatures.json' with { type: 'json' }
import { NO_CHALLENGE, authorizationMessageHash } from '../contribution/authorization.ts'
import { asTaskId } from '../ids.ts'
import { hashOrder } from '../order/hash.ts'
import type { Order } from '../order/order.ts'
import { orderDomain } from '../order/typedData.ts'
import {
  operatorAuthorization,
  operatorEndpointSignature,
  operatorLoginSignature,
  operatorOrderSignature,
} from './operatorSignature.ts'

type Vector = { readonly hash: Hex; readonly keySignature: Hex; readonly signature: Hex }
type Vectors = {
  readonly chainId: Hex
  readonly hub: Address
  readonly permissions: readonly (Vector & {
    readonly worker: Address
    readonly taskId: Hex
    readonly enclaveChallenge: Address
  })[]
  readonly orders: readonly (Vector & { readonly [field: string]: Hex })[]
  readonly logins: readonly (Vector & { readonly challenge: string })[]
  readonly endpoints: readonly (Vector & { readonly apiUrl: string; readonly validUntil: Hex })[]
}

const vectors = json as unknown as Vectors
const anyKeySignature = fc.uint8Array({ minLength: 65, maxLength: 65 }).map((bytes) => toHex(bytes))
const task = asTaskId(`0x${'11'.repeat(32)}`)
const worker: Address = `0x${'22'.repeat(20)}`

describe('the bytes are those that the contract accepts in contracts/test/vectors', () => {
  test.for(vectors.permissions)('of the permission for $worker', (vector) => {
    const { enclaveChallenge, keySignature: signature } = vector
    const one = { worker: vector.worker, task: asTaskId(vector.taskId), enclaveChallenge }

    expect(authorizationMessageHash(one.worker, one.task, enclaveChallenge)).toBe(vector.hash)
    expect(operatorAuthorization({ ...one, signature })).toBe(vector.signature)
  })

  test.for(vectors.orders)('of the order with salt $salt', (vector) => {
    const order = orderOf(vector)

    expect(hashOrder(order, orderDomain(Number(vectors.chainId), vectors.hub))).toBe(vector.hash)
    expect(operatorOrderSignature(order, vector.keySignature)).toBe(vector.signature)
  })

  test.for(vectors.endpoints)('of the endpoint "$apiUrl"', ({ apiUrl, validUntil, keySignature, signature }) => {
    expect(operatorEndpointSignature({ apiUrl, validUntil: Number(validUntil) }, keySignature)).toBe(signature)
  })

  test.for(vectors.logins)('of the login "$challenge"', ({ challenge, keySignature, signature }) => {
    expect(operatorLoginSignature(challenge, keySignature)).toBe(signature)
  })
})

test('the signature of the key is what every kind ends with, behind the content', () => {
  fc.assert(
    fc.property(anyAddress, fc.webUrl(), anyKeySignature, (account, apiUrl, signature) => {
      const permission = { worker: account, task, enclaveChallenge: NO_CHALLENGE, signature }
      const bytes = operatorAuthorization(permission)
      const endpoint = operatorEndpointSignature({ apiUrl, validUntil: 7 }, signature)

      expect(slice(bytes, -65)).toBe(signature)
      expect(size(bytes)).toBe(1 + 20 + 32 + 20 + 65)
      expect(endpoint).toBe(concat(['0x03', encodePacked(['uint256', 'string'], [7n, apiUrl]), signature]))
    }),
  )
})

test('what is no signature of a key, or no content, is refused', () => {
  const signature: Hex = `0x${'33'.repeat(65)}`
  const permission = { worker, task, enclaveChallenge: NO_CHALLENGE, signature }

  expect(() => operatorAuthorization({ ...permission, signature: `0x${'33'.repeat(64)}` })).toThrow(
    expect.objectContaining({ code: 'InvalidSignature' }),
  )
  expect(() => operatorAuthorization({ ...permission, worker: '0x' })).toThrow(
    expect.objectContaining({ code: 'InvalidAddress' }),
  )
  expect(() => operatorEndpointSignature({ apiUrl: 'http://a', validUntil: 0.5 }, signature)).toThrow(
    expect.objectContaining({ code: 'InvalidTime' }),
  )
})

function orderOf({
  workerpool = '0x',
  tag = '0x',
  salt = '0x',
  ...fields
}: Vectors['orders'][number]): Order<'workerpool'> {
  const { apprestrict = '0x', datasetrestrict = '0x', requesterrestrict = '0x' } = fields
  const number = (name: string): bigint => BigInt(fields[name] ?? '0x')
  return {
    kind: 'workerpool',
    workerpool,
    workerpoolprice: number('workerpoolprice'),
    volume: number('volume'),
    tag,
    category: number('category'),
    trust: number('trust'),
    apprestrict,
    datasetrestrict,
    requesterrestrict,
    salt,
  }
}
