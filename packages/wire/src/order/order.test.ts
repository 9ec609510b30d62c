// Orders as JSON: the exact words for what is wrong, and the way to the protocol and back.
import { ORDER_FIELDS, hashOrder, orderDomain, type Signed } from '@iexec/protocol'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { bytesToHex, getAddress } from 'viem/utils'
import { expect, test } from 'vitest'
import {
  WIRE_KINDS,
  kindOfWire,
  publishBody,
  read,
  toSignedOrder,
  toWireOrder,
  wireOfKind,
  wireOrder,
} from '../index.ts'
import type { WireKind, WireOrder } from '../index.ts'

const ADDRESS = getAddress(`0x${'ab'.repeat(20)}`)
const HASH: Hex = `0x${'cd'.repeat(32)}`

function hexOf(bytes: number): fc.Arbitrary<Hex> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => bytesToHex(array))
}

/** Any order of a kind, as people send it. */
function sentOrder(kind: WireKind): fc.Arbitrary<Record<string, unknown>> {
  const values = {
    address: hexOf(20),
    bytes32: hexOf(32),
    uint256: fc.maxSafeNat().map((n) => Math.max(n, 1)),
    string: fc.string(),
  }
  const fields = ORDER_FIELDS[kindOfWire(kind)].map(({ name, type }): [string, fc.Arbitrary<unknown>] => [
    name,
    values[type],
  ])
  return fc.record({ ...Object.fromEntries(fields), sign: hexOf(65) })
}

test.each(WIRE_KINDS)('an %s goes to the protocol and comes back the same, and keeps its hash', (kind) => {
  fc.assert(
    fc.property(sentOrder(kind), (sent) => {
      const order = read<WireOrder>(wireOrder[kind], sent)
      if (!order.ok) throw new Error(order.error)

      const signed = toSignedOrder(kind, order.value) as Signed

      expect(toWireOrder(signed)).toEqual(order.value)
      const asSent = toSignedOrder(kind, sent as unknown as WireOrder) as Signed
      const domain = orderDomain(1, ADDRESS)
      expect(hashOrder(signed, domain)).toBe(hashOrder(asSent, domain))
    }),
    { numRuns: 50 },
  )
})

const ORDER = {
  app: ADDRESS,
  appprice: 1,
  volume: 1,
  tag: HASH,
  datasetrestrict: ADDRESS,
  workerpoolrestrict: ADDRESS,
  requesterrestrict: ADDRESS,
  salt: HASH,
  sign: '0x',
}

test.each([
  [{ salt: undefined }, 'order.salt is a required field'],
  [{ volume: 0 }, 'order.volume must be greater than or equal to 1'],
  [{ volume: '0' }, 'order.volume must be greater than or equal to 1'],
  [{ appprice: -1 }, 'order.appprice must be greater than or equal to 0'],
  [{ appprice: 2 ** 53 }, `order.appprice must be less than or equal to ${Number.MAX_SAFE_INTEGER}`],
  [{ appprice: null }, 'order.appprice is a required field'],
  [
    { appprice: '' },
    'order.appprice must be a `number` type, but the final value was: `NaN` (cast from the value `""`).',
  ],
  [{ app: '0x12' }, 'order.app is not a valid ethereum address'],
  [{ tag: '0x12' }, 'order.tag must be a bytes32 hexstring'],
  [{ sign: '0x1' }, 'order.sign must be a hexstring'],
  [{ app: '0x12', salt: undefined }, 'order.app is not a valid ethereum address'],
])('of an order with %o it is told: %s', (fault, error) => {
  expect(read(publishBody.apporder, { order: { ...ORDER, ...fault } })).toEqual({ ok: false, error })
})

test('numbers may be text, addresses of any case get their checksum, hashes become lower case', () => {
  const sent = { ...ORDER, app: ADDRESS.toLowerCase(), volume: '3', tag: HASH.toUpperCase().replace('X', 'x'), more: 1 }

  expect(read(publishBody.apporder, { order: sent })).toEqual({ ok: true, value: { order: { ...ORDER, volume: 3 } } })
})

test('a request must have params, which may be empty', () => {
  const terms = { appmaxprice: 0, datasetmaxprice: 0, workerpoolmaxprice: 0, volume: 1, category: 0, trust: 0 }
  const named = Object.fromEntries(
    ['app', 'dataset', 'workerpool', 'requester', 'beneficiary', 'callback'].map((name) => [name, ADDRESS]),
  )
  const request = { ...terms, ...named, tag: HASH, salt: HASH, sign: '0x' }

  expect(read(publishBody.requestorder, { order: request })).toEqual({
    ok: false,
    error: 'order.params is a required field',
  })
  expect(read(publishBody.requestorder, { order: { ...request, params: '' } }).ok).toBe(true)
})

test('an order with a number beyond 2^53-1 cannot be said in JSON', () => {
  const signed = toSignedOrder('apporder', ORDER as WireOrder<'apporder'>)

  expect(toWireOrder({ ...signed, volume: 2n ** 53n - 1n })?.volume).toBe(Number.MAX_SAFE_INTEGER)
  expect(toWireOrder({ ...signed, volume: 2n ** 53n })).toBeUndefined()
})

test('kinds have a name on the wire and one in the protocol', () => {
  expect(WIRE_KINDS.map(kindOfWire)).toEqual(['app', 'dataset', 'workerpool', 'request'])
  expect(WIRE_KINDS.map((kind) => wireOfKind(kindOfWire(kind)))).toEqual(WIRE_KINDS)
})
