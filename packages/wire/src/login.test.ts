// What accounts sign, and the header that shows it.
import { hashTypedData } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import {
  challengeOf,
  hashChallenge,
  hashPoolEndpoint,
  poolEndpointDomain,
  readAuthorization,
  writeAuthorization,
} from './index.ts'
import { POOL_ENDPOINT_TYPES } from './index.ts'

const HASH = `0x${'ab'.repeat(32)}` as const
const SIGNATURE = `0x${'cd'.repeat(65)}` as const
const ACCOUNT = privateKeyToAccount(HASH)

test('a challenge is the typed data that clients know', () => {
  expect(challengeOf(134, 'x'.repeat(32))).toEqual({
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      Challenge: [{ name: 'challenge', type: 'string' }],
    },
    domain: { name: 'iExec Gateway', version: '1', chainId: '134' },
    primaryType: 'Challenge',
    message: { challenge: `Sign this message to log into iExec Gateway: ${'x'.repeat(32)}` },
  })
  expect(hashChallenge(challengeOf(134, 'x'))).not.toBe(hashChallenge(challengeOf(135, 'x')))
})

test.each([1, 134, 31_337, Number.MAX_SAFE_INTEGER])(
  'a challenge of chain %i has the hash that wallets sign',
  (chainId) => {
    const challenge = challengeOf(chainId, 'x'.repeat(32))
    const { types, primaryType, message } = challenge
    const domain = { ...challenge.domain, chainId: BigInt(chainId) }

    expect(hashChallenge(challenge)).toBe(hashTypedData({ types, primaryType, message, domain }))
  },
)

test('a header is read as it is written', () => {
  const address = ACCOUNT.address

  const written = writeAuthorization({ hash: HASH, signature: SIGNATURE, address })

  expect(written).toBe(`${HASH}_${SIGNATURE}_${address}`)
  expect(readAuthorization(written)).toEqual({ hash: HASH, signature: SIGNATURE, address: address.toLowerCase() })
})

test.each([
  undefined,
  '',
  '_',
  '__',
  `${HASH}_${SIGNATURE}`,
  `${HASH}_${SIGNATURE}_0x12`,
  `0x12_${SIGNATURE}_${ACCOUNT.address}`,
  `${HASH}_0xf_${ACCOUNT.address}`,
  `${HASH}_${SIGNATURE}_${ACCOUNT.address}_`,
])('a header %j is not one', (header) => {
  expect(readAuthorization(header)).toBeUndefined()
})

test('the hash of an endpoint is what wallets sign', async () => {
  const endpoint = { workerpool: ACCOUNT.address, apiUrl: 'https://pool.example', validUntil: 2_000_000_000 }

  const signature = await ACCOUNT.signTypedData({
    domain: poolEndpointDomain(134),
    types: POOL_ENDPOINT_TYPES,
    primaryType: 'PoolEndpoint',
    message: { ...endpoint, validUntil: 2_000_000_000n },
  })

  expect(signature).toBe(await ACCOUNT.sign({ hash: hashPoolEndpoint(endpoint, 134) }))
})
