// Random values of the protocol's types, with the edges that real orders hit.
import * as fc from 'fast-check'
import type { Address, Hex } from 'viem'
import type { Order, OrderKind, OrderDomain } from '../src/index.ts'

const digits = (bytes: number): fc.Arbitrary<Hex> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((part): Hex => `0x${hexOf(part)}`)

/** Any 32 bytes, the zero and the largest word often. */
export const anyBytes32: fc.Arbitrary<Hex> = fc.oneof(
  { weight: 6, arbitrary: digits(32) },
  { weight: 1, arbitrary: fc.constantFrom<Hex>(`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`) },
)

/** Any account, the zero address often. */
export const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  { weight: 6, arbitrary: digits(20) },
  { weight: 1, arbitrary: fc.constantFrom<Address>(`0x${'00'.repeat(20)}`, `0x${'ff'.repeat(20)}`) },
)

/** Any byte string. */
export const anyBytes: fc.Arbitrary<Hex> = fc.uint8Array({ maxLength: 80 }).map((part): Hex => `0x${hexOf(part)}`)

/** Any uint256, small ones and the bounds often. */
export const anyUint256: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  fc.bigInt({ min: 0n, max: 1000n }),
  fc.constantFrom(0n, 1n, 2n ** 64n, 2n ** 96n, 2n ** 255n, 2n ** 256n - 1n),
)

/** Any text, all of Unicode included. */
export const anyText: fc.Arbitrary<string> = fc.string({ unit: 'grapheme', maxLength: 60 })

const restrictions = {
  apprestrict: anyAddress,
  datasetrestrict: anyAddress,
  workerpoolrestrict: anyAddress,
  requesterrestrict: anyAddress,
}
const always = { volume: anyUint256, tag: anyBytes32, salt: anyBytes32 }
const level = { category: anyUint256, trust: anyUint256 }

/** Any order of one kind. */
export const anyOrderOf: { readonly [Kind in OrderKind]: fc.Arbitrary<Order<Kind>> } = {
  app: fc.record({
    kind: fc.constant('app'),
    app: anyAddress,
    appprice: anyUint256,
    ...always,
    datasetrestrict: restrictions.datasetrestrict,
    workerpoolrestrict: restrictions.workerpoolrestrict,
    requesterrestrict: restrictions.requesterrestrict,
  }),
  dataset: fc.record({
    kind: fc.constant('dataset'),
    dataset: anyAddress,
    datasetprice: anyUint256,
    ...always,
    apprestrict: restrictions.apprestrict,
    workerpoolrestrict: restrictions.workerpoolrestrict,
    requesterrestrict: restrictions.requesterrestrict,
  }),
  workerpool: fc.record({
    kind: fc.constant('workerpool'),
    workerpool: anyAddress,
    workerpoolprice: anyUint256,
    ...always,
    ...level,
    apprestrict: restrictions.apprestrict,
    datasetrestrict: restrictions.datasetrestrict,
    requesterrestrict: restrictions.requesterrestrict,
  }),
  request: fc.record({
    kind: fc.constant('request'),
    app: anyAddress,
    appmaxprice: anyUint256,
    dataset: anyAddress,
    datasetmaxprice: anyUint256,
    workerpool: anyAddress,
    workerpoolmaxprice: anyUint256,
    requester: anyAddress,
    ...always,
    ...level,
    beneficiary: anyAddress,
    callback: anyAddress,
    params: anyText,
  }),
}

/** Any order of any kind. */
export const anyOrder: fc.Arbitrary<Order> = fc.oneof(
  anyOrderOf.app,
  anyOrderOf.dataset,
  anyOrderOf.workerpool,
  anyOrderOf.request,
)

/** Any hub on any chain. */
export const anyDomain: fc.Arbitrary<OrderDomain> = fc.record({
  name: fc.constant('iExecODB'),
  version: fc.constant('5.0.0'),
  chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  verifyingContract: anyAddress,
})

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
