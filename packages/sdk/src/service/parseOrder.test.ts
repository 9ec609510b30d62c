// An order that travels as JSON comes back as it was, and no change of it goes unnoticed: for any order.
import { ORDER_FIELDS, hashOrder, orderDomain, type OrderKind, type Signed } from '@iexec/protocol'
import { toWireOrder } from '@iexec/wire'
import { assert, constantFrom, property, string, uint8Array, bigInt, record, type Arbitrary } from 'fast-check'
import { bytesToHex, getAddress, type Hex } from 'viem'
import { expect, test } from 'vitest'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { asWords } from './parse.ts'
import { parsePublishedOrder } from './parseOrder.ts'

const HUB = '0x00000000000000000000000000000000000000ab'
const DOMAIN = orderDomain(134, HUB)
/** Nothing else of a context is looked at. */
const CONTEXT = { chain: { name: 'test', chainId: 134, hub: HUB }, domain: DOMAIN } as unknown as Context

const bytes = (length: number): Arbitrary<Hex> =>
  uint8Array({ minLength: length, maxLength: length }).map((each) => bytesToHex(each))
const VALUES = {
  address: bytes(20).map((address) => getAddress(address)),
  bytes32: bytes(32),
  string: string(),
  uint256: bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }),
}

const anyOrder: Arbitrary<Signed> = constantFrom<OrderKind>('app', 'dataset', 'workerpool', 'request').chain((kind) => {
  const fields = ORDER_FIELDS[kind].map(({ name, type }) => [name, VALUES[type]] as const)
  return record({ ...Object.fromEntries(fields), sign: bytes(65) }).map(
    (order) => ({ kind, ...order }) as unknown as Signed,
  )
})

function published(order: Signed): { readonly [name: string]: unknown; readonly order: object } {
  return {
    orderHash: hashOrder(order, DOMAIN),
    order: toWireOrder<OrderKind>(order) ?? {},
    chainId: 134,
    remaining: 1,
    status: 'open',
    publicationTimestamp: '2026-01-01T00:00:00.000Z',
    signer: HUB,
  }
}

test('any order comes back from JSON as it was', () => {
  assert(
    property(anyOrder, (order) => {
      const given: unknown = JSON.parse(JSON.stringify(published(order)))

      expect(parsePublishedOrder(CONTEXT, order.kind, given).order).toEqual(order)
    }),
  )
})

test('an order of which any field is another is refused', () => {
  assert(
    property(anyOrder, anyOrder, (order, other) => {
      const { order: mine, ...item } = published(order)
      for (const [name, value] of Object.entries(published(other).order)) {
        if (name === 'sign' || (mine as Readonly<Record<string, unknown>>)[name] === value) continue
        const changed = { ...item, order: { ...mine, [name]: value as unknown } }
        // A field of another kind of order is dropped, and changes nothing.
        if (!(name in mine)) continue

        expect(() => parsePublishedOrder(CONTEXT, order.kind, changed)).toThrow(IexecError)
      }
    }),
    { numRuns: 30 },
  )
})

test('whatever a stranger says is shown on one line, short, and steers nothing', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 1_000 }), (text) => {
      const shown = asWords(text)

      expect(shown.length).toBeLessThanOrEqual(301)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})
