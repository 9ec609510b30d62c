import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { domainSeparator as domainSeparatorByViem } from 'viem'
import { hashStruct, hashTypedData, keccak256, toHex } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyDomain, anyOrder } from '../../test/arbitraries.ts'
import {
  DOMAIN_TYPEHASH,
  OPERATION_TYPEHASHES,
  ORDER_TYPEHASHES,
  domainSeparator,
  hashOperation,
  hashOrder,
  operationStructHash,
  structHash,
} from './hash.ts'
import type { Order } from './order.ts'
import { operationTypedData, orderDomain, orderTypedData, writeTypedData } from './typedData.ts'
import type { OrderTypedData } from './typedData.ts'

const domain = orderDomain(65535, '0xBF6B2B07e47326B7c8bfCb4A5460bef9f0Fd2002')

// The type strings and typehashes that every hub and every existing signature uses.
const published = [
  [
    'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)',
    '0x8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f',
    DOMAIN_TYPEHASH,
  ],
  [
    'AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag,address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)',
    '0x60815a0eeec47dddf1615fe53b31d016c31444e01b9d796db365443a6445d008',
    ORDER_TYPEHASHES.app,
  ],
  [
    'DatasetOrder(address dataset,uint256 datasetprice,uint256 volume,bytes32 tag,address apprestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)',
    '0x6cfc932a5a3d22c4359295b9f433edff52b60703fa47690a04a83e40933dd47c',
    ORDER_TYPEHASHES.dataset,
  ],
  [
    'WorkerpoolOrder(address workerpool,uint256 workerpoolprice,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address apprestrict,address datasetrestrict,address requesterrestrict,bytes32 salt)',
    '0xaa3429fb281b34691803133d3d978a75bb77c617ed6bc9aa162b9b30920022bb',
    ORDER_TYPEHASHES.workerpool,
  ],
  [
    'RequestOrder(address app,uint256 appmaxprice,address dataset,uint256 datasetmaxprice,address workerpool,uint256 workerpoolmaxprice,address requester,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address beneficiary,address callback,string params,bytes32 salt)',
    '0xf24e853034a3a450aba845a82914fbb564ad85accca6cf62be112a154520fae0',
    ORDER_TYPEHASHES.request,
  ],
  [
    'AppOrderOperation(AppOrder order,uint256 operation)AppOrder(address app,uint256 appprice,uint256 volume,bytes32 tag,address datasetrestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)',
    '0x0638bb0702457e2b4b01be8a202579b8bf97e587fb4f2cc4d4aad01f21a06ee0',
    OPERATION_TYPEHASHES.app,
  ],
  [
    'DatasetOrderOperation(DatasetOrder order,uint256 operation)DatasetOrder(address dataset,uint256 datasetprice,uint256 volume,bytes32 tag,address apprestrict,address workerpoolrestrict,address requesterrestrict,bytes32 salt)',
    '0x075eb6f7578ff4292c241bd2484cd5c1d5e6ecc2ddd3317e1d8176b5a45865ec',
    OPERATION_TYPEHASHES.dataset,
  ],
  [
    'WorkerpoolOrderOperation(WorkerpoolOrder order,uint256 operation)WorkerpoolOrder(address workerpool,uint256 workerpoolprice,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address apprestrict,address datasetrestrict,address requesterrestrict,bytes32 salt)',
    '0x322d980b7d7a6a1f7c39ff0c5445da6ae1d8e0393ff0dd468c8be3e2c8644388',
    OPERATION_TYPEHASHES.workerpool,
  ],
  [
    'RequestOrderOperation(RequestOrder order,uint256 operation)RequestOrder(address app,uint256 appmaxprice,address dataset,uint256 datasetmaxprice,address workerpool,uint256 workerpoolmaxprice,address requester,uint256 volume,bytes32 tag,uint256 category,uint256 trust,address beneficiary,address callback,string params,bytes32 salt)',
    '0x0ded7b52c2d77595a40d242eca751df172b18e686326dbbed3f4748828af77c7',
    OPERATION_TYPEHASHES.request,
  ],
] as const

describe('typehashes', () => {
  test.each(published)('%s has the published hash', (typeString, typehash, ours) => {
    expect(keccak256(toHex(typeString))).toBe(typehash)
    expect(ours).toBe(typehash)
  })
})

describe('hashes', () => {
  test('the domain separator is what viem computes', () => {
    fc.assert(
      fc.property(anyDomain, (anywhere) => {
        expect(domainSeparator(anywhere)).toBe(domainSeparatorByViem({ domain: anywhere }))
      }),
    )
  })

  test('the hash of any order is what viem computes from its typed data', () => {
    fc.assert(
      fc.property(anyOrder, anyDomain, (order, anywhere) => {
        const typedData = orderTypedData(order, anywhere)

        expect(hashOrder(order, anywhere)).toBe(hashByViem(typedData))
        expect(structHash(order)).toBe(structByViem(typedData))
      }),
    )
  })

  test('the hash of any operation is what viem computes from its typed data', () => {
    fc.assert(
      fc.property(anyOrder, fc.constantFrom('sign', 'close'), anyDomain, (order, operation, anywhere) => {
        const typedData = operationTypedData(order, operation, anywhere)

        expect(hashOperation(order, operation, anywhere)).toBe(hashByViem(typedData))
        expect(operationStructHash(order, operation)).toBe(structByViem(typedData))
      }),
    )
  })

  test('a signature and the case of addresses do not change the hash of an order', () => {
    const order: Order<'app'> = { ...appOrder, app: '0xBF6B2B07e47326B7c8bfCb4A5460bef9f0Fd2002' }
    const signed = { ...order, app: '0xbf6b2b07e47326b7c8bfcb4a5460bef9f0fd2002', sign: '0x1234' } as const

    expect(hashOrder(signed, domain)).toBe(hashOrder(order, domain))
  })

  test('every field of an order changes its hash', () => {
    fc.assert(
      fc.property(anyOrder, anyOrder, (one, other) => {
        fc.pre(one.kind === other.kind)
        for (const [name, value] of Object.entries(other)) {
          const changed = { ...one, [name]: value } as Order

          const isEqual = String(value) === String(valueOf(one, name))

          expect(hashOrder(changed, domain) === hashOrder(one, domain)).toBe(isEqual)
        }
      }),
    )
  })

  test.each([
    [{ volume: -1n }, 'InvalidUint256'],
    [{ volume: 2n ** 256n }, 'InvalidUint256'],
    [{ app: '0x1234' }, 'InvalidAddress'],
    [{ tag: '0x01' }, 'InvalidBytes32'],
    [{ salt: `0x${'0g'.repeat(32)}` }, 'InvalidBytes32'],
  ] as const)('an order with %o has no hash', (wrong, code) => {
    expect(() => hashOrder({ ...appOrder, ...wrong }, domain)).toThrow(expect.objectContaining({ code }))
  })
})

const appOrder: Order<'app'> = {
  kind: 'app',
  app: '0x00000000000000000000000000000000000000a1',
  appprice: 1n,
  volume: 1n,
  tag: `0x${'00'.repeat(32)}`,
  datasetrestrict: `0x${'00'.repeat(20)}`,
  workerpoolrestrict: `0x${'00'.repeat(20)}`,
  requesterrestrict: `0x${'00'.repeat(20)}`,
  salt: `0x${'11'.repeat(32)}`,
}

function hashByViem(typedData: OrderTypedData): Hex {
  return hashTypedData({ ...typedData, types: mutable(typedData.types) })
}

function structByViem({ types, primaryType, message }: OrderTypedData): Hex {
  return hashStruct({ data: message, primaryType, types: mutable(types) })
}

// viem's own types want arrays that may be written to.
function mutable(types: OrderTypedData['types']): Record<string, { name: string; type: string }[]> {
  return Object.fromEntries(
    Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]),
  )
}

function valueOf(order: Order, name: string): unknown {
  return Object.entries(order).find(([other]) => other === name)?.[1]
}

describe('the JSON of a wallet', () => {
  type Given = Parameters<typeof hashTypedData>[0]

  test('has the same hash as the order and its operations', () => {
    fc.assert(
      fc.property(anyOrder, anyDomain, (order, anywhere) => {
        const asOrder = JSON.parse(writeTypedData(orderTypedData(order, anywhere))) as Given
        const asClose = JSON.parse(writeTypedData(operationTypedData(order, 'close', anywhere))) as Given

        expect(hashTypedData(asOrder)).toBe(hashOrder(order, anywhere))
        expect(hashTypedData(asClose)).toBe(hashOperation(order, 'close', anywhere))
      }),
      { numRuns: 50 },
    )
  })

  test('names the type of its domain, and writes whole numbers in decimal', () => {
    const json: unknown = JSON.parse(writeTypedData(orderTypedData({ ...appOrder, volume: 2n ** 64n }, domain)))

    expect(json).toMatchObject({
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
        ],
      },
      domain: { chainId: 65535 },
      message: { volume: '18446744073709551616' },
    })
  })
})
