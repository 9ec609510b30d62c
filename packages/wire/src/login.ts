// Login: the text that an account signs to show that it is there. Each is good for one request.
import type { Address, Hex } from 'viem'
import { getAddress, hashTypedData } from 'viem/utils'
import { z } from 'zod'
import { BYTES_PATTERN, soughtAddress } from './field.ts'

/** What an account signs, as wallets take it (`eth_signTypedData_v4`). The chain's id is text. */
export type Challenge = {
  readonly types: {
    readonly EIP712Domain: readonly [
      { readonly name: 'name'; readonly type: 'string' },
      { readonly name: 'version'; readonly type: 'string' },
      { readonly name: 'chainId'; readonly type: 'uint256' },
    ]
    readonly Challenge: readonly [{ readonly name: 'challenge'; readonly type: 'string' }]
  }
  readonly domain: { readonly name: 'iExec Gateway'; readonly version: '1'; readonly chainId: string }
  readonly primaryType: 'Challenge'
  readonly message: { readonly challenge: string }
}

/** Reads a challenge. */
export const challenge: z.ZodType<Challenge> = z
  .object({
    types: z.object({
      EIP712Domain: z.tuple([
        z.object({ name: z.literal('name'), type: z.literal('string') }),
        z.object({ name: z.literal('version'), type: z.literal('string') }),
        z.object({ name: z.literal('chainId'), type: z.literal('uint256') }),
      ]),
      Challenge: z.tuple([z.object({ name: z.literal('challenge'), type: z.literal('string') })]),
    }),
    domain: z.object({ name: z.literal('iExec Gateway'), version: z.literal('1'), chainId: z.string() }),
    primaryType: z.literal('Challenge'),
    message: z.object({ challenge: z.string() }),
  })
  .meta({ id: 'Challenge' })

/**
 * The challenge of a chain with a text that nobody can guess.
 *
 * @param nonce 32 random characters
 */
export function challengeOf(chainId: number, nonce: string): Challenge {
  return {
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      Challenge: [{ name: 'challenge', type: 'string' }],
    },
    domain: { name: 'iExec Gateway', version: '1', chainId: String(chainId) },
    primaryType: 'Challenge',
    message: { challenge: `Sign this message to log into iExec Gateway: ${nonce}` },
  }
}

/** EIP-712 hash of a challenge: what is signed. */
export function hashChallenge({ types, domain, primaryType, message }: Challenge): Hex {
  return hashTypedData({ types, domain: { ...domain, chainId: BigInt(domain.chainId) }, primaryType, message })
}

/** What the header `authorization` says. The address is in lower case. */
export type Authorization = { readonly hash: Hex; readonly signature: Hex; readonly address: Address }

/**
 * Reads the header `authorization`: `<hash>_<signature>_<address>`.
 *
 * @returns `undefined` when it is not of this form
 */
export function readAuthorization(header: string | undefined): Authorization | undefined {
  const [hash, signature, address, ...rest] = (header ?? '').split('_')
  if (hash === undefined || signature === undefined || address === undefined || rest.length > 0) return undefined
  if (!/^0x[0-9a-f]{64}$/iu.test(hash) || !BYTES_PATTERN.test(signature)) return undefined
  const account = soughtAddress.safeParse(address)
  if (!account.success) return undefined
  return { hash: hash.toLowerCase() as Hex, signature: signature.toLowerCase() as Hex, address: account.data }
}

/**
 * The header that a client sends with a signed challenge.
 *
 * @example
 * headers: { authorization: writeAuthorization({ hash: hashChallenge(challenge), signature, address }) }
 */
export function writeAuthorization({ hash, signature, address }: Authorization): string {
  return `${hash}_${signature}_${getAddress(address)}`
}

/** Who wants to log in; lower case. */
export type ChallengeQuery = { readonly address: Address }

/** Reads who wants to log in. */
export const challengeQuery: z.ZodType<ChallengeQuery> = z.object({ address: soughtAddress })
