// Login: the text that an account signs to show that it is there. Each is good for one request. Without zod, for browsers.
import type { Address, Hex } from 'viem'
import { concat, getAddress, keccak256, stringToBytes, toHex } from 'viem/utils'
import { ADDRESS, BYTES, BYTES32 } from './pattern.ts'

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

const DOMAIN_TYPEHASH = keccak256(stringToBytes('EIP712Domain(string name,string version,uint256 chainId)'))
const CHALLENGE_TYPEHASH = keccak256(stringToBytes('Challenge(string challenge)'))
const NAME_HASH = keccak256(stringToBytes('iExec Gateway'))
const VERSION_HASH = keccak256(stringToBytes('1'))

/** EIP-712 hash of a challenge: what is signed. Written out, because each login needs it, and all but two of its words never change. */
export function hashChallenge({ domain, message }: Challenge): Hex {
  const chainId = toHex(BigInt(domain.chainId), { size: 32 })
  const separator = keccak256(concat([DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, chainId]))
  const struct = keccak256(concat([CHALLENGE_TYPEHASH, keccak256(stringToBytes(message.challenge))]))
  return keccak256(concat(['0x1901', separator, struct]))
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
  if (!BYTES32.test(hash) || !BYTES.test(signature) || !ADDRESS.test(address)) return undefined
  return {
    hash: hash.toLowerCase() as Hex,
    signature: signature.toLowerCase() as Hex,
    address: address.toLowerCase() as Address,
  }
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
