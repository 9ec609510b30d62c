// Login: an account signs a text that only it was given; the signature is good for one request.
import { randomBytes } from 'node:crypto'
import type { Address } from 'viem'
import { challengeOf, hashChallenge, readAuthorization, type Challenge } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { Market } from '../market.ts'
import { isSignedBy } from './signature.ts'

const ZERO = '0x0000000000000000000000000000000000000000'

/** Hands out challenges, and takes each of them once. */
export type Login = {
  /** What the account has to sign: the same text until it is used, or too old. */
  readonly challenge: (market: Market, address: Address) => Promise<Challenge>
  /** Who sent the header `authorization`, in lower case; `undefined` when it proves nothing. It is used up then. */
  readonly signIn: (market: Market, header: string | undefined) => Promise<Address | undefined>
}

/** The login of all markets of a service. */
export function createLogin(): Login {
  const swept = new WeakMap<Market, number>()
  return {
    challenge: async (market, address) => {
      const pending = await findPending(market.read, address, market.now())
      if (pending !== undefined) return challengeOf(market.chainId, pending)
      return market.bus.write(async (writer) => {
        const now = market.now()
        // Somebody may have asked for the same account in between: both must get the same text.
        const meanwhile = await findPending(writer, address, now)
        if (meanwhile !== undefined) return challengeOf(market.chainId, meanwhile)
        if (now - (swept.get(market) ?? 0) >= market.settings.challengeLifetimeMs) {
          swept.set(market, now)
          await writer.deleteFrom('challenge').where('expires_at', '<=', now).execute()
        }
        const message = randomText()
        const challenge = challengeOf(market.chainId, message)
        await writer
          .insertInto('challenge')
          .values({
            hash: hashChallenge(challenge),
            address,
            message,
            expires_at: now + market.settings.challengeLifetimeMs,
          })
          .execute()
        return challenge
      })
    },
    signIn,
  }
}

async function signIn(market: Market, header: string | undefined): Promise<Address | undefined> {
  const claim = readAuthorization(header)
  if (claim === undefined || claim.address === ZERO) return undefined
  const row = await market.read
    .selectFrom('challenge')
    .select('expires_at')
    .where('hash', '=', claim.hash)
    .where('address', '=', claim.address)
    .executeTakeFirst()
  if (row === undefined || row.expires_at <= market.now()) return undefined
  // Judged before it is used up: else anybody could spoil the pending challenge of an account with a bad signature.
  if (!(await isSignedBy(market.client, claim))) return undefined
  const [used] = await market.bus.write(async (writer) =>
    writer.deleteFrom('challenge').where('hash', '=', claim.hash).execute(),
  )
  return used?.numDeletedRows === 1n ? claim.address : undefined
}

async function findPending(reader: Reader, address: Address, now: number): Promise<string | undefined> {
  const row = await reader
    .selectFrom('challenge')
    .select('message')
    .where('address', '=', address)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.message
}

/** 32 characters, each of 64. */
function randomText(): string {
  return randomBytes(24).toString('base64url')
}
