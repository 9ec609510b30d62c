// Who reads logs: a challenge that was given out here, signed by the requester.
import { randomBytes } from 'node:crypto'
import { recoverSigner } from '@iexec/chain/recover'
import { hubAbi } from '@iexec/protocol/abi'
import { readAuthorization } from '@iexec/wire'
import { hashTypedData, type Address, type Client, type Hex } from 'viem'
import { readContract } from 'viem/actions'

/** What wallets sign, as the existing clients expect it. */
export type LogChallenge = {
  readonly types: {
    readonly EIP712Domain: readonly { readonly name: string; readonly type: string }[]
    readonly Challenge: readonly [{ readonly name: 'challenge'; readonly type: 'string' }]
  }
  readonly domain: { readonly name: 'iExec Core'; readonly version: '1'; readonly chainId: number }
  readonly primaryType: 'Challenge'
  readonly message: { readonly challenge: string }
}

/** Gives out challenges, and knows who signed one. */
export type Logins = {
  readonly challenge: (address: Address) => LogChallenge
  /**
   * Who is logged in by a header `authorization`, in lower case; undefined: nobody.
   *
   * @throws what the node says when an account without a key of its own had to be asked
   */
  readonly who: (header: string | undefined) => Promise<Address | undefined>
}

const LIFETIME_MS = 600_000
const MOST_CHALLENGES = 50_000

/** Opens the logins of a chain. They live in memory: after a restart, clients ask for another challenge. */
export function openLogins({
  chainId,
  hub,
  client,
  now,
}: {
  readonly chainId: number
  readonly hub: Address
  readonly client: Client
  readonly now: () => number
}): Logins {
  const given = new Map<Hex, { readonly address: Address; readonly until: number }>()
  return {
    challenge: (address) => {
      const challenge = challengeOf(chainId, randomBytes(24).toString('base64url'))
      if (given.size >= MOST_CHALLENGES) given.delete(given.keys().next().value ?? '0x')
      given.set(hashOf(challenge), { address: lower(address), until: now() + LIFETIME_MS })
      return challenge
    },
    who: async (header) => {
      const said = readAuthorization(header)
      const known = said === undefined ? undefined : given.get(said.hash)
      if (said === undefined || known === undefined || known.address !== said.address) return undefined
      if (known.until <= now()) {
        given.delete(said.hash)
        return undefined
      }
      if (recoverSigner(said.hash, said.signature) === said.address) return said.address
      const args = [said.address, said.hash, said.signature] as const
      const isTheirs = await readContract(client, { address: hub, abi: hubAbi, functionName: 'verifySignature', args })
      return isTheirs ? said.address : undefined
    },
  }
}

function challengeOf(chainId: number, nonce: string): LogChallenge {
  return {
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'version', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      Challenge: [{ name: 'challenge', type: 'string' }],
    },
    domain: { name: 'iExec Core', version: '1', chainId },
    primaryType: 'Challenge',
    message: { challenge: `Read the logs of your tasks: ${nonce}` },
  }
}

function hashOf({ domain, types, message }: LogChallenge): Hex {
  return lower(hashTypedData({ domain, types: { Challenge: types.Challenge }, primaryType: 'Challenge', message }))
}

function lower<Text extends Hex>(text: Text): Text {
  return text.toLowerCase() as Text
}
