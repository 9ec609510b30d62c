// The package against the vectors that the contracts read too: what both agree on, a wallet and a hub agree on.
import { hexToBigInt, parseCompactSignature, recoverAddress, verifyMessage } from 'viem'
import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  DOMAIN_TYPEHASH,
  OPERATION_TYPEHASHES,
  ORDER_FIELDS,
  ORDER_TYPEHASHES,
  asDealId,
  asOrderHash,
  asTaskId,
  authorizationHash,
  authorizationMessageHash,
  callbackDigest,
  dealId,
  decodeResultLink,
  directoryDigest,
  domainSeparator,
  encodeResultLink,
  enclaveHash,
  enclaveMessageHash,
  hashOperation,
  hashOrder,
  orderDomain,
  structHash,
  taskId,
  sealVote,
} from '../src/index.ts'
import type { Order, OrderKind, ResultLink } from '../src/index.ts'
import orders from '../vectors/orders.json' with { type: 'json' }
import results from '../vectors/results.json' with { type: 'json' }

type VectorRecord = Readonly<Record<string, string>>

const hex = (record: VectorRecord, name: string): Hex => {
  const value = record[name]
  if (value === undefined || !value.startsWith('0x')) throw new Error(`The vector has no hex value "${name}".`)
  return value as Hex
}

const domainOf = (record: VectorRecord) => orderDomain(Number(record['chainId']), hex(record, 'verifyingContract'))

function orderOf(record: VectorRecord): Order {
  const kind = record['kind'] as OrderKind
  const fields = ORDER_FIELDS[kind].map(({ name, type }) => [
    name,
    type === 'uint256' ? hexToBigInt(hex(record, name)) : record[name],
  ])
  return { kind, ...Object.fromEntries(fields) } as Order
}

describe('orders.json', () => {
  const domain = domainOf(orders.domain)

  test('has the typehashes of the package', () => {
    expect(orders.typehashes).toEqual({
      domain: DOMAIN_TYPEHASH,
      ...Object.fromEntries(Object.entries(ORDER_TYPEHASHES).map(([kind, hash]) => [`${kind}Order`, hash])),
      ...Object.fromEntries(
        Object.entries(OPERATION_TYPEHASHES).map(([kind, hash]) => [`${kind}OrderOperation`, hash]),
      ),
    })
  })

  test('has the domain separators of the package', () => {
    for (const record of [orders.domain, ...orders.otherDomains]) {
      expect(domainSeparator(domainOf(record))).toBe(record.separator)
    }
  })

  test('counts its orders, all kinds among them', () => {
    expect(orders.orders.length).toBe(orders.count)
    expect(new Set(orders.orders.map(({ kind }) => kind))).toEqual(new Set(['app', 'dataset', 'workerpool', 'request']))
  })

  test.each(orders.orders.map((record, index) => ({ index, kind: record.kind, record })))(
    'the hashes of order $index, a $kind order, are those of the package',
    async ({ record }) => {
      const order = orderOf(record)

      expect({
        structHash: structHash(order),
        orderHash: hashOrder(order, domain),
        signOperationHash: hashOperation(order, 'sign', domain),
        closeOperationHash: hashOperation(order, 'close', domain),
      }).toEqual({
        structHash: record.structHash,
        orderHash: record.orderHash,
        signOperationHash: record.signOperationHash,
        closeOperationHash: record.closeOperationHash,
      })
      const hash = hashOrder(order, domain)
      const compact = parseCompactSignature(hex(record, 'compactSign'))
      expect(await recoverAddress({ hash, signature: hex(record, 'sign') })).toBe(record.signer)
      expect(compact.r).toBe(record.sign.slice(0, 66))
    },
  )
})

describe('results.json', () => {
  test('has the deal and task ids of the package', () => {
    for (const record of results.deals) {
      expect(dealId(asOrderHash(record.requestHash), BigInt(record.consumedBefore))).toBe(record.dealId)
    }
    for (const record of results.tasks) {
      expect(taskId(asDealId(record.dealId), BigInt(record.index))).toBe(record.taskId)
    }
  })

  test.each(results.votes.map((record, index) => ({ index, record })))(
    'vote $index has the hashes of the package, and its signatures are over them',
    async ({ record }) => {
      const worker = hex(record, 'worker')
      const task = asTaskId(record.taskId)
      const challenge = hex(record, 'enclaveChallenge')
      const cast = sealVote(worker, task, hex(record, 'digest'))

      expect(cast).toEqual({ resultHash: record.resultHash, resultSeal: record.resultSeal })
      expect(authorizationHash(worker, task, challenge)).toBe(record.authorizationHash)
      expect(authorizationMessageHash(worker, task, challenge)).toBe(record.authorizationMessageHash)
      expect(enclaveHash(cast)).toBe(record.enclaveHash)
      expect(enclaveMessageHash(cast)).toBe(record.enclaveMessageHash)
      const isAuthorized = await verifyMessage({
        address: hex(record, 'scheduler'),
        message: { raw: authorizationHash(worker, task, challenge) },
        signature: hex(record, 'authorizationSign'),
      })
      const isSealed = await verifyMessage({
        address: hex(record, 'enclave'),
        message: { raw: enclaveHash(cast) },
        signature: hex(record, 'enclaveSign'),
      })
      expect({ isAuthorized, isSealed }).toEqual({ isAuthorized: true, isSealed: true })
    },
  )

  test('has the digests of the package', () => {
    for (const record of results.callbacks) expect(callbackDigest(hex(record, 'data'))).toBe(record.digest)
    for (const { files, digest } of results.folders)
      expect(directoryDigest(files.map((file) => file as Hex))).toBe(digest)
  })

  test('has the result links of the package', () => {
    for (const { bytes, ...link } of results.links) {
      expect(encodeResultLink(link as ResultLink)).toBe(bytes)
      expect(decodeResultLink(bytes as Hex)).toEqual(link)
    }
  })
})
