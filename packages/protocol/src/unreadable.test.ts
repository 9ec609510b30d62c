import * as fc from 'fast-check'
import type { Address } from 'viem'
import { hashTypedData } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyAddress } from '../test/arbitraries.ts'
import { InputError } from './inputError.ts'
import { decodeMultiaddr, encodeMultiaddr } from './multiaddr/multiaddr.ts'
import { domainSeparator, hashOperation, hashOrder, structHash } from './order/hash.ts'
import type { Order } from './order/order.ts'
import { operationTypedData, orderDomain, orderTypedData } from './order/typedData.ts'
import { parseParams } from './params.ts'
import { encodeTag } from './tag.ts'
import { parseRlc } from './units.ts'

const domain = orderDomain(42161, '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0')
const zero = `0x${'00'.repeat(20)}` as const
const word = `0x${'00'.repeat(32)}` as const
const order: Order<'request'> = {
  kind: 'request',
  app: zero,
  appmaxprice: 0n,
  dataset: zero,
  datasetmaxprice: 0n,
  workerpool: zero,
  workerpoolmaxprice: 0n,
  requester: zero,
  volume: 1n,
  tag: word,
  category: 0n,
  trust: 1n,
  beneficiary: zero,
  callback: zero,
  params: '',
  salt: word,
}
const { params: _, ...withoutParams } = order

// Whatever comes from outside the types.
const never = (value: unknown): never => value as never

describe('what cannot be read is an InputError with a code, what was given, and a hint', () => {
  test.for<readonly [string, () => unknown, string, string]>([
    ['bytes that are no hex', () => decodeMultiaddr('0xzz'), 'InvalidBytes', '0xzz'],
    ['half a byte', () => decodeMultiaddr('0x123'), 'InvalidBytes', '0x123'],
    ['no bytes', () => decodeMultiaddr(never(undefined)), 'InvalidBytes', 'undefined'],
    ['a place that is no text', () => encodeMultiaddr(never(5)), 'InvalidText', '5'],
    ['an amount that is no text', () => parseRlc(never(5)), 'InvalidAmount', '5'],
    ['an amount that is nothing', () => parseRlc(never(undefined)), 'InvalidAmount', 'undefined'],
    ['params that are no text', () => parseParams(never({ a: 1n })), 'InvalidText', '{"a":"1"}'],
    ['a tag that is no text', () => encodeTag(never(5)), 'InvalidTag', '5'],
    ['a tag of numbers', () => encodeTag(never([5])), 'UnknownTag', '5'],
    ['half a chain', () => orderDomain(1.5, zero), 'InvalidChainId', '1.5'],
    ['a chain below zero', () => orderDomain(-1, zero), 'InvalidChainId', '-1'],
    ['a chain as text', () => orderDomain(never('1'), zero), 'InvalidChainId', '1'],
    ['a hub that is no address', () => orderDomain(1, '0x12'), 'InvalidAddress', '0x12'],
    ['a domain of half a chain', () => domainSeparator({ ...domain, chainId: 1.5 }), 'InvalidChainId', '1.5'],
    ['a cyclic value', () => parseRlc(never(cyclic())), 'InvalidAmount', '[object Object]'],
  ])('%s', ([, read, code, given]) => {
    expect(thrownBy(read)).toMatchObject({ code, given, hint: expect.stringMatching(/^[A-Z].*\.$/) })
  })

  test.for<readonly [string, unknown, string, string]>([
    ['no order', undefined, 'InvalidOrder', 'undefined'],
    ['a text', 'order', 'InvalidOrder', 'order'],
    ['no kind', { ...order, kind: undefined }, 'InvalidOrderKind', 'undefined'],
    ['an unknown kind', { ...order, kind: 'lease' }, 'InvalidOrderKind', 'lease'],
    ['a kind of every object', { ...order, kind: 'toString' }, 'InvalidOrderKind', 'toString'],
    ['params that are an object', { ...order, params: {} }, 'InvalidText', '{}'],
    ['no params', withoutParams, 'MissingField', 'params'],
    ['a number as volume', { ...order, volume: 1 }, 'InvalidUint256', '1'],
    [
      'a wrong checksum',
      { ...order, app: '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9F0' },
      'InvalidAddress',
      '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9F0',
    ],
  ])('an order: %s', ([, wrong, code, given]) => {
    const reads = [
      () => hashOrder(never(wrong), domain),
      () => structHash(never(wrong)),
      () => orderTypedData(never(wrong), domain),
      () => hashOperation(never(wrong), 'close', domain),
      () => operationTypedData(never(wrong), 'close', domain),
    ]

    for (const read of reads) {
      expect(thrownBy(read)).toMatchObject({ code, given, hint: expect.stringMatching(/^[A-Z].*\.$/) })
    }
  })

  test('an operation that does not exist', () => {
    expect(thrownBy(() => hashOperation(order, never('burn'), domain))).toMatchObject({ code: 'InvalidOperation' })
    expect(thrownBy(() => operationTypedData(order, never('burn'), domain))).toMatchObject({ given: 'burn' })
  })

  test('a domain that is malformed has no typed data either', () => {
    const wrong = { ...domain, chainId: 1.5 }

    expect(thrownBy(() => orderTypedData(order, wrong))).toMatchObject({ code: 'InvalidChainId' })
    expect(thrownBy(() => operationTypedData(order, 'sign', wrong))).toMatchObject({ code: 'InvalidChainId' })
  })
})

test('an address in whatever case has a hash exactly when wallets sign it', () => {
  fc.assert(
    fc.property(anyAddress, fc.bigInt(0n, 2n ** 40n - 1n), (address, capitals) => {
      const app = mixed(address, capitals)
      const typedData = orderTypedData(order, domain)
      const byViem = (): unknown => hashTypedData(never({ ...typedData, message: { ...order, app } }))

      expect(isRefused(() => hashOrder({ ...order, app }, domain))).toBe(isRefused(byViem))
    }),
  )
})

// Some of the letters as capitals.
function mixed(address: Address, capitals: bigint): Address {
  const digits = address
    .slice(2)
    .replaceAll(/./g, (digit, at: number) => ((capitals >> BigInt(at)) & 1n ? digit.toUpperCase() : digit))
  return `0x${digits}`
}

function cyclic(): object {
  const value: { self?: unknown } = {}
  value.self = value
  return value
}

function thrownBy(read: () => unknown): unknown {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return error
  }
  throw new Error('Nothing was thrown.')
}

function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch {
    return true
  }
}
